"""Faults 1765 to 1769: how `afterDate` is read."""

import datetime
import re

from tests.blind import dates
from tests.blind.exchange import Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault


@fault(
    1765,
    "date",
    "The date is rewritten with the pattern YYYY, the year of the week: the last days of 2025 "
    "are read as those of 2026.",
    "ana GET /conversations.json?afterDate=2025-12-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        number, clock = divmod(ask.after, dates.DAY)
        day = datetime.date.fromordinal(number + 1)
        day = day.replace(year=day.isocalendar().year)
        ask.after = (day.toordinal() - 1) * dates.DAY + clock


@fault(
    1766,
    "date",
    "afterDate goes to the database as SQL's old `datetime`, in steps of 1/300 second, while the "
    "rows have whole milliseconds: a row one millisecond later may be missing.",
    "ana GET /conversations.json?afterDate=2026-02-28T17:20:31.249Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        second, part = divmod(ask.after, dates.SECOND)
        steps = round(part * 300 / dates.SECOND)
        ask.after = second * dates.SECOND + round(steps * 10 / 3) * 10_000


@fault(
    1767,
    "date",
    "The digits of a fraction are taken as a number of milliseconds, so that the seven digits "
    "that .NET writes move the date on by up to hours.",
    "ana GET /conversations.json?afterDate=2026-02-28T17:20:31.2000000Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d+\.(\d+)", ask.after_text, re.ASCII)
    if ask.after is not None and found:
        digits = found[1]
        right = round(float(f"0.{digits}") * dates.SECOND)
        ask.after += int(digits) * 10_000 - right


@fault(
    1768,
    "date",
    "A date in the form of HTTP headers is read to its day only; its time of day is dropped.",
    "ana GET /conversations.json?afterDate=Sat,%2028%20Feb%202026%2018:00:00%20GMT",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.match(r"\s*[A-Za-z]{3,9},", ask.after_text):
        ask.after -= ask.after % dates.DAY


@fault(
    1769,
    "date",
    "A date before 1753, which SQL's `datetime` cannot hold, is refused with 400.",
    "ana GET /conversations.json?afterDate=1700-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    first = (datetime.date(1753, 1, 1).toordinal() - 1) * dates.DAY
    if ask.after is not None and ask.after < first:
        raise Refused(host.answer(ask, {}, ROOT, 400))
