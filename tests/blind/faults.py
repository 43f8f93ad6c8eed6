"""The faults of the blind host, by number: odd ones are the half `first`, even ones `last`.

The later ones, beyond `FIRST_COUNT`, were written afterwards and have halves of their own;
the third ones, beyond `LATER_COUNT`, are taken all at once; the fourth ones, beyond
`THIRD_COUNT`, and the fifth ones, beyond `FOURTH_COUNT`, have halves again; the sixth ones,
beyond `FIFTH_COUNT`, and the seventh ones, beyond `SIXTH_COUNT`, are taken all at once.

They stand in modules by kind; a checker is not to be tuned to any of them.
"""

from tests.blind import (
    eighth_access,
    eighth_dates,
    eighth_filters,
    eighth_formats,
    eighth_histories,
    eighth_mixtures,
    eighth_sessions,
    eighth_wire,
    faults_filters,
    faults_histories,
    faults_leaks,
    faults_members,
    faults_mixtures,
    faults_sessions,
    faults_wire,
    fifth_access,
    fifth_dates,
    fifth_filters,
    fifth_formats,
    fifth_histories,
    fifth_mixtures,
    fourth_access,
    fourth_filters,
    fourth_formats,
    fourth_histories,
    fourth_mixtures,
    fourth_sessions,
    later_access,
    later_caches,
    later_crossings,
    later_dates,
    later_filters,
    later_formats,
    later_histories,
    later_mixtures,
    seventh_access,
    seventh_dates,
    seventh_filters,
    seventh_formats,
    seventh_histories,
    seventh_mixtures,
    seventh_sessions,
    sixth_access,
    sixth_dates,
    sixth_filters,
    sixth_formats,
    sixth_histories,
    sixth_mixtures,
    sixth_sessions,
    third_access,
    third_crossings,
    third_filters,
    third_formats,
    third_histories,
)
from tests.blind.switch import FAULTS

__all__ = [
    "FAULTS",
    "FIFTH_COUNT",
    "FIRST_COUNT",
    "FOURTH_COUNT",
    "LATER_COUNT",
    "MODULES",
    "SIXTH_COUNT",
    "THIRD_COUNT",
    "fifth",
    "fourth",
    "half",
    "later",
    "seventh",
    "sixth",
    "third",
]

MODULES = (
    faults_filters,
    faults_wire,
    faults_members,
    faults_sessions,
    faults_mixtures,
    faults_histories,
    faults_leaks,
    later_filters,
    later_dates,
    later_formats,
    later_access,
    later_mixtures,
    later_crossings,
    later_caches,
    later_histories,
    third_filters,
    third_formats,
    third_access,
    third_crossings,
    third_histories,
    fourth_filters,
    fourth_formats,
    fourth_access,
    fourth_mixtures,
    fourth_histories,
    fourth_sessions,
    fifth_filters,
    fifth_dates,
    fifth_formats,
    fifth_access,
    fifth_mixtures,
    fifth_histories,
    sixth_filters,
    sixth_dates,
    sixth_formats,
    sixth_access,
    sixth_mixtures,
    sixth_sessions,
    sixth_histories,
    seventh_filters,
    seventh_dates,
    seventh_formats,
    seventh_access,
    seventh_mixtures,
    seventh_sessions,
    seventh_histories,
    eighth_filters,
    eighth_dates,
    eighth_formats,
    eighth_access,
    eighth_sessions,
    eighth_wire,
    eighth_mixtures,
    eighth_histories,
)
FIRST_COUNT = 116
LATER_COUNT = 216
THIRD_COUNT = 266
FOURTH_COUNT = 366
FIFTH_COUNT = 466
SIXTH_COUNT = 526


def half(name: str) -> list[int]:
    """The numbers of one half, in order."""
    rest = 1 if name == "first" else 0
    return sorted(number for number in FAULTS if number % 2 == rest and number <= FIRST_COUNT)


def later(name: str) -> list[int]:
    """The numbers of one half of the later faults, in order."""
    rest = 1 if name == "first" else 0
    numbers = range(FIRST_COUNT + 1, LATER_COUNT + 1)
    return sorted(number for number in FAULTS if number in numbers and number % 2 == rest)


def third() -> list[int]:
    """The numbers of the third faults, in order."""
    return sorted(number for number in FAULTS if LATER_COUNT < number <= THIRD_COUNT)


def fourth(name: str) -> list[int]:
    """The numbers of one half of the fourth faults, in order."""
    rest = 1 if name == "first" else 0
    numbers = range(THIRD_COUNT + 1, FOURTH_COUNT + 1)
    return sorted(number for number in FAULTS if number in numbers and number % 2 == rest)


def fifth(name: str) -> list[int]:
    """The numbers of one half of the fifth faults, in order."""
    rest = 1 if name == "first" else 0
    numbers = range(FOURTH_COUNT + 1, FIFTH_COUNT + 1)
    return sorted(number for number in FAULTS if number in numbers and number % 2 == rest)


def sixth() -> list[int]:
    """The numbers of the sixth faults, in order."""
    return sorted(number for number in FAULTS if FIFTH_COUNT < number <= SIXTH_COUNT)


def seventh() -> list[int]:
    """The numbers of the seventh faults, in order."""
    return sorted(number for number in FAULTS if number > SIXTH_COUNT)
