"""Faults of the fourteenth set: what `afterDate` means."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

YEAR = 365 * dates.DAY


def row_date(row: Row) -> str | None:
    """The date of a row's message."""
    date: str | None = (row["mostRecentMessage"] or {}).get("date")
    return date


@fault(
    946,
    "date",
    "In an offset west of UTC the sign is put on the hours alone: -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate={half an hour past d0, at -03:30} has the row of d0",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"T.*-\d\d:(\d\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    947,
    "date",
    "A date in UTC is compared with those of rows as text, so 31.250Z comes before 31Z.",
    "GET /conversations.json?afterDate={d0 cut to the second} lacks the row of d0",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = row_date(row)
    if date and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", ask.after_text):
        return date > ask.after_text
    return bool(inner(row, ask))


@fault(
    948,
    "date",
    "A fraction of a second is read as a number of milliseconds: .5 is 5 of them.",
    "GET /conversations.json?afterDate={d0's second and .9}Z has the row of d0",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{1,2})(?!\d)", ask.after_text)
    if found and ask.after is not None:
        meant = round(float(f"0.{found[1]}") * dates.SECOND)
        ask.after += int(found[1]) * dates.SECOND // 1000 - meant


@fault(
    949,
    "date",
    "A time without a zone is read at five hours west, while a day alone is read in UTC.",
    "afterDate=2026-02-20 and afterDate=2026-02-20T00:00:00 have different rows",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"[T ]\d\d:\d\d(:[\d.]+)?$", ask.after_text.strip()):
        ask.after += 5 * dates.HOUR


@fault(
    950,
    "date",
    "An offset beyond twelve hours is refused, such as the summer time of New Zealand.",
    "GET /conversations.json?afterDate=2026-02-20T09:00:00%2B13:00 is 400",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.search(r"T.*[+-]1[34]:?\d\d$", ask.after_text.strip()):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    951,
    "date",
    "The dates of rows are rounded to the second before they are compared.",
    "GET /conversations.json?afterDate={d0 less one millisecond} lacks the row of d0",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks(row_date(row))
    if ask.after is None or ticks is None:
        return bool(inner(row, ask))
    return (ticks + dates.SECOND // 2) // dates.SECOND * dates.SECOND > ask.after


@fault(
    952,
    "date",
    "Day and time of day are compared each for itself, so later days lack their mornings.",
    "GET /conversations.json?afterDate=2026-01-20T12:00:00Z has no row of a morning",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks(row_date(row))
    if ask.after is None or ticks is None:
        return bool(inner(row, ask))
    same_or_later = ticks // dates.DAY >= ask.after // dates.DAY
    return same_or_later and ticks % dates.DAY > ask.after % dates.DAY


@fault(
    953,
    "date",
    "A date more than a year before the newest message is moved up to a year before it.",
    "GET /conversations.json?afterDate=2020-01-01T00:00:00Z lacks rows that no filter shows",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        newest = max(dates.row_ticks(row_date(row)) or 0 for row in host.rows)
        ask.after = max(ask.after, newest - YEAR)
