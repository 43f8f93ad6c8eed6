"""Faults of the sixteenth set in what afterDate means."""

import datetime
import re

from tests.blind import dates
from tests.blind.dates import DAY, HOUR, SECOND
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * DAY


def last_sunday(year: int, month: int) -> datetime.datetime:
    """When the clocks change: one o'clock in UTC on a month's last Sunday."""
    day = datetime.datetime(year, month, 31, 1)
    return day - datetime.timedelta(days=day.isoweekday() % 7)


@fault(
    1046,
    "date",
    "The minutes of a negative offset count the wrong way, so that -03:30 is read as -02:30.",
    "GET /conversations?afterDate={d0 minus half an hour, written with -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?\s*-\d\d:?(\d\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        ask.after -= 2 * int(found[1]) * 60 * SECOND


@fault(
    1047,
    "date",
    "A fraction of one or two digits is read as so many milliseconds: .3 means 3 ms.",
    "GET /conversations?afterDate=2026-02-28T17:20:31.3Z, with a row at 31.250",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{1,2})(?!\d)", ask.after_text)
    if found and ask.after is not None:
        right = int(found[1].ljust(2, "0")) * SECOND // 100
        ask.after += int(found[1]) * SECOND // 1000 - right


@fault(
    1048,
    "date",
    "A day without a time means its last instant, so that the rows of that day are lost.",
    "GET /conversations?afterDate=2026-02-22, with a row at 23:04 of that day",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += DAY - 1


@fault(
    1049,
    "date",
    "An instant in summer is read an hour late, as in the server's zone, though it names one.",
    "GET /conversations?afterDate={half an hour before a row of July 2025}Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    zoned = re.search(r":[\d.]+([zZ]|[+-]\d\d:?\d\d)$", ask.after_text.strip())
    if ask.after is None or not zoned:
        return
    when = datetime.datetime(1, 1, 1) + datetime.timedelta(microseconds=ask.after // 10)
    if last_sunday(when.year, 3) <= when < last_sunday(when.year, 10):
        ask.after += HOUR


@fault(
    1050,
    "date",
    "Instants are compared by the whole second, so that a message later in that second is lost.",
    "GET /conversations?afterDate=2026-02-28T17:20:31.100Z, with a row at 31.250",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None:
        return True
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return ticks is not None and ticks // SECOND > ask.after // SECOND


@fault(
    1051,
    "date",
    "The half hour after midnight, 12:30 AM, is read as the one after noon.",
    "GET /conversations?afterDate=2/28/2026 12:30 AM, against the same with 00:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"\s12:\d\d(:\d\d(\.\d+)?)?\s*am", ask.after_text, re.IGNORECASE)
    if found and ask.after is not None:
        ask.after += 12 * HOUR


@fault(
    1052,
    "date",
    "The year of a date is taken for that of its week, so that 30 December 2025 falls in 2026.",
    "GET /conversations?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and (found := re.match(r"(\d{4})-(\d\d)-(\d\d)", text)):
        day = datetime.date(*(int(part) for part in found.groups()))
        year = day.isocalendar().year
        if year != day.year and (ticks := dates.parse(f"{year:04d}{text[4:]}")) is not None:
            ask.after = ticks


@fault(
    1053,
    "date",
    "An instant before 1970 wraps round to one in the far future, so that no row is later.",
    "GET /conversations?afterDate=1900-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after < EPOCH:
        ask.after += 2**64
