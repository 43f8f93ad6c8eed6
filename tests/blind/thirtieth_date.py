"""Faults of the thirtieth set: dates."""

import re

from tests.blind.dates import HOUR, SECOND
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1680,
    "date",
    "In a negative offset the sign goes with the hours alone: -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate={20 minutes after a row, in -03:30}: that row comes too.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?-\d\d:?(\d\d)$", ask.after_text)
    if ask.after is not None and found:
        ask.after -= 2 * int(found[1]) * 60 * SECOND


@fault(
    1681,
    "date",
    "A small z is not known as UTC, and the instant is read in the server's zone, +01:00.",
    "GET /conversations.json?afterDate={20 minutes after a row, with a small z}: it comes too.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.endswith("z"):
        ask.after -= HOUR


@fault(
    1682,
    "date",
    "The digits after the point are taken as milliseconds however many they are: .5 is 5 ms.",
    "GET /conversations.json?afterDate={second of d0}.9Z: the row of d0 comes, at .250.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"\.(\d{1,2})(?!\d)", ask.after_text)
    if ask.after is not None and found:
        digits = found[1]
        right = int(digits) * SECOND // 10 ** len(digits)
        ask.after += int(digits) * SECOND // 1000 - right
