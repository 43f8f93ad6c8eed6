"""Find what requests that were answered wrongly have, and those answered rightly have not."""

import re
from collections.abc import Callable, Sequence

from mockserver.checks.cause import cause_of
from mockserver.checks.conditions import conditions_of
from mockserver.checks.explaining.readings import Seen
from mockserver.checks.facts import ticks_of, value_of
from mockserver.checks.instants import DAY, HOUR
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES

__all__ = ["told_apart", "told_by_length"]

# Fewer lengths than these part short lists from long ones by chance.
_LENGTHS = 3
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_FRACTION = re.compile(r"\.(\d+)")
_OFFSET = re.compile(r"T.*([+-])(\d\d):?(\d\d)$", re.IGNORECASE)

# Of the ids of a list, each of them: kinds of texts, in words.
_ID_KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("begins with a digit", lambda text: text[:1].isdigit()),
    ("begins with a 0", lambda text: text[:1] == "0"),
    ("ends with a digit", lambda text: text[-1:].isdigit()),
    ("ends with a 0", lambda text: text[-1:] == "0"),
    ("ends with an even digit", lambda text: text[-1:] in ("0", "2", "4", "6", "8")),
    ("holds digits alone", lambda text: text.isdigit()),
    ("holds a capital letter", lambda text: re.search("[A-Z]", text) is not None),
    ("holds a hyphen", lambda text: "-" in text),
    ("holds an underscore", lambda text: "_" in text),
    ("holds a dot", lambda text: "." in text),
)

_COMES_TO = frozenset({"the date is a midnight", "the date is of the second half of its day"})
_SHAPE = "is not hexadecimal, as ids are"


def told_apart(wrong: Sequence[Seen], right: Sequence[Seen], about: Sequence[str]) -> str:
    """Return when an answer is wrong, as `when several ids are given`; empty where nothing tells.

    Args:
        about: the filters that are read wrongly.
    """
    bad = [_features(one, about) for one in wrong]
    good = [_features(one, about) for one in right]
    all_bad, any_good = set.intersection(*bad), set.union(*good)
    for word in sorted(all_bad - any_good, key=_plainness):
        return f"when {word}"
    all_good, any_bad = set.intersection(*good), set.union(*bad)
    for word in sorted(all_good - any_bad, key=_plainness):
        return f"unless {word}"
    return ""


def told_by_length(wrong: Sequence[int], right: Sequence[int]) -> str:
    """Return that lists are wrong up to a length, or from one on; empty where that is not so.

    Args:
        wrong: the lengths of lists that are wrong, in rows.
        right: those of lists that are right and could have been wrong.
    """
    if min(len(set(wrong)), len(set(right))) < _LENGTHS:
        return ""
    if max(wrong) < min(right):
        return f"in lists of up to {max(wrong)} rows, not in those of {min(right)} or more"
    if min(wrong) > max(right):
        return f"in lists of {min(wrong)} rows or more, not in those of up to {max(right)}"
    return ""


def _plainness(word: str) -> tuple[object, ...]:
    # How something is written is plainer than what it comes to.
    is_of_id = word.startswith("an id of ")
    return is_of_id, word in _COMES_TO, not word.endswith(_SHAPE), len(word), word


def _features(one: Seen, about: Sequence[str]) -> set[str]:
    """Return in words what a request has."""
    cause = {axis: (kind,) for axis, kind in cause_of(one.query)}
    found = {phrase.removeprefix("when ").removeprefix("and ") for phrase in conditions_of(cause)}
    found = {phrase if " is " in phrase or " are " in phrase
             else f"it is asked {phrase.removeprefix('asked ')}" for phrase in found}  # fmt: skip
    given = [name for name in FILTER_NAMES if one.meaning.get(name) is not None]
    found |= {f"`{name}` is given too" for name in given if name not in about}
    if set(given) > set(about):
        found.add("another filter is given too")
    for name in about:
        found |= _of_ids(one, name) if name in LIST_NAMES else _of_date(one, name)
    return found


def _of_date(one: Seen, name: str) -> set[str]:
    """Return in words how a date is written, and where it lies."""
    term = one.meaning.get(name)
    ticks = None if term is None else ticks_of(term.values[0], one.facts)
    if term is None or ticks is None:
        return set()
    if term.values[0].endswith("!day"):
        ticks -= ticks % DAY
    text = value_of(term.values[0], one.facts)
    digits = len(match[1]) if (match := _FRACTION.search(text)) else 0
    found = {
        f"the date has more than {most} digits of a second" for most in (3, 6) if digits > most
    }
    found |= {"the date has no fraction of a second"} if not digits else set()
    found |= {"the date is a midnight"} if ticks % DAY == 0 else set()
    found |= {"the date is of the second half of its day"} if ticks % DAY >= 12 * HOUR else set()
    offset = _OFFSET.search(text)
    if offset:
        found.add(f"the date's offset is {'west' if offset[1] == '-' else 'east'} of Greenwich")
        found |= {"the date's offset has minutes"} if offset[3] != "00" else set()
    dates = one.facts.dates
    if dates and ticks > dates[-1]:
        found.add("the date is after every row")
    if dates and ticks < dates[0]:
        found.add("the date is before every row")
    return found


def _of_ids(one: Seen, name: str) -> set[str]:
    term = one.meaning.get(name)
    if term is None:
        return set()
    texts = [value_of(value.removesuffix("!quoted"), one.facts) for value in term.values]
    found = {f"an id of `{name}` {words}" for words, is_of in _ID_KINDS if any(map(is_of, texts))}
    known = {one.facts.value(row, name) for row in one.rows.values()}
    if not known.issuperset(texts):
        found.add(f"an id of `{name}` is nobody's")
    is_hex = all(isinstance(text, str) and _HEXADECIMAL.fullmatch(text) for text in known - {None})
    if is_hex and not all(map(_HEXADECIMAL.fullmatch, texts)):
        found.add(f"an id of `{name}` {_SHAPE}")
    count = len(set(texts))
    found |= {f"`{name}` has more than {most} ids" for most in range(1, 12) if count > most}
    return found
