"""Eighth faults of dates."""

import struct

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST, ROWS, without_zone
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import NEWEST, Row, written

__all__: list[str] = []

EPOCH = dates.parse("1970-01-01T00:00:00Z") or 0
OLDEST = (dates.parse(written(NEWEST)) or 0) - 180 * dates.DAY


@fault(
    582,
    "date",
    "The bound is kept as seconds in a float of four bytes, exact to about two minutes.",
    " | ".join(
        f"{LIST}?afterDate={row['mostRecentMessage']['date'][:17]}00.000Z" for row in ROWS[:24]
    ),
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds = (ask.after - EPOCH) / dates.SECOND
        ask.after = EPOCH + int(struct.unpack("f", struct.pack("f", seconds))[0]) * dates.SECOND


@fault(
    583,
    "date",
    "A message that is still to be read passes any date.",
    f"{LIST}?afterDate=2026-02-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool((row["mostRecentMessage"] or {}).get("isUnread")) or bool(inner(row, ask))


@fault(
    584,
    "date",
    "An instant of midnight is taken for a day, and counts from its end.",
    " | ".join(f"{LIST}?afterDate=2026-02-{day}T00:00:00Z" for day in range(10, 26)),
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after % dates.DAY == 0:
        ask.after += dates.DAY


@fault(
    585,
    "date",
    "A bound that is further back than half a year counts as half a year back.",
    f"{LIST}?afterDate=2025-01-15T08:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after = max(ask.after, OLDEST)


@fault(
    586,
    "date",
    "An offset turns the clock, but never the day.",
    f"{LIST}?afterDate=2026-02-12T01:30:00%2B05:00 | {LIST}?afterDate=2026-02-03T20:30:00-08:00"
    f" | {LIST}?afterDate=2025-12-21T00:15:00%2B02:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    local = dates.parse(without_zone(ask.after_text) or "")
    if ask.after is not None and local is not None:
        ask.after = local // dates.DAY * dates.DAY + ask.after % dates.DAY
