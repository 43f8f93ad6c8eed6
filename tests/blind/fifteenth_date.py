"""Faults of afterDate: zones, fractions, spellings, comparison."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

WEST = re.compile(r":\d{2}(?:\.\d+)?\s*-\d{2}:?(?P<minutes>\d{2})$")
UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")
SHORT = re.compile(r":\d{2}\.(?P<part>\d{1,2})(?!\d)")
WORD = re.compile(rf"\b({'|'.join(dates.MONTHS)})[a-z]*", re.IGNORECASE)


@fault(
    1003,
    "date",
    "The minutes of an offset west of Greenwich are added instead of taken off: -03:30 is -02:30.",
    "GET /conversations?afterDate={half an hour before d0, written with -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = WEST.search(ask.after_text.strip())
    if found and ask.after is not None:
        ask.after -= 2 * int(found["minutes"]) * 60 * dates.SECOND


@fault(
    1004,
    "date",
    "Instants in UTC are compared as texts, so that 17:20:31.250Z comes before 17:20:31Z.",
    "GET /conversations?afterDate={d0 without its fraction}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    text = ask.after_text.strip().upper()
    if not UTC.fullmatch(text):
        return bool(inner(row, ask))
    date = (row["mostRecentMessage"] or {}).get("date")
    return date is not None and str(date) > text


@fault(
    1005,
    "date",
    "The digits after the point are taken for milliseconds however few there are: .3 is 3 ms.",
    "GET /conversations?afterDate=2026-02-28T17:20:31.3Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = SHORT.search(ask.after_text)
    if found and ask.after is not None:
        part = found["part"]
        right = int(part.ljust(3, "0"))
        ask.after -= (right - int(part)) * dates.SECOND // 1000


@fault(
    1006,
    "date",
    "A month that is written in letters is counted from zero, so that `Feb` is read as January.",
    "GET /conversations?afterDate=Sat, 28 Feb 2026 12:00:00 GMT",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = WORD.search(ask.after_text)
    if not found or ask.after is None:
        return
    number = dates.MONTHS.index(found[1].lower())
    text = WORD.sub(dates.MONTHS[number - 1], re.sub(r"^\s*[A-Za-z]+,\s*", "", ask.after_text))
    ask.after = dates.parse(text) if number else None
    if ask.after is None:
        raise Refused(host.answer(ask, {}, ROOT, 400))


def summer(text: str) -> bool:
    """Whether Europe has summer time at an instant."""
    when = datetime.datetime.fromisoformat(text)
    ends = [datetime.datetime(when.year, month, 31, 1, tzinfo=when.tzinfo) for month in (3, 10)]
    begin, end = (day - datetime.timedelta(days=(day.weekday() + 1) % 7) for day in ends)
    return begin <= when < end


@fault(
    1007,
    "date",
    "Messages of the summer count as an hour later, as their dates alone are put in local time.",
    "GET /conversations?afterDate={30 minutes after the date of a row of July, in UTC}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = (row["mostRecentMessage"] or {}).get("date")
    if ask.after is None or date is None or not summer(date):
        return bool(inner(row, ask))
    ticks = dates.row_ticks(date)
    return ticks is not None and ticks + dates.HOUR > ask.after
