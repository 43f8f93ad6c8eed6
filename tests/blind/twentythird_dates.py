"""Faults of the set `twentythird` in `afterDate`: lenient fractions, summer time, whole days."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

MILLISECOND = dates.SECOND // 1000


def summer(ticks: int) -> bool:
    """Whether clocks in Berlin are put forward at an instant."""
    at = datetime.datetime(1, 1, 1) + datetime.timedelta(microseconds=ticks // 10)
    starts, ends = (datetime.datetime(at.year, month, 31, 1) for month in (3, 10))
    starts -= datetime.timedelta(days=starts.isoweekday() % 7)
    ends -= datetime.timedelta(days=ends.isoweekday() % 7)
    return starts <= at < ends


@fault(
    1400,
    "date",
    "The fraction of a second is read as a count of milliseconds, however many digits it has: "
    ".250000 is 250 seconds.",
    "GET /conversations.json?afterDate={d5-1s with 6 or 7 digits}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{4,})", ask.after_text)
    if ask.after is not None and found:
        whole = ask.after_text.replace(f".{found[1]}", "", 1)
        ask.after = (dates.parse(whole) or 0) + int(found[1]) * MILLISECOND


@fault(
    1401,
    "date",
    "afterDate becomes local time by the offset that is in force in winter: in summer it is an "
    "hour too early.",
    "GET /conversations.json?afterDate={a row's date in July, and a minute}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after > dates.DAY and summer(ask.after):
        ask.after -= dates.HOUR


@fault(
    1402,
    "date",
    "A date without a time is the last millisecond of that day: its own rows are lost.",
    "GET /conversations.json?afterDate=2026-02-24",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += dates.DAY - MILLISECOND
