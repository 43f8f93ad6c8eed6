"""Try what may explain how afterDate cut: another comparison, rounding, an offset, a shift.

Of dates nothing is told but how far the cut lies from the date that was asked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from mockserver.checks.decoding.decode import Row
from mockserver.checks.explaining.spans import tell_span
from mockserver.checks.facts import Facts, Key, ticks_of, value_of
from mockserver.checks.instants import DAY, HOUR, SECOND, format_instant, parse_instant
from mockserver.checks.plan import Query, Term
from mockserver.checks.selection import Test, selector

__all__ = ["date_rules", "hangs_on_zone", "told_shift"]

MINUTE = 60 * SECOND
_NAME = "afterDate"
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
# Longer than any zone and any rounding: what is cut further away is no shift.
_FAR = 400 * DAY
_UNITS = (
    ("tenth of a second", SECOND // 10),
    ("millisecond", SECOND // 1000),
    ("second", SECOND),
    ("minute", MINUTE),
    ("hour", HOUR),
    ("day", DAY),
)
# Shifts that people make, beside whole hours.
_USUAL = (
    ("a second", SECOND), ("a minute", MINUTE), ("half an hour", HOUR // 2), ("an hour", HOUR),
    ("twelve hours", 12 * HOUR), ("a day", DAY), ("a week", 7 * DAY),
)  # fmt: skip
_ALMOST = 20
OfDate = Callable[[Term, Facts], Test | None]
# From the instant that was asked for, and its text, to the one that was cut at.
_Cut = Callable[[int, str], int | None]


class Answer(Protocol):
    """Hold an answer; see explanations.py."""

    @property
    def meaning(self) -> Query:
        """Return the filters that count."""

    @property
    def rows(self) -> Mapping[Key, Row]:
        """Return the rows of the whole list."""

    @property
    def held(self) -> frozenset[Key]:
        """Return the keys of the rows that it held."""

    @property
    def facts(self) -> Facts:
        """Return what symbols stand for."""


def date_rules() -> Iterator[tuple[str, OfDate]]:
    """Yield words and the reading of a date that they tell, the simplest first."""
    shown = f"`{_NAME}`"
    yield f"{shown} selects the rows before the date", _compared(lambda date, cut: date < cut)
    yield f"{shown} selects the rows of exactly that date alone", _compared(int.__eq__)
    yield f"the offset of {shown} is ignored", _cut(_shifted_by_offset(1))
    yield f"the offset of {shown} counts the wrong way round", _cut(_shifted_by_offset(2))
    yield f"the minutes in the offset of {shown} are ignored", _cut(_minutes_of_offset)
    for unit, ticks in _UNITS:
        yield (
            f"{shown} selects from the beginning of its {unit} on",
            _cut(_floored(ticks, 0), is_inclusive=True),
        )
        yield (
            f"{shown} selects only from the next {unit} on",
            _cut(_floored(ticks, 1), is_inclusive=True),
        )
    yield f"the fraction in {shown} counts as thousandths", _cut(_thousandths)
    yield f"{shown} is read on a clock of twelve hours", _cut(_twelve_hours)
    yield f"day and month of {shown} change places", _cut(_swapped)
    yield f"the year of {shown} is read as that of the week", _cut(_week_year)
    yield f"{shown} is compared as text, not as an instant", _as_text
    yield f"{shown} selects the row of exactly that date, too", _cut(_same, is_inclusive=True)
    yield f"{shown} leaves out the row of exactly that date", _cut(_same, is_inclusive=False)


def told_shift(answers: Sequence[tuple[Term, Answer]]) -> str:
    """Return by how much the cut lies beside the dates asked for; empty where no shift explains it.

    The bounds are those of all answers together: of the rows that are there, and those that are
    not, the ones nearest to the cut.
    """
    low, high = -_FAR, _FAR
    for term, answer in answers:
        asked = _asked(term, answer.facts)
        if asked is None:
            continue
        rest = selector(answer.meaning.without(_NAME), answer.facts)
        for key, row in answer.rows.items():
            date = parse_instant(answer.facts.value(row, _NAME))
            if date is None or rest(row) is not True:
                continue
            if key in answer.held:
                high = min(high, date - asked)
            else:
                low = max(low, date - asked)
    if low > high or low <= 0 <= high:
        return ""
    return _tell_shift(low, high)


def _tell_shift(low: int, high: int) -> str:
    """Return the words of bounds that do not hold 0."""
    is_late = low > 0
    near, far = (low, high) if is_late else (-high, -low)
    what = (
        f"rows up to {tell_span(near)} after `{_NAME}` are left out"
        if is_late
        else f"rows from {tell_span(near)} before `{_NAME}` on are let through"
    )
    if far >= _FAR:
        return what
    usual = [words for words, ticks in _USUAL if near <= ticks <= far]
    hours = [count for count in range(2, 15) if near <= count * HOUR <= far]
    usual += [f"{count} hours" for count in hours if count != 12]
    is_tight = far - near <= max(far // _ALMOST, SECOND)
    direction = "late" if is_late else "early"
    told = f": it cuts between {tell_span(near)} and {tell_span(far)} too {direction}"
    if near == far:
        told = f": it cuts {tell_span(near)} too {direction}"
    about = f", about {usual[0]}" if len(usual) == 1 and (is_tight or near * 4 > far) else ""
    return f"{what}{told}{about}"


def _compared(fits: Callable[[int, int], bool]) -> OfDate:
    def read(term: Term, facts: Facts) -> Test | None:
        asked = _asked(term, facts)

        def test(row: Row) -> bool | None:
            date = parse_instant(facts.value(row, _NAME))
            if date is None:
                return None if facts.value(row, _NAME) is not None else False
            if asked is None or (date == asked and not fits(date, date)):
                # Whether the very date counts is another matter.
                return None
            return fits(date, asked)

        return None if asked is None else test

    return read


def _cut(cut: _Cut, *, is_inclusive: bool | None = None) -> OfDate:
    def read(term: Term, facts: Facts) -> Test | None:
        asked, text = _asked(term, facts), value_of(term.values[0], facts)
        at = None if asked is None else cut(asked, text)
        if at is None:
            return None
        counts = facts.boundary == "inclusive" if is_inclusive is None else is_inclusive
        is_open = is_inclusive is None and facts.boundary is None

        def test(row: Row) -> bool | None:
            date = parse_instant(facts.value(row, _NAME))
            if date is None:
                return None if facts.value(row, _NAME) is not None else False
            if date == at and is_open:
                return None
            return date >= at if counts else date > at

        return test

    return read


def _as_text(term: Term, facts: Facts) -> Test | None:
    asked = value_of(term.values[0], facts)

    def test(row: Row) -> bool | None:
        text = facts.value(row, _NAME)
        return text > asked if isinstance(text, str) else False

    return test


def hangs_on_zone(term: Term, facts: Facts) -> bool:
    """Say whether a date has no zone, on a host that reads it in a zone which nobody knows."""
    form = term.values[0].partition("!")[2]
    return form in ("day", "naive") and facts.zone != "utc"


def _asked(term: Term, facts: Facts) -> int | None:
    """Return the instant that a term asks for; None where that hangs on a zone nobody knows."""
    ticks = ticks_of(term.values[0], facts)
    if ticks is None or hangs_on_zone(term, facts):
        return None
    return ticks - ticks % DAY if term.values[0].endswith("!day") else ticks


def _same(date: int, _: str) -> int:
    return date


def _floored(unit: int, more: int) -> _Cut:
    return lambda date, _: date - date % unit + more * unit


def _offset_of(text: str) -> tuple[int, int] | None:
    """Return the hours and minutes of an offset, in ticks with its sign; None for none."""
    match = _OFFSET.search(text)
    if match is None or "T" not in text.upper():
        return None
    sign = 1 if match[1] == "+" else -1
    return sign * int(match[2]) * HOUR, sign * int(match[3]) * MINUTE


def _shifted_by_offset(times: int) -> _Cut:
    def cut(date: int, text: str) -> int | None:
        offset = _offset_of(text)
        return None if offset is None else date + times * sum(offset)

    return cut


def _minutes_of_offset(date: int, text: str) -> int | None:
    offset = _offset_of(text)
    return date + offset[1] if offset is not None and offset[1] else None


def _thousandths(date: int, text: str) -> int | None:
    match = re.search(r"\.(\d{1,7})", text)
    if match is None:
        return None
    return date - date % SECOND + int(match[1]) * (SECOND // 1000)


def _twelve_hours(date: int, _: str) -> int | None:
    return date - 12 * HOUR if date % DAY >= 12 * HOUR else None


def _calendar(date: int) -> datetime:
    return datetime.fromisoformat(format_instant(date - date % SECOND, digits=0)[:19])


def _moved(date: int, old: datetime, new: datetime) -> int:
    return date + (new - old) // timedelta(seconds=1) * SECOND


def _swapped(date: int, _: str) -> int | None:
    old = _calendar(date)
    if old.day > 12 or old.day == old.month:
        return None
    return _moved(date, old, old.replace(month=old.day, day=old.month))


def _week_year(date: int, _: str) -> int | None:
    old = _calendar(date)
    year = old.isocalendar().year
    if year == old.year or (old.month, old.day) == (2, 29):
        return None
    return _moved(date, old, old.replace(year=year))
