"""Faults in how afterDate is read and compared."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

MINUTE = 60 * dates.SECOND
DAY_ONLY = re.compile(r"\s*\d{4}-\d\d-\d\d\s*")
FRACTION = re.compile(r"(?<=:\d\d)\.(\d+)")


@fault(
    826,
    "date",
    "From April to October an instant is read an hour too early, by the server's summer time.",
    "GET /conversations?afterDate={half an hour after a message of July, in UTC}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        micros = datetime.timedelta(microseconds=ask.after // 10)
        if 4 <= (datetime.datetime(1, 1, 1) + micros).month <= 10:
            ask.after -= dates.HOUR


@fault(
    827,
    "date",
    "The digits of a fraction are read as a number of milliseconds, so .250000 is 250 seconds.",
    "GET /conversations?afterDate={a second before a message, with six digits of fraction}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := FRACTION.search(ask.after_text)):
        whole = dates.parse(FRACTION.sub("", ask.after_text))
        if whole is not None:
            ask.after = whole + int(found.group(1)) * dates.SECOND // 1000


@fault(
    828,
    "date",
    "In a negative offset the minutes are added instead of taken off: -03:30 is read as -02:30.",
    "GET /conversations?afterDate={half an hour after a message, written with -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\S*-\d\d:(\d\d)\s*$", ask.after_text)
    if ask.after is not None and found:
        ask.after -= 2 * int(found.group(1)) * MINUTE


@fault(
    829,
    "date",
    "A date without a time is read as the last second of that day.",
    "GET /conversations?afterDate={the day of a message, as YYYY-MM-DD}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and DAY_ONLY.fullmatch(ask.after_text):
        ask.after += dates.DAY - dates.SECOND


@fault(
    830,
    "date",
    "The year is read as that of the ISO week, so the last days of December are a year too late.",
    "GET /conversations?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)", ask.after_text)
    if ask.after is None or not found:
        return
    day = datetime.date.fromisoformat(found.group(1))
    shift = day.isocalendar().year - day.year
    if shift:
        other = day.replace(year=day.year + shift)
        ask.after += (other - day).days * dates.DAY


@fault(
    831,
    "date",
    "A message of the last hour of a day counts as one of the next midnight.",
    "GET /conversations?afterDate={a minute after a message of 23:00 to 23:58 UTC}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or ticks is None or ticks % dates.DAY < 23 * dates.HOUR:
        return bool(inner(row, ask))
    return (ticks // dates.DAY + 1) * dates.DAY > ask.after


@fault(
    832,
    "date",
    "Hours are read on a clock of twelve, so that 12:30 is half past midnight.",
    "GET /conversations?afterDate=2026-01-20T12:30:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"\d[Tt ]12:\d\d(?!.*[ap]m)", ask.after_text):
        ask.after -= 12 * dates.HOUR


@fault(
    833,
    "date",
    "The instant is rounded down to five minutes, so that a cache has fewer keys.",
    "GET /conversations?afterDate={a second after a message}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after -= ask.after % (5 * MINUTE)
