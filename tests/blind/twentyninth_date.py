"""Faults of the twenty-ninth set: dates."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1641,
    "date",
    "A fraction of one or two digits is read as so many milliseconds, so that .3 is 3 ms.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:31.3Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{1,2})(?!\d)", ask.after_text)
    if found and ask.after is not None:
        digits = found[1]
        right = int(digits) * dates.SECOND // 10 ** len(digits)
        ask.after += int(digits) * dates.SECOND // 1000 - right


@fault(
    1642,
    "date",
    "The sign of an offset goes to its hours alone, so that -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate={d5 less ten minutes, written with -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"t.*-\d\d:(\d\d)$", ask.after_text, re.IGNORECASE)
    if found and ask.after is not None:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


def folded(ticks: int) -> int:
    """The instant with its hour from 1 to 12."""
    day, rest = divmod(ticks, dates.DAY)
    hour, part = divmod(rest, dates.HOUR)
    return day * dates.DAY + ((hour - 1) % 12 + 1) * dates.HOUR + part


@fault(
    1643,
    "date",
    "Both instants are written with a clock of twelve hours before they are compared.",
    "GET /conversations.json?afterDate=2026-02-28T12:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None:
        return True
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return ticks is not None and folded(ticks) > folded(ask.after)


@fault(
    1644,
    "date",
    "An afterDate of long ago is moved to a year before the newest row; older rows are lost.",
    "GET /conversations.json?afterDate=2024-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        known = [(row["mostRecentMessage"] or {}).get("date") for row in host.rows]
        newest = max(dates.row_ticks(date) or 0 for date in known)
        ask.after = max(ask.after, newest - 365 * dates.DAY)
