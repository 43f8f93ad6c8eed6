"""Later faults of the date, and of the statuses that it and other parameters lead to."""

import datetime
import re

from tests.blind import dates, wire
from tests.blind.exchange import Ask, Refused
from tests.blind.host import NAMES, PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

LIST = "ana GET /conversations.json"
EPOCH = datetime.date(1970, 1, 1).toordinal()
OURS = {"format", "callback", "jsconfig", "debug", "v", "version", "x-http-method-override"}


def change(ask: Ask, pattern: str, repl: str) -> None:
    """Write the texts of the date in another way before they are read."""
    ask.raw["afterDate"] = [re.sub(pattern, repl, text) for text in ask.raw.get("afterDate", [])]


@fault(
    131,
    "date",
    "The minutes of a negative offset are added instead of taken away.",
    f"{LIST}?afterDate=2026-02-22T20:00:00-03:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?-\d\d:?(\d\d)$", ask.after_text.strip())
    if found and ask.after is not None:
        ask.after -= 2 * int(found[1]) * 60 * dates.SECOND


@fault(
    132,
    "date",
    "A date without a time means the end of that day.",
    f"{LIST}?afterDate=2026-02-22",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text.strip()):
        ask.after += dates.DAY


@fault(
    133,
    "date",
    "An offset shifts the hour, but never into another day.",
    f"{LIST}?afterDate=2026-02-25T23:30:00-05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    day = dates.parse(ask.after_text.strip()[:10])
    if ask.after is not None and day is not None and "T" in ask.after_text:
        ask.after = day + ask.after % dates.DAY


@fault(
    134,
    "date",
    "An instant in UTC between April and October is read an hour early.",
    f"{LIST}?afterDate=2025-07-25T13:50:00Z | {LIST}?afterDate=2025-07-28T01:30:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    summer = re.match(r"\d{4}-(0[4-9]|10)-.*z$", ask.after_text.strip(), re.IGNORECASE)
    if summer and ask.after is not None:
        ask.after -= dates.HOUR


@fault(
    135,
    "date",
    "One or two digits of a fraction are read as milliseconds.",
    f"{LIST}?afterDate=2025-12-25T18:47:21.5Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    change(ask, r"\.(\d)(?!\d)", r".00\1")
    change(ask, r"\.(\d\d)(?!\d)", r".0\1")
    inner(ask)


@fault(
    136,
    "date",
    "The last days of December count to the year of their week.",
    f"{LIST}?afterDate=2025-12-30T08:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()[:10]
    if ask.after is None or not re.fullmatch(r"\d{4}-12-(29|30|31)", text):
        return
    day = datetime.date.fromisoformat(text)
    if day.isocalendar().year > day.year:
        ask.after += 365 * dates.DAY


@fault(
    137,
    "date",
    "The 29th of February is read as the 28th.",
    f"{LIST}?afterDate=2024-02-29T12:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    change(ask, r"-02-29", "-02-28")
    inner(ask)


@fault(
    138,
    "date",
    "Nothing is after an instant before 1970.",
    f"{LIST}?afterDate=1900-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after < (EPOCH - 1) * dates.DAY:
        ask.after = dates.LAST


@fault(
    151,
    "status",
    "A fraction of seven digits, as .NET writes it, is a 500.",
    f"{LIST}?afterDate=2026-01-05T10:00:00.0000000Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.search(r"\.\d{7,}", ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 500))


@fault(
    152,
    "status",
    "A parameter that the operation does not know is refused with 400.",
    f"{LIST}?accountIds={{a1}}&_=1772300000000",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, _value in ask.query:
        if key.lower() not in NAMES and key.lower() not in OURS:
            problem = wire.error("ArgumentException", f"Unknown parameter '{key}'")
            raise Refused(host.answer(ask, problem, PROBLEM, 400))
