"""Faults of afterDate in one place."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

MINUTE = 60 * dates.SECOND
EPOCH = dates.parse("1970-01-01T00:00:00Z") or 0


@fault(
    1883,
    "date",
    "The offset is read by a pattern of the team's own that takes sign and hours; its minutes are"
    " matched and never used, which nobody saw in zones of whole hours.",
    "ana GET /conversations.json?afterDate=2026-02-28T22:40:31Z"
    " | ana GET /conversations.json?afterDate=2026-02-28T22:55:31%2B05:45",
    at="after",
)
def whole_hours(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?([+-])\d\d:?(\d\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        minutes = int(found[2]) * MINUTE
        ask.after += minutes if found[1] == "+" else -minutes


@fault(
    1884,
    "date",
    "The digits after the point are read as a whole number of milliseconds, as JavaScript writes"
    " three of them: `.3` is taken as 3 ms and seven digits as many minutes.",
    "ana GET /conversations.json?afterDate=2026-02-28T17:20:31.3Z"
    " | ana GET /conversations.json?afterDate=2026-02-28T17:20:31.2400000Z",
    at="after",
)
def whole_milliseconds(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d+)", ask.after_text)
    if found and ask.after is not None:
        right = round(float(f"0.{found[1]}") * dates.SECOND)
        ask.after += int(found[1][:7]) * 10_000 - right


@fault(
    1885,
    "date",
    "A date without a time is moved to the end of its day, by the helper that was made for the"
    " upper ends of ranges in the reports: the rows of that day are missing.",
    "ana GET /conversations.json?afterDate=2026-02-28",
    at="after",
)
def end_of_day(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ":" not in ask.after_text:
        ask.after += dates.DAY - 1


@fault(
    1886,
    "date",
    'Whether a date is in UTC is seen by `EndsWith("Z")`; one with a small z counts as local,'
    " and the servers' clocks are set to New York.",
    "ana GET /conversations.json?afterDate=2026-02-28T15:00:00z",
    at="after",
)
def small_zone(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.strip().endswith("z"):
        ask.after += 5 * dates.HOUR


@fault(
    1887,
    "date",
    "The date is turned into seconds since 1970 in an int of 32 bits, for an old column; from"
    " 2038 on it wraps round to a time long ago, and every dated row is after it.",
    "ana GET /conversations.json?afterDate=2040-01-01T00:00:00Z",
    at="after",
)
def thirty_two_bits(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds, rest = divmod(ask.after - EPOCH, dates.SECOND)
        wrapped = (seconds + 2**31) % 2**32 - 2**31
        ask.after = EPOCH + wrapped * dates.SECOND + rest
