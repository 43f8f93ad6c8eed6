"""Tenth faults of dates."""

import datetime
import re
from typing import Any

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.fourth_common import LIST, ROWS, edited, ticks, without_zone
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = ticks("1970-01-01T00:00:00Z")
DATES = sorted(row["mostRecentMessage"]["date"] for row in ROWS)
SUMMER = next(date for date in DATES if date.startswith("2025-07"))
NIGHT = next(date for date in DATES if "2025" < date and date[11:13] == "01")
FRACTION = re.compile(r"\.(\d{4,})")
MARCH, OCTOBER = 3, 10


def moved(text: str, **time: int) -> str:
    """An instant that is somewhat later than a row's."""
    instant = datetime.datetime.fromisoformat(text.removesuffix("Z"))
    return (instant + datetime.timedelta(**time)).isoformat(timespec="milliseconds")


def changes(year: int, month: int) -> datetime.datetime:
    """When Europe changes its clocks: the last Sunday of the month, at one."""
    last = datetime.datetime(year, month, 31, 1)
    return last - datetime.timedelta(days=(last.weekday() + 1) % 7)


@fault(
    729,
    "date",
    "Dates in summer are read one hour early: the zone's winter offset is taken off again.",
    f"{LIST}?afterDate={moved(SUMMER, minutes=20)}Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None:
        return
    instant = datetime.datetime(1, 1, 1) + datetime.timedelta(microseconds=ask.after // 10)
    if changes(instant.year, MARCH) <= instant < changes(instant.year, OCTOBER):
        ask.after -= dates.HOUR


@fault(
    730,
    "date",
    "Where the offset takes the instant over midnight, the day stays as written.",
    f"{LIST}?afterDate={moved(NIGHT, hours=-3, minutes=10)}-03:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    local = without_zone(ask.after_text)
    if ask.after is not None and local:
        ask.after -= (ask.after // dates.DAY - ticks(local) // dates.DAY) * dates.DAY


@fault(
    731,
    "date",
    "A fraction of more than three digits is read as so many milliseconds.",
    f"{LIST}?afterDate={DATES[-1][:19]}.0010000Z | {LIST}?afterDate={moved(DATES[-1])[:19]}.0009Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = FRACTION.search(ask.after_text)
    if ask.after is not None and found:
        whole = ticks(FRACTION.sub("", ask.after_text))
        ask.after = whole + int(found[1]) * dates.SECOND // 1000


@fault(
    732,
    "date",
    "Dates become nanoseconds since 1970 in 64 bits, which wrap before 1678 and after 2262.",
    f"{LIST}?afterDate=1600-01-01T00:00:00Z | {LIST}?afterDate=2300-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        wrapped = ((ask.after - EPOCH) * 100 + 2**63) % 2**64 - 2**63
        ask.after = EPOCH + wrapped // 100


@fault(
    733,
    "date",
    "Milliseconds are written without zeros in front: .084 comes as .84, and is filtered as .084.",
    f"{LIST} | {LIST}?afterDate=2025-02-25T21:59:17.500Z",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        whole, dot, part = (message.get("date") or "").rpartition(".")
        if dot:
            message["date"] = f"{whole}.{int(part.removesuffix('Z'))}Z"

    return inner(edited(value, edit), kind, root)  # type: ignore[no-any-return]


@fault(
    734,
    "date",
    "The greatest offset, 14 hours, is refused as too great.",
    f"{LIST}?afterDate=2026-02-01T00:00:00%2B14:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after_text.endswith(("+14:00", "-14:00")):
        raise Refused(host.answer(ask, {}, ROOT, 400))
