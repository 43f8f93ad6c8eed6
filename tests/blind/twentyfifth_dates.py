"""Faults of how afterDate is read: offsets, calendars, fractions and the epoch."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

WEST = re.compile(r"t\d\d:\d\d.*-\d\d:(?P<minutes>\d\d)", re.IGNORECASE)
SHORT = re.compile(r":\d\d\.(?P<part>\d{1,2})(?!\d)")
DAY = re.compile(r"\s*(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<rest>.*)", re.DOTALL)
EPOCH = dates.parse("1970-01-01T00:00:00Z")


@fault(
    1484,
    "date",
    "The minutes of an offset lack its sign: -03:30 is read as three hours less half of one.",
    "GET /conversations.json?afterDate= just before a row, written with -03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = WEST.search(ask.after_text)
    if found and ask.after is not None:
        ask.after -= 2 * 60 * int(found["minutes"]) * dates.SECOND


@fault(
    1485,
    "date",
    "The year of afterDate is taken for that of the week (`YYYY` for `yyyy`): the last days of "
    "December can fall into the next year.",
    "GET /conversations.json?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = DAY.fullmatch(ask.after_text)
    if not found or ask.after is None:
        return
    day = datetime.date(int(found["year"]), int(found["month"]), int(found["day"]))
    year = day.isocalendar().year
    if year != day.year:
        text = f"{year:04d}-{found['month']}-{found['day']}{found['rest']}"
        ask.after = dates.parse(text) or ask.after


@fault(
    1486,
    "date",
    "A fraction of one or two digits is read as a number of milliseconds: .9 is 9 ms.",
    "GET /conversations.json?afterDate=2026-01-15T10:48:12.9Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = SHORT.search(ask.after_text)
    if found and ask.after is not None:
        part = found["part"]
        right = int(part.ljust(3, "0"))
        ask.after += (int(part) - right) * (dates.SECOND // 1000)


@fault(
    1487,
    "date",
    "The epoch is the number 0, which counts as no date: the filter is off and rows without a "
    "date come.",
    "GET /conversations.json?afterDate=1970-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after == EPOCH:
        ask.after = None
