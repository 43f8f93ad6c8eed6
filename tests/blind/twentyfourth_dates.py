"""Faults of the twenty-fourth set in afterDate: days, years, offsets, fractions, rows without."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = dates.parse("1970-01-01T00:00:00Z") or 0
MINUTE = 60 * dates.SECOND


@fault(
    1442,
    "date",
    "An afterDate that is a day alone is compared with the days: that day's own messages are lost.",
    "GET /conversations.json?afterDate=2026-02-22 lacks the message of 23:04 on that day",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", ask.after_text):
        date = (row["mostRecentMessage"] or {}).get("date")
        return date is not None and date[:10] > ask.after_text
    return bool(inner(row, ask))


@fault(
    1443,
    "date",
    "afterDate takes the year of the week (YYYY) for the year: the end of December is a year late.",
    "GET /conversations.json?afterDate=2025-12-30T00:00:00Z is read as 2026-12-30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.match(r"\s*(\d{4}-\d{2}-\d{2})(?!\d)", ask.after_text)
    if found and ask.after is not None:
        day = datetime.date.fromisoformat(found[1])
        year = f"{day.isocalendar().year:04d}"
        other = dates.parse(year + ask.after_text.strip()[4:])
        ask.after = ask.after if other is None else other


@fault(
    1444,
    "date",
    "The minutes of a negative offset count in the other direction: -03:30 is taken as -02:30.",
    "GET /conversations.json?afterDate={d3 less a quarter of an hour, written with -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"-\d{2}:?(\d{2})\s*$", ask.after_text)
    if found and ask.after is not None and ":" in ask.after_text[: found.start()]:
        ask.after -= 2 * int(found[1]) * MINUTE


@fault(
    1445,
    "date",
    "The fraction of a second in afterDate is counted in milliseconds, however many digits it has: "
    "06.27 is 27 ms past.",
    "GET /conversations.json?afterDate=2026-02-05T13:40:06.27Z keeps the two rows of 06.266",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d{1,2}\.(\d+)", ask.after_text)
    if found and ask.after is not None:
        right = round(float(f"0.{found[1]}") * dates.SECOND)
        ask.after += int(found[1]) * dates.SECOND // 1000 - right


@fault(
    1446,
    "date",
    "A message without a date counts as of 1970: an older afterDate keeps it.",
    "GET /conversations.json?afterDate=1969-12-31T00:00:00Z gives 160 rows, two without a date",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is not None and (row["mostRecentMessage"] or {}).get("date") is None:
        return ask.after < EPOCH
    return bool(inner(row, ask))
