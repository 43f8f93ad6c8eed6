"""The law on the dates of rows: how they are written, and when they are."""

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache

from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import message_of
from mockserver.checks.instants import DAY, SECOND, UNIX_EPOCH, parse_instant
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated

__all__ = ["ROW_DATE_LAWS"]

_LIKE_DATE = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}.*|/Date\(.*|\d{9,14}|[A-Z][a-z]{2}, \d\d .*", re.DOTALL
)
_ISO_START = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.DOTALL)
_EARLIEST = UNIX_EPOCH + 10_957 * DAY  # the year 2000
_SKEW = 300 * SECOND
_FEW = 4


def _has_plausible_dates(case: Case) -> Judgement:
    page = case.pages[0]
    now = _server_now(page.response.header("date"))
    seen = far = 0
    for row in page.rows or ():
        text, ticks = _date_of(row)
        if not isinstance(text, str):
            continue
        if ticks is None and _LIKE_DATE.fullmatch(text) and not _ISO_START.fullmatch(text):
            received = f"a date that is not ISO 8601 but {_form_of(text)}"
            return violated("date format", received, "ISO 8601")
        if ticks is None:
            continue
        seen += 1
        if ticks < _EARLIEST:
            return violated("date too early", "a date before 2000", "a plausible date")
        if now is not None and now + _SKEW < ticks < now + DAY:
            return violated("date ahead", "a date ahead of the server's clock", "a past date")
        far += now is not None and ticks >= now + DAY
    # A few rows may be planned; never all of the whole list.
    if far >= _FEW or (far and far == seen and not page.query.terms):
        return violated("dates ahead", "many dates ahead of the server's clock", "past dates")
    return holds() if seen else vacuous("no row with a date")


@once_a_row
def _date_of(row: Row) -> tuple[object, int | None]:
    text = message_of(row).get("date")
    return text, parse_instant(text)


def _form_of(text: str) -> str:
    """Return in words how a date is written, without the date."""
    if text.startswith("/Date("):
        return "`/Date(…)/`"
    if text.isdigit():
        return "a number"
    return "of another form, as for people"


# Answers of one second tell one date.
@lru_cache(maxsize=16)
def _server_now(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return UNIX_EPOCH + int(parsedate_to_datetime(text).timestamp()) * SECOND
    except (ValueError, TypeError, OverflowError):
        return None


ROW_DATE_LAWS: Sequence[Law] = (
    Law(
        id="L15-plausible-dates",
        statement="Dates are ISO 8601, not before 2000 and not ahead of the server's clock by more"
        " than five minutes, which two clocks may differ by; up to three rows, but not all, may be"
        " days ahead, for planned messages.",
        tier="must",
        kind="single",
        reads="each",
        judge=_has_plausible_dates,
    ),
)
