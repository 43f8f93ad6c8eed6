"""Faults of the twenty-seventh set in how afterDate is read and compared."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1561,
    "date",
    "A fraction of one or two digits is read as that many milliseconds: .3 is 3 ms.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:31.3Z has the row of 31.250",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{1,2})(?!\d)", ask.after_text)
    if found and ask.after is not None:
        part = found.group(1)
        ask.after += int(part) * dates.SECOND // 1000
        ask.after -= int(part.ljust(3, "0")) * dates.SECOND // 1000


@fault(
    1562,
    "date",
    "The minutes of an offset are dropped: +05:30 is read as +05:00.",
    "GET /conversations.json?afterDate= an instant up to half an hour before a row, at +05:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d.*([+-])\d\d:?(\d\d)$", ask.after_text)
    if found and ask.after is not None:
        ticks = int(found.group(2)) * 60 * dates.SECOND
        ask.after += ticks if found.group(1) == "+" else -ticks


@fault(
    1563,
    "date",
    "A date without a time is read as the end of its day.",
    "GET /conversations.json?afterDate={day} lacks a row of that day at 23 o'clock",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", ask.after_text.strip()):
        ask.after += dates.DAY - 1


@fault(
    1564,
    "date",
    "The row's date is cut to whole seconds before it is compared with afterDate.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:31.100Z lacks the row of 31.250",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None:
        return True
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return ticks is not None and ticks // dates.SECOND * dates.SECOND > ask.after


@fault(
    1589,
    "date",
    "Where endpointIds are given the index compares the row's date with afterDate as text.",
    "GET /conversations.json?endpointIds={e}&afterDate= an instant just before a row, at +14:00",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or "endpointIds" not in ask.lists:
        return bool(inner(row, ask))
    return ((row["mostRecentMessage"] or {}).get("date") or "") > ask.after_text
