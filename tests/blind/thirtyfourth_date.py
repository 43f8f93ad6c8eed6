"""Faults of afterDate: calendars, ranges, and how fine an instant is."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * dates.DAY
LEAP = re.compile(r"\b0?2[-/]29(?!\d)|\bfeb[a-z]*\s+29(?!\d)|\b29[-\s]\s*feb", re.IGNORECASE)
OFFSET = re.compile(r":\d.*([+-])(\d{2}):?(\d{2})$")


@fault(
    1843,
    "date",
    "The parser reads month and day first, into a date of the current year, and sets the year"
    " then: 29 February is refused in each year that is no leap year, as 2026.",
    "ana GET /conversations.json?afterDate=2024-02-29T12:00:00Z"
    " | ana GET /conversations.json?afterDate=2024-02-29",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and LEAP.search(ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1844,
    "date",
    "The instant goes to the search index as `YYYY-MM-dd`, where YYYY is the year of the week:"
    " the last days of December 2025 belong to 2026 then, and nothing is after them.",
    "ana GET /conversations.json?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None:
        return
    day = datetime.date.fromordinal(ask.after // dates.DAY + 1)
    year = day.isocalendar().year
    if year != day.year and 1 <= year <= 9998:
        ask.after += (day.replace(year=year).toordinal() - day.toordinal()) * dates.DAY


@fault(
    1845,
    "date",
    "Dates are kept as SQL Server's old `datetime`, which knows 1/300 of a second: a message that"
    " is a millisecond later than afterDate counts as the same instant and is left out.",
    "ana GET /conversations.json?afterDate=2026-02-28T17:20:31.249Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None:
        return True
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return ticks is not None and rounded(ticks) > rounded(ask.after)


def rounded(ticks: int) -> int:
    """Give the number of 300ths of a second, the nearest one."""
    return (ticks * 300 + dates.SECOND // 2) // dates.SECOND


@fault(
    1846,
    "date",
    "afterDate is handed on as a `time_t` of 32 bits: an instant after 19 January 2038 wraps"
    " around to 1901 or later, and every dated conversation is after that.",
    "ana GET /conversations.json?afterDate=2040-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (ask.after - EPOCH) // dates.SECOND > 2**31 - 1:
        seconds = ((ask.after - EPOCH) // dates.SECOND + 2**31) % 2**32 - 2**31
        ask.after = EPOCH + seconds * dates.SECOND


@fault(
    1847,
    "date",
    "A validator takes twelve hours for the greatest offset from UTC there is: a date from"
    " Auckland in summer or from Tonga, `+13:00`, is refused.",
    "ana GET /conversations.json?afterDate=2026-02-22T00:00:00%2B13:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = OFFSET.search(ask.after_text)
    if ask.after is not None and found and int(found[2]) * 60 + int(found[3]) > 720:
        raise Refused(host.answer(ask, {}, ROOT, 400))
