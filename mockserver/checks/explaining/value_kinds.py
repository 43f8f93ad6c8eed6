"""Find how the values of a member differ from those of the list: kinds, spans, never a value."""

import html
from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote

from mockserver.checks.explaining.spans import tell_span
from mockserver.checks.explaining.telling_apart import told_by_length
from mockserver.checks.instants import DAY, HOUR, SECOND, parse_instant

__all__ = ["told_difference", "told_in_lists"]

_GOES_ON = "goes on where that of the whole list ends"
_UNITS = (
    ("milliseconds", SECOND // 1000),
    ("seconds", SECOND),
    ("minutes", 60 * SECOND),
    ("hours", HOUR),
    ("days", DAY),
)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


# In words, and what makes of the list's text the one that was answered.
_CHANGES: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("is empty", lambda old, new: new == ""),
    ("is cut short", lambda old, new: len(new) < len(old) and old.startswith(new)),
    ("loses its beginning", lambda old, new: len(new) < len(old) and old.endswith(new)),
    (
        _GOES_ON,
        lambda old, new: len(new) > len(old) and new.startswith(old),
    ),
    ("has more in front", lambda old, new: len(new) > len(old) and new.endswith(old)),
    ("is in another case", lambda old, new: old.casefold() == new.casefold()),
    ("loses blanks or line breaks", lambda old, new: _squeezed(old) == _squeezed(new)),
    ("loses all blanks", lambda old, new: "".join(old.split()) == "".join(new.split())),
    ("is escaped once too often", lambda old, new: new != old and html.unescape(new) == old),
    ("is escaped too little", lambda old, new: new == html.unescape(old)),
    ("is percent-encoded", lambda old, new: unquote(new) == old or new == quote(old)),
    ("has `?` for letters beyond ASCII", lambda old, new: new == _ascii(old)),
    (
        "loses letters beyond ASCII",
        lambda old, new: new == "".join(letter for letter in old if letter.isascii()),
    ),
    (
        "has other letters where they are beyond ASCII",
        lambda old, new: not old.isascii() and _plain(old) == _plain(new)[: len(_plain(old))],
    ),
    ("loses its quotes", lambda old, new: new == old.replace('"', "").replace("'", "")),
    ("has quotes around it", lambda old, new: new.strip("\"'") == old),
)


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isalnum())


def told_difference(pairs: Sequence[tuple[object, object]]) -> str:
    """Return how values differ, as `is cut to whole seconds`; empty where nothing fits them all.

    Args:
        pairs: a value of the list and the one that was answered in its place; equal ones count.
    """
    # Some types write no text where there is none, or the other way round.
    wrong = [(old, new) for old, new in pairs if old != new and (old or new)]
    if not wrong:
        return ""
    instants = [(parse_instant(old), parse_instant(new)) for old, new in wrong]
    dates = [(old, new) for old, new in instants if old is not None and new is not None]
    if len(dates) == len(wrong):
        return _told_of_dates(dates)
    if all(isinstance(old, bool) and isinstance(new, bool) for old, new in wrong):
        return _told_of_flags(wrong, pairs)
    if all(new is None for _, new in wrong):
        return "is left out" if len(wrong) == len(pairs) else "is left out of some rows"
    if len({new for _, new in wrong}) == 1 and len({old for old, _ in wrong}) > 1:
        return "is the same in each row"
    texts = [(str(old), str(new)) for old, new in wrong if old is not None and new is not None]
    if len(texts) < len(wrong):
        return ""
    for words, is_so in _CHANGES:
        if all(is_so(old, new) for old, new in texts):
            return words
    if {str(new) for _, new in wrong} <= {str(old) for old, _ in pairs}:
        return "is that of another row"
    return ""


def told_in_lists(words: str, lists: Sequence[tuple[int, Sequence[tuple[object, object]]]]) -> str:
    """Return how values differ, with the length of lists that they differ in, if that tells.

    Args:
        words: how they differ.
        lists: of each list how many rows it has, and its pairs of values as in `told_difference`.
    """
    olds = {repr(old) for _, pairs in lists for old, new in pairs if old != new}
    wrong = [length for length, pairs in lists if any(old != new for old, new in pairs)]
    right = [
        length
        for length, pairs in lists
        if all(old == new for old, new in pairs) and any(repr(old) in olds for old, _ in pairs)
    ]
    when = told_by_length(wrong, right)
    if words == _GOES_ON and when and max(wrong) < min(right):
        # It is the whole list, and others that are as long, whose texts end too early.
        return f"is cut short {told_by_length(right, wrong)}"
    return f"{words} {when}".rstrip()


def _told_of_flags(
    wrong: Sequence[tuple[object, object]], pairs: Sequence[tuple[object, object]]
) -> str:
    """Return how flags differ: all of one value, or all turned round, or some of them."""
    given = {new for _, new in wrong}
    others = [old for old, new in pairs if old == new and isinstance(old, bool)]
    if len(given) == 1:
        shown = str(given == {True}).lower()
        some = "some rows" if any(old not in given for old in others) else "each row"
        return f"is {shown} in {some} that must have the other value"
    return "is turned round" if not others else "is turned round in some rows"


def _told_of_dates(dates: Sequence[tuple[int, int]]) -> str:
    moved = {new - old for old, new in dates}
    if len(moved) == 1:
        span = moved.pop()
        if span:
            return f"is {tell_span(abs(span))} too {'late' if span > 0 else 'early'}"
        return "is written otherwise"
    for name, unit in _UNITS:
        if all(new == old - old % unit for old, new in dates):
            return f"is cut to whole {name}"
        if all(new % unit == 0 and abs(new - old) <= unit for old, new in dates):
            return f"is rounded to whole {name}"
    if all(new % DAY == old % DAY for old, new in dates):
        return "is of another day"
    low, high = min(moved), max(moved)
    if low < 0 < high:
        return "is another date, now earlier, now later"
    near, far = sorted((abs(low), abs(high)))
    return f"is {tell_span(near)} to {tell_span(far)} too {'late' if low >= 0 else 'early'}"
