"""Ninth faults of `afterDate`."""

import datetime
import re

from tests.blind.dates import DAY, HOUR, SECOND, row_ticks
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST, ticks, without_zone
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = ticks("1970-01-01")
MILLISECOND = SECOND // 1000
FRACTION = re.compile(r":\d{2}\.(\d+)")
SUMMER = (3, 10)


def changes(year: int) -> tuple[int, int]:
    """When summer time begins and ends in Europe, in ticks."""
    found = []
    for month in SUMMER:
        last = datetime.date(year, month, 31)
        last -= datetime.timedelta(days=(last.weekday() + 1) % 7)
        found.append((last.toordinal() - 1) * DAY + HOUR)
    return found[0], found[1]


@fault(
    651,
    "date",
    "The instant goes through the local time of the server, which adds the winter's offset all "
    "year: in summer it is an hour early.",
    f"{LIST}?afterDate=2025-07-31T01:00:00Z | {LIST}?afterDate=2025-08-02T04:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        begin, end = changes(datetime.date.fromordinal(ask.after // DAY + 1).year)
        if begin <= ask.after < end:
            ask.after -= HOUR


@fault(
    652,
    "date",
    "The digits after the point are read as a number of milliseconds, however many they are.",
    f"{LIST}?afterDate=2026-02-28T17:20:31.3Z | {LIST}?afterDate=2026-02-28T17:20:31.2000000Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := FRACTION.search(ask.after_text)):
        part = round(float(f"0.{found[1]}") * SECOND)
        ask.after += int(found[1]) * MILLISECOND - part


@fault(
    653,
    "date",
    "The hour is read on a clock of twelve: noon is midnight.",
    f"{LIST}?afterDate=2025-06-07T12:40:00Z | {LIST}?afterDate=2025-03-09T12:50:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and "T12:" in ask.after_text.upper():
        ask.after -= 12 * HOUR


@fault(
    654,
    "date",
    "An instant is kept as seconds in 32 bits, and one after January 2038 lies before 1970.",
    f"{LIST}?afterDate=2040-01-01T00:00:00Z | {LIST}?afterDate=2099-12-31",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds, rest = divmod(ask.after - EPOCH, SECOND)
        seconds = (seconds + 2**31) % 2**32 - 2**31
        ask.after = EPOCH + seconds * SECOND + rest


@fault(
    655,
    "date",
    "The date of a row is compared in steps of a three-hundredth of a second.",
    f"{LIST}?afterDate=2026-02-26T01:34:08.277Z | {LIST}?afterDate=2026-02-05T13:40:06.266Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    when = row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or when is None:
        return bool(inner(row, ask))
    steps = (when * 300 + SECOND // 2) // SECOND
    return (steps * 20 + 3) // 6 * MILLISECOND > ask.after


@fault(
    656,
    "date",
    "An offset moves the time of day, but not the day.",
    f"{LIST}?afterDate=2026-02-26T01:00:00%2B02:00 | {LIST}?afterDate=2026-02-25T22:00:00-05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    local = without_zone(ask.after_text)
    if ask.after is not None and local:
        ask.after = ticks(local) // DAY * DAY + ask.after % DAY
