"""Faults of the twentieth set: dates."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

START = datetime.datetime(1, 1, 1)


@fault(
    1282,
    "date",
    "The sign of a negative offset goes to its hours alone: -03:30 is read as -02:30.",
    "GET /conversations.json?afterDate={d5 + 30 min, written in -03:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := re.search(r"-\d\d:(\d\d)$", ask.after_text.strip())):
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    1283,
    "date",
    "A fraction of one or two digits is read as that many milliseconds: .5 is 5 ms.",
    "GET /conversations.json?afterDate={second of a row at .2 to .8}.9Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and (found := re.search(r":\d\d\.(\d\d?)(?!\d)", ask.after_text)):
        right = int(found[1].ljust(3, "0"))
        ask.after -= (right - int(found[1])) * dates.SECOND // 1000


@fault(
    1284,
    "date",
    "A lower-case z is not known as a zone: the time is read in the server's, UTC+02:00.",
    "GET /conversations.json?afterDate={d5 + 1 h, with a lower-case z}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.strip().endswith("z"):
        ask.after -= 2 * dates.HOUR


@fault(
    1285,
    "date",
    "A date without a time is read as the end of its day, so that the day's rows are lost.",
    "GET /conversations.json?afterDate={day of a row at 23 hours}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += dates.DAY


@fault(
    1286,
    "date",
    "An offset that leads into another year changes month and day, and not the year.",
    "GET /conversations.json?afterDate=2026-01-01T01:00:00%2B02:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.match(r"(\d{4})-.*T.*[+-]\d\d:\d\d$", ask.after_text.strip(), re.IGNORECASE)
    if ask.after is None or not found:
        return
    instant = START + datetime.timedelta(microseconds=ask.after // 10)
    if instant.year != int(found[1]):
        wrong = instant.replace(year=int(found[1]))
        ask.after += (wrong - instant).days * dates.DAY
