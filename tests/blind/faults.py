"""The faults of the blind host by number, in sets: each was written when those before were seen.

A checker is not to be tuned to any of them. Of each set the odd numbers are the half
`first`, the even ones `last`.
"""

from importlib import import_module
from pkgutil import iter_modules

import tests.blind
from tests.blind.switch import FAULTS

__all__ = ["FAULTS", "SETS", "numbers_of"]

# The last number of each set, in the order in which they were written.
SETS = {
    "original": 116,
    "later": 216,
    "third": 266,
    "fourth": 366,
    "fifth": 466,
    "sixth": 526,
    "seventh": 576,
    "eighth": 636,
    "ninth": 696,
    "tenth": 756,
    "eleventh": 816,
    "twelfth": 876,
    "thirteenth": 936,
    "fourteenth": 996,
    "fifteenth": 1036,
    "sixteenth": 1096,
    "seventeenth": 1156,
    "eighteenth": 1216,
    "nineteenth": 1276,
    "twentieth": 1316,
    "twentyfirst": 1356,
    "twentysecond": 1396,
    "twentythird": 1436,
    "twentyfourth": 1476,
    "twentyfifth": 1516,
    "twentysixth": 1556,
    "twentyseventh": 1596,
    "twentyeighth": 1636,
    "twentyninth": 1676,
    "thirtieth": 1716,
    "thirtyfirst": 1756,
    "thirtysecond": 1796,
    "thirtythird": 1836,
    "thirtyfourth": 1876,
    "thirtyfifth": 1916,
}
# A module of faults is named `SET_kind`, those of the original set `faults_kind`; each enters its
# faults where it is imported.
for _module in iter_modules(tests.blind.__path__):
    if _module.name.partition("_")[0] in ("faults", *SETS):
        import_module(f"tests.blind.{_module.name}")


def numbers_of(name: str) -> list[int]:
    """Return the numbers of a set, or of its half as in `later-first`, in order."""
    name, _, half = name.partition("-")
    place = list(SETS).index(name)
    start = [0, *SETS.values()][place]
    every = range(start + 1, SETS[name] + 1)
    return [n for n in every if not half or n % 2 == (half == "first")]
