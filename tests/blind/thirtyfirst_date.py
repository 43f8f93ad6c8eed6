"""Faults 1722 to 1727: what becomes of `afterDate`."""

import datetime
import re
from zoneinfo import ZoneInfo

from tests.blind.dates import DAY, SECOND
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

NEW_YORK = ZoneInfo("America/New_York")
YEAR_ONE = datetime.datetime(1, 1, 1)
EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * DAY
NEGATIVE = re.compile(r":\d{2}(?:\.\d+)?\s*-\d{1,2}:?(?P<minutes>\d{2})$")
FRACTION = re.compile(r":\d{2}\.(?P<part>\d{4,9})")
ZONE = re.compile(r":\d{1,2}(?:\.\d+)?\s*(?:[ap]m)?\s*(?:z|gmt|[+-]\d{1,2}(?::?\d{2})?)$", re.I)


def moment(ticks: int) -> datetime.datetime:
    """Ticks as an instant in UTC, without a zone."""
    return YEAR_ONE + datetime.timedelta(microseconds=ticks // 10)


def ticks_of(when: datetime.datetime) -> int:
    """An instant in UTC as ticks."""
    return (when - YEAR_ONE) // datetime.timedelta(microseconds=1) * 10


@fault(
    1722,
    "date",
    "The minus of an offset is put on its hours alone: -03:30 is read as -3 h and +30 min.",
    "ana GET /conversations.json?afterDate=2025-12-25T15:30:00-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = NEGATIVE.search(ask.after_text.strip())
    if ask.after is not None and found:
        ask.after -= 2 * 60 * int(found["minutes"]) * SECOND


@fault(
    1723,
    "date",
    "More than three digits of a second are taken for microseconds, however many they are.",
    "ana GET /conversations.json?afterDate=2025-12-25T18:47:21.2080000Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = FRACTION.search(ask.after_text)
    if ask.after is not None and found:
        part = found["part"]
        ask.after += int(part) * (SECOND // 1_000_000) - round(float(f"0.{part}") * SECOND)


@fault(
    1724,
    "date",
    "A date without a zone is read in the server's local time with its summer time, New York's.",
    "ana GET /conversations.json?afterDate=2025-07-05T07:59:00"
    " | ana GET /conversations.json?afterDate=2025-12-03T18:50:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None or ZONE.search(ask.after_text.strip()):
        return
    local = moment(ask.after)
    if 2 < local.year < 9998:
        offset = local.replace(tzinfo=NEW_YORK).utcoffset() or datetime.timedelta()
        ask.after = ticks_of(local - offset)


@fault(
    1725,
    "date",
    "Instants are compared as texts: after a whole second, no row of that second is later.",
    "ana GET /conversations.json?afterDate=2025-12-25T18:47:21Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = (row["mostRecentMessage"] or {}).get("date")
    if ask.after is None or date is None or ask.after % SECOND:
        return bool(inner(row, ask))
    return bool(date > moment(ask.after).isoformat(timespec="seconds") + "Z")


@fault(
    1726,
    "date",
    "A gateway rewrites the date with YYYY, the week's year: 30 December falls into the next year.",
    "ana GET /conversations.json?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None or ask.after >= ticks_of(datetime.datetime(9998, 1, 1)):
        return
    when = moment(ask.after)
    sunday = when.date() - datetime.timedelta(days=(when.weekday() + 1) % 7)
    if (sunday + datetime.timedelta(days=6)).year > when.year:
        ask.after = ticks_of(when.replace(year=when.year + 1))


@fault(
    1727,
    "date",
    "The date is kept as seconds since 1970 in 32 bits: what is after January 2038 is long past.",
    "ana GET /conversations.json?afterDate=2040-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        seconds, rest = divmod(ask.after - EPOCH, SECOND)
        wrapped = (seconds + 2**31) % 2**32 - 2**31
        ask.after = EPOCH + wrapped * SECOND + rest
