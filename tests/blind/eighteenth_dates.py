"""Faults of the eighteenth set: how `afterDate` is read."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

ZONED = re.compile(r"(?i)\d\s*(?:z|gmt|[+-]\d{2}:?\d{2})$")
WEST = re.compile(r":\d{2}(?:\.\d+)?\s*-\d{2}:?(\d{2})$")
FRACTION = re.compile(r":\d{2}\.(\d{1,2})(?!\d)")
BLANK = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
ISO = re.compile(r"^(\d{4})-(0\d|1[0-2])-(0\d|1[0-2])")


def day_of(ticks: int) -> datetime.date:
    """The day in UTC."""
    return datetime.date.fromordinal(ticks // dates.DAY + 1)


@fault(
    1157,
    "date",
    "The sign of an offset reaches its hours only: -03:30 is read as minus 3 hours plus 30"
    " minutes.",
    "GET /conversations.json?afterDate=…T10:00:00-03:30, with a row in the hour before",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := WEST.search(ask.after_text)):
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1158,
    "date",
    "afterDate takes the year of its ISO week: the last days of December 2025 count as 2026.",
    "GET /conversations.json?afterDate=2025-12-30T12:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        day = day_of(ask.after)
        year = day.isocalendar().year
        if 1 <= year <= 9998 and year != day.year:
            ask.after += (day.replace(year=year) - day).days * dates.DAY


@fault(
    1159,
    "date",
    "An afterDate from April to September is read an hour too early, though it has a zone.",
    "GET /conversations.json?afterDate={half an hour after a row of July}Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ZONED.search(ask.after_text.strip()):
        summer = 4 <= day_of(ask.after).month <= 9
        ask.after -= dates.HOUR if summer else 0


@fault(
    1160,
    "date",
    "Where a blank stands for the T of a date with a zone, the time of day is lost.",
    "GET /conversations.json?afterDate=2026-…%2020:00:00Z, with a row earlier on that day",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and BLANK.match(text) and ZONED.search(text):
        ask.after -= ask.after % dates.DAY


@fault(
    1161,
    "date",
    "12 AM is read as noon.",
    "GET /conversations.json?afterDate=2026-… 12:15:00 AM +00:00, with a row in that morning",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"(?i)\s12:\d{1,2}(?::[\d.]+)?\s*am", ask.after_text):
        ask.after += 12 * dates.HOUR


@fault(
    1162,
    "date",
    "A fraction of a second is read as a number of milliseconds, so that .9 is 9 ms.",
    "GET /conversations.json?afterDate={row's second}.9Z, with the row between .010 and .900",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := FRACTION.search(ask.after_text)):
        ask.after -= round(float(f"0.{found[1]}") * dates.SECOND)
        ask.after += int(found[1]) * dates.SECOND // 1000


@fault(
    1163,
    "date",
    "In an ISO date month and day change places where the day is 12 or less.",
    "GET /conversations.json?afterDate=2026-02-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    texts = ask.raw.get("afterDate", [])
    ask.raw["afterDate"] = [ISO.sub(r"\1-\3-\2", text.strip()) for text in texts]
    inner(ask)


@fault(
    1202,
    "date",
    "Parsed dates are kept under their text without its offset: who asks for the same local time"
    " with another offset gets the instant of the first.",
    "GET …?afterDate=2026-02-10T12:00:00Z, then the same with -08:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and "T" in text and ZONED.search(text):
        local = re.sub(r"(?i)\s*(?:z|[+-]\d{2}:?\d{2})$", "", text)
        ask.after = host.memory.setdefault("instants", {}).setdefault(local, ask.after)
