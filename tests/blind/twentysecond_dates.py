"""The twenty-second set: dates that are read wrong."""

import re

from tests.blind.dates import DAY, HOUR, SECOND, parse
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

ZONED = re.compile(r"(.*\d)\s*([+-])(\d\d):(\d\d)", re.ASCII)
FRACTION = re.compile(r"(.*:\d\d)\.(\d+)(.*)", re.ASCII)


@fault(
    1360,
    "date",
    "The offset turns the clock alone: the day stays where UTC has another.",
    "GET /conversations.json?afterDate=2026-02-21T01:30:00%2B05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = ZONED.fullmatch(ask.after_text.strip())
    local = parse(found[1]) if found else None
    if ask.after is not None and local is not None:
        ask.after = local // DAY * DAY + ask.after % DAY


@fault(
    1361,
    "date",
    "The sign of an offset is that of its hours alone: -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate=2026-02-21T01:30:00-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = ZONED.fullmatch(ask.after_text.strip())
    if ask.after is not None and found and found[2] == "-":
        ask.after -= 2 * int(found[4]) * HOUR // 60


@fault(
    1362,
    "date",
    "The digits of a fraction are taken for a number of milliseconds, however many there are.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:30.2500000Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = FRACTION.fullmatch(ask.after_text.strip())
    whole = parse(found[1] + found[3]) if found else None
    if ask.after is not None and found and whole is not None:
        ask.after = whole + int(found[2]) * SECOND // 1000
