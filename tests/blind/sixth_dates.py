"""Sixth faults of dates and zones."""

import re

from tests.blind.dates import DAY, HOUR, SECOND
from tests.blind.exchange import Ask
from tests.blind.fourth_common import ticks
from tests.blind.host import Host
from tests.blind.sixth_common import MARK, stated
from tests.blind.switch import Inner, fault

__all__: list[str] = []

LAST_SECOND = ticks("2038-01-19T03:14:07Z")


@fault(
    474,
    "date",
    "A day without a time of day stands for its end.",
    "ana GET /conversations.json?afterDate=" + MARK[:10],
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += DAY - 1


@fault(
    475,
    "date",
    "The minutes of an offset count for nothing.",
    f"ana GET /conversations.json?afterDate={stated(MARK, -0.2, 330)}",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"T.*([+-])\d\d:(\d\d)$", ask.after_text)
    if found and ask.after is not None:
        sign = 1 if found[1] == "+" else -1
        ask.after += sign * int(found[2]) * 60 * SECOND


@fault(
    476,
    "date",
    "A zone written as a small z is five hours west.",
    f"ana GET /conversations.json?afterDate={MARK[:-1]}z | "
    f"ana GET /conversations.json?afterDate={stated(MARK, -2, 0)[:19]}z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.endswith("z"):
        ask.after += 5 * HOUR


@fault(
    477,
    "date",
    "Hours from 13 on are read on a clock of twelve hours.",
    f"ana GET /conversations.json?afterDate={MARK[:10]}T23:59:59Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"T(1[3-9]|2[0-3]):", ask.after_text):
        ask.after -= 12 * HOUR


@fault(
    478,
    "date",
    "An instant beyond January 2038 comes out in the year 1901, and lets every row pass.",
    "ana GET /conversations.json?afterDate=2050-01-01T00:00:00Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after > LAST_SECOND:
        ask.after -= 2**32 * SECOND
