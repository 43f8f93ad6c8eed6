"""Faults of afterDate: how it is read, and how it is compared."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

ZONE = re.compile(
    r"\d:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?\s*(?:[ap]m)?\s*(?P<zone>z|gmt|[+-]\d{1,2}(?::?\d{2})?)$",
    re.IGNORECASE,
)
MINUTE = 60 * dates.SECOND
EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * dates.DAY


def zone_of(text: str) -> str | None:
    """The zone that stands at the end of a date."""
    found = ZONE.search(text.strip())
    return found["zone"] if found else None


def sunday(year: int, month: int, number: int) -> datetime.date:
    """The n-th Sunday of a month."""
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


@fault(
    886,
    "date",
    "A date without a zone is read in New York, with an hour more in winter than in summer.",
    "GET /conversations.json?afterDate={d} without a zone, once in July and once in January.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None or zone_of(ask.after_text):
        return
    day = datetime.date.fromordinal(ask.after // dates.DAY + 1)
    summer = sunday(day.year, 3, 2) <= day < sunday(day.year, 11, 1)
    ask.after += (4 if summer else 5) * dates.HOUR


@fault(
    887,
    "date",
    "Of a negative offset the hours alone are negative: -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate={d and 20 minutes, at -03:30} keeps the row of {d}.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    zone = (zone_of(ask.after_text) or "").replace(":", "")
    if ask.after is not None and zone.startswith("-") and len(zone) > 3:
        ask.after -= 2 * int(zone[-2:]) * MINUTE


@fault(
    888,
    "date",
    "The digits after the point are read as a count of milliseconds, so .1 is one of them.",
    "GET /conversations.json?afterDate=2025-07-25T13:49:21.1Z keeps the row of 13:49:21.067.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d{1,2}\.(\d{1,2})(?!\d)", ask.after_text)
    if ask.after is not None and found:
        digits = found[1]
        right = int(digits) * dates.SECOND // 10 ** len(digits)
        ask.after += int(digits) * dates.SECOND // 1000 - right


@fault(
    889,
    "date",
    "Dates are compared as texts, and whole seconds have none after the point, where rows have.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:31Z as ana lacks the row of 17:20:31.250.",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = (row["mostRecentMessage"] or {}).get("date")
    if ask.after is None or date is None:
        return bool(inner(row, ask))
    day = datetime.date.fromordinal(ask.after // dates.DAY + 1)
    seconds, part = divmod(ask.after % dates.DAY, dates.SECOND)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    digits = f"{part:07}" if part % 10_000 else f"{part // 10_000:03}"
    return str(date) > f"{day}T{clock}" + (f".{digits}Z" if part else "Z")


@fault(
    890,
    "date",
    "The seconds since 1970 are held in 32 bits, so a date after January 2038 is long past.",
    "GET /conversations.json?afterDate=2039-01-01T00:00:00Z has all rows with a date.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds, part = divmod(ask.after - EPOCH, dates.SECOND)
        wrapped = (seconds + 2**31) % 2**32 - 2**31
        ask.after = EPOCH + wrapped * dates.SECOND + part


@fault(
    891,
    "date",
    "The beginning of 1970 counts as no date given, so that rows without a date stay.",
    "GET /conversations.json?afterDate=1970-01-01T00:00:00.000Z as ana has rows without a date.",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not (ask.after or EPOCH) - EPOCH:
        return True
    return bool(inner(row, ask))


@fault(
    892,
    "date",
    "Taking an offset off turns the clock past midnight, and leaves the day as it was.",
    "GET /conversations.json?afterDate=2025-09-24T01:00:00%2B02:00 lacks the row of 23:20Z.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    offset = dates.zone_ticks(zone_of(ask.after_text)) or 0
    if ask.after is not None:
        ask.after = (ask.after + offset) // dates.DAY * dates.DAY + ask.after % dates.DAY


@fault(
    893,
    "date",
    "Half past twelve AM is read as half past noon.",
    "GET /conversations.json?afterDate=2025-06-11%2012:30%20AM lacks the rows of 06:39 that day.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"\b12:\d\d(:[\d.]+)?\s*am", ask.after_text, re.I):
        ask.after += 12 * dates.HOUR
