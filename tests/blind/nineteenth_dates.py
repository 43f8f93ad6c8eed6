"""Faults of the set `nineteenth`: how afterDate is read and compared."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = dates.parse("1970-01-01T00:00:00Z") or 0


@fault(
    1223,
    "date",
    "An afterDate of more than three digits of a second is rounded to milliseconds.",
    "GET /conversations?afterDate={0.3 ms before the date of a row}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"\.\d{4,}", ask.after_text):
        ask.after = (ask.after + 5_000) // 10_000 * 10_000


@fault(
    1224,
    "date",
    "12 AM, the hour after midnight, is read as noon.",
    "GET /conversations?afterDate=02/10/2026 12:15 AM",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"(?i)\s12:[\d:.]+\s*am", ask.after_text):
        ask.after += 12 * dates.HOUR


@fault(
    1225,
    "date",
    "In a negative offset the minutes count the other way: -03:30 is read as -02:30.",
    "GET /conversations?afterDate={local time}-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d[\d.]*\s*-\d\d:?(\d\d)$", ask.after_text.strip())
    if ask.after is not None and found:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1226,
    "date",
    "29 February, in ISO 8601, is refused with 400 in a leap year too.",
    "GET /conversations?afterDate=2024-02-29T12:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.match(r"\s*\d{4}-02-29", ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1227,
    "date",
    "A row without date counts as of 1970, so it is after an earlier afterDate.",
    "GET /conversations?afterDate=1969-12-31T23:59:59Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is not None and (row["mostRecentMessage"] or {}).get("date") is None:
        return ask.after < EPOCH
    return bool(inner(row, ask))


@fault(
    1228,
    "date",
    "The offset is lost where a blank, not a T, stands between day and time.",
    "GET /conversations?afterDate=2026-02-09 01:00:00%2B05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d\s+[\d:.]+)\s*[+-]\d\d:?\d\d", ask.after_text.strip())
    if ask.after is not None and found:
        ask.after = dates.parse(found[1])
