"""Faults of the date: offsets, fractions, the range of the database, summer time."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1601,
    "date",
    "The minutes of a negative offset are added to it: -03:30 is read as -02:30.",
    "GET /conversations?afterDate= half an hour after a row, written at -03:30, keeps the row",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"-\d\d:([0-5]\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1602,
    "date",
    "Dates are compared in whole seconds, so a row later in the same second is lost.",
    "GET /conversations?afterDate= 100 ms before {d0} lacks the row of d0, which is at .250",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or ticks is None:
        return bool(inner(row, ask))
    return ticks // dates.SECOND > ask.after // dates.SECOND


@fault(
    1603,
    "date",
    "An afterDate before 1753 is out of the database's range, and the request fails with 500.",
    "GET /conversations.json?afterDate=1601-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    first = (datetime.date(1753, 1, 1).toordinal() - 1) * dates.DAY
    if ask.after is not None and ask.after < first:
        raise Refused(host.answer(ask, {}, ROOT, 500))


@fault(
    1604,
    "date",
    "Of an afterDate between April and October an hour of summer time is taken off, zone or not.",
    "GET /conversations?afterDate= 30 minutes after a row of July, with Z, keeps the row",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        day = datetime.date.fromordinal(ask.after // dates.DAY + 1)
        if 4 <= day.month <= 10:
            ask.after -= dates.HOUR
