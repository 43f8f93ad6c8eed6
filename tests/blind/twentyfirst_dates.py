"""Faults of `afterDate`, of the set `twentyfirst`."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

MILLISECOND = dates.SECOND // 1000


@fault(
    1321,
    "date",
    "The fraction of a second is read as a number of milliseconds: `.3` is 3 ms.",
    "GET /conversations.json?afterDate=2026-02-28T17:20:31.3Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d{1,2}\.(\d+)", ask.after_text)
    if ask.after is not None and found:
        right = round(float(f"0.{found[1]}") * dates.SECOND)
        ask.after += int(found[1]) * MILLISECOND - right


@fault(
    1322,
    "date",
    "Of a negative offset the minutes are added: `-03:30` is read as -02:30.",
    "GET /conversations.json?afterDate=(the newest row's date at -03:30, and a second)",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d.*-\d\d:?([0-5]\d)\s*$", ask.after_text)
    if ask.after is not None and found:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1323,
    "date",
    "The year is read as that of the week: the last days of December may be in the next year.",
    "GET /conversations.json?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", ask.after_text)
    if ask.after is None or not found:
        return
    year, month, day = (int(part) for part in found.groups())
    week_year = datetime.date(year, month, day).isocalendar().year
    if week_year != year:
        ask.after = dates.parse(f"{week_year:04d}{ask.after_text[4:]}")
