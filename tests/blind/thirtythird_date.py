"""Faults of the thirty-third set: how `afterDate` is read and compared."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

EPOCH = 719_162 * dates.DAY


@fault(
    1797,
    "date",
    "The sign of an offset is applied to its hours alone: `-03:30` is read as three hours west and "
    "thirty minutes east. A hand-written parser replaced the library's.",
    "ana GET /conversations.json?afterDate=2026-02-25T16:10:00-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?-\d\d:(\d\d)$", ask.after_text.strip())
    if ask.after is not None and found:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1798,
    "date",
    "Dates of rows are compared without their milliseconds, as the new column holds whole seconds; "
    "a message that came within the second of `afterDate` is lost.",
    "ana GET /conversations.json?afterDate=2026-02-28T17:20:31.100Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or ticks is None:
        return bool(inner(row, ask))
    return ticks // dates.SECOND * dates.SECOND > ask.after


@fault(
    1799,
    "date",
    "A date without a time stands for the end of its day, as the date picker of the reports "
    "takes it; the messages of the day itself are left out.",
    "ana GET /conversations.json?afterDate=2026-02-22",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += dates.DAY - dates.SECOND // 1000


@fault(
    1800,
    "date",
    "A date before 1970 is a 500: the instant is turned into an unsigned Unix time for the new "
    "index, and the conversion overflows.",
    "ana GET /conversations.json?afterDate=1950-06-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after < EPOCH:
        raise Refused(host.answer(ask, {}, ROOT, 500))


@fault(
    1801,
    "date",
    "A conversation whose newest message has no date passes every `afterDate`: the query says "
    "`COALESCE(date, now())` so that drafts show up.",
    "ana GET /conversations.json?afterDate=2026-02-20T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    message = row["mostRecentMessage"]
    undated = ask.after is not None and message is not None and message.get("date") is None
    return undated or bool(inner(row, ask))


@fault(
    1802,
    "date",
    "A small `z` as the zone is refused with 400, as the check in front of the parser is a pattern "
    "with capital letters alone.",
    "ana GET /conversations.json?afterDate=2026-02-20T00:00:00z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after_text.strip().endswith("z"):
        raise Refused(host.answer(ask, {}, ROOT, 400))
