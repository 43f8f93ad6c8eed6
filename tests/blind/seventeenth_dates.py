"""Faults of the set `seventeenth`: what `afterDate` means."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

MINUTE = 60 * dates.SECOND
EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * dates.DAY
OFFICE = 5 * dates.HOUR


@fault(
    1097,
    "date",
    "A fraction of more than three digits is read as that many milliseconds.",
    "GET /conversations.json?afterDate={d5 with the fraction written in seven digits}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{4,7})", ask.after_text)
    if found and ask.after is not None:
        digits = found[1]
        right = round(float(f"0.{digits}") * dates.SECOND)
        ask.after += int(digits) * (dates.SECOND // 1000) - right


@fault(
    1098,
    "date",
    "The date goes into a SMALLDATETIME, and is rounded to a whole minute.",
    "GET /conversations.json?afterDate={d5 plus one second}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after = (ask.after + MINUTE // 2) // MINUTE * MINUTE


@fault(
    1099,
    "date",
    "A date up to 1970 is no positive epoch and filters nothing: rows without a date come too.",
    "GET /conversations.json?afterDate=1970-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after <= EPOCH:
        ask.after = None


@fault(
    1100,
    "date",
    "For a user of an office the Z is dropped, and the time read in the office's zone.",
    "GET /conversations.json?afterDate={d one second before a row of ben's} as ben",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    limited = ask.user is not None and ask.user.accounts is not None
    if limited and ask.after is not None and ask.after_text.strip().endswith("Z"):
        ask.after += OFFICE


@fault(
    1101,
    "date",
    "An offset that leads over midnight shifts the hour and leaves the day.",
    "GET /conversations.json?afterDate=2026-02-01T00:30:00%2B02:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?([+-])(\d\d):?(\d\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        offset = int(found[2]) * dates.HOUR + int(found[3]) * MINUTE
        local = ask.after + (offset if found[1] == "+" else -offset)
        ask.after += (local // dates.DAY - ask.after // dates.DAY) * dates.DAY


@fault(
    1102,
    "date",
    "A lower-case z is no zone: the time is taken as New York's.",
    "GET /conversations.json?afterDate={d5 less a second, with a small z}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"\d\s*z$", ask.after_text.strip()):
        ask.after += OFFICE


@fault(
    1103,
    "date",
    "Parsed dates are remembered by their first 19 characters, without fraction and zone.",
    "GET ?afterDate=2026-01-30T03:02:52Z, then ?afterDate=2026-01-30T03:02:52-05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and len(text) >= 19:
        known: dict[str, int] = host.memory.setdefault("dates", {})
        ask.after = known.setdefault(text[:19], ask.after)


@fault(
    1104,
    "date",
    "After a date that was refused the same user's next date is ignored.",
    "GET ?afterDate=soon (400), then ?afterDate={d5}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    failed: set[str] = host.memory.setdefault("failed", set())
    name = ask.user.id if ask.user else ""
    try:
        inner(ask)
    except Refused:
        failed.add(name)
        raise
    if ask.after is not None and name in failed:
        failed.discard(name)
        ask.after = None
