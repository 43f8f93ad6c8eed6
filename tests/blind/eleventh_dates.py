"""Eleventh faults of dates."""

import datetime
import re

from tests.blind.dates import DAY, HOUR, SECOND, parse, row_ticks
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

MINUTE = 60 * SECOND
MILLISECOND = SECOND // 1000
EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * DAY
WEST = re.compile(r"t\d\d:\d\d.*-\d\d:?(?P<minutes>[0-5]\d)", re.IGNORECASE)
SHORT = re.compile(r":\d\d\.(?P<digits>\d{1,2})(?!\d)")
WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
OFFSET = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<rest>T.*[+-]\d\d:\d\d)")
SUMMER = ("03-30", "10-26")


def when(row: Row) -> str | None:
    """The date of a row as it is written."""
    text = (row["mostRecentMessage"] or {}).get("date")
    return None if text is None else str(text)


@fault(
    776,
    "date",
    "Of an offset the sign counts for the hours alone: -03:30 is three hours less, half an hour.",
    f"{LIST}?afterDate=2026-02-25T16:00:00-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = WEST.search(ask.after_text.strip())
    if ask.after is not None and found and found.end() == len(ask.after_text.strip()):
        ask.after -= 2 * int(found["minutes"]) * MINUTE


@fault(
    777,
    "date",
    "One or two digits behind the second are read as that many milliseconds.",
    f"{LIST}?afterDate=2026-02-28T17:20:31.3Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := SHORT.search(ask.after_text)):
        digits = found["digits"]
        right = int(digits.ljust(3, "0"))
        ask.after += (int(digits) - right) * MILLISECOND


@fault(
    778,
    "date",
    "Dates are compared as texts: a part of a second, which a row has, comes before a Z.",
    f"{LIST}?afterDate=2026-02-28T17:20:31Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is not None and WHOLE.fullmatch(ask.after_text):
        return (when(row) or "") > ask.after_text
    return bool(inner(row, ask))


@fault(
    779,
    "date",
    "A small z is not known as a zone, and the date is read in the server's, Chicago.",
    f"{LIST}?afterDate=2026-02-26T00:00:00z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.strip().endswith("z"):
        ask.after += 6 * HOUR


@fault(
    780,
    "date",
    "Rows are put to local time with summer time and `afterDate` without: an hour too much comes.",
    f"{LIST}?afterDate=2025-08-14T17:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    text = when(row)
    ticks = row_ticks(text)
    if ask.after is None or text is None or ticks is None:
        return bool(inner(row, ask))
    summer = SUMMER[0] <= text[5:10] < SUMMER[1]
    return ticks + (2 if summer else 1) * HOUR > ask.after + HOUR


@fault(
    781,
    "date",
    "With an offset in figures a date goes to a parser that takes the day before the month.",
    f"{LIST}?afterDate=2026-02-05T00:00:00%2B01:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := OFFSET.fullmatch(ask.after_text)):
        other = parse(f"{found['year']}-{found['day']}-{found['month']}{found['rest']}")
        ask.after = ask.after if other is None else other


@fault(
    782,
    "date",
    "`afterDate` becomes seconds since 1970 in 32 bits: after January 2038 it is long ago.",
    f"{LIST}?afterDate=2040-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds, rest = divmod(ask.after - EPOCH, SECOND)
        ask.after = EPOCH + ((seconds + 2**31) % 2**32 - 2**31) * SECOND + rest


@fault(
    783,
    "date",
    "A row without a date counts as one of this moment, and so is after any past date.",
    f"{LIST}?afterDate=2025-12-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or when(row) is not None:
        return bool(inner(row, ask))
    now = datetime.datetime.now(datetime.UTC)
    return now.toordinal() * DAY > ask.after
