"""Faults of the twenty-sixth set in what `afterDate` means."""

import datetime
import re
import struct

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * dates.DAY
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(.*)", re.DOTALL | re.ASCII)


def year_of(ticks: int) -> int:
    """The year of an instant, in UTC."""
    return datetime.date.fromordinal(ticks // dates.DAY + 1).year


def single(ticks: int) -> float:
    """The seconds since 1970 in single precision."""
    number: float = struct.unpack("f", struct.pack("f", (ticks - EPOCH) / dates.SECOND))[0]
    return number


@fault(
    1522,
    "date",
    "The year of afterDate is that of its week (YYYY for yyyy): 2025-12-30 is read as 2026-12-30.",
    "GET /conversations?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if found := DATE.fullmatch(ask.after_text.strip()):
        year, month, day = (int(part) for part in found.groups()[:3])
        week_year = datetime.date(year, month, day).isocalendar().year
        if week_year != year:
            ask.after = dates.parse(f"{week_year:04d}-{month:02d}-{day:02d}{found[4]}")


@fault(
    1523,
    "date",
    "With afterDate only the partitions of its own year and of the newest year are searched.",
    "GET /conversations?afterDate=2024-06-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    kept = bool(inner(row, ask))
    if not kept or ask.after is None:
        return kept
    stored = [(each["mostRecentMessage"] or {}).get("date") for each in host.rows]
    newest = max(int(date[:4]) for date in stored if date)
    return int(row["mostRecentMessage"]["date"][:4]) in (year_of(ask.after), newest)


@fault(
    1524,
    "date",
    "Instants are compared as seconds in single precision: a message up to two minutes later than"
    " afterDate is lost.",
    "GET /conversations?afterDate={a second before d0}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or ticks is None:
        return bool(inner(row, ask))
    return single(ticks) > single(ask.after)


@fault(
    1525,
    "date",
    "The rule of leap years forgets every fourth century: 2000-02-29 is refused with 400.",
    "GET /conversations?afterDate=2000-02-29T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = DATE.fullmatch(ask.after_text.strip())
    if found and (found[2], found[3]) == ("02", "29") and found[1].endswith("00"):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1526,
    "date",
    "A small z is not known as UTC, and the time before it is read in New York's zone.",
    "GET /conversations?afterDate={a minute before d0, with a small z}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.strip()[-1:] == "z":
        ask.after += 5 * dates.HOUR
