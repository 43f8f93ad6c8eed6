"""Keep instants as integers: ticks of 100 ns since the year 1, in UTC, as .NET has them.

Clients write `afterDate` in any way that .NET's `DateTime.Parse` understands; `parse_date` reads
it. The flags and files of this project take ISO 8601 only; `parse_instant` reads that.
Source: fuzz/dates.ndjson.
"""

import re
from datetime import date
from functools import lru_cache

from mockserver.dotnet.date_parser import ParsedDate, parse_invariant_date
from mockserver.dotnet.iso_time import (
    LATEST_TICKS,
    MAX_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_MS,
    TICKS_PER_SECOND,
)
from mockserver.errors import UsageError

__all__ = [
    "LATEST_TICKS",
    "MAX_TICKS",
    "TICKS_PER_DAY",
    "TICKS_PER_HOUR",
    "TICKS_PER_MINUTE",
    "TICKS_PER_MS",
    "TICKS_PER_SECOND",
    "format_ticks",
    "has_zone",
    "is_date",
    "is_usual_date",
    "parse_clock_instant",
    "parse_date",
    "parse_instant",
    "ticks_to_unix",
    "unix_to_ticks",
]

_UNIX_EPOCH_TICKS = (date(1970, 1, 1).toordinal() - 1) * TICKS_PER_DAY
_ANY_INSTANT = (date(2000, 1, 1).toordinal() - 1) * TICKS_PER_DAY
# What most clients send; the table below reads it too, and twenty times slower.
_USUAL = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,7}))?Z", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)(Z|[+-]\d\d:\d\d))", re.ASCII
)


def parse_date(text: str, *, now_ticks: int, naive_offset_minutes: int = 0) -> int | None:
    """Return the instant that .NET makes of `text`, or None where it raises FormatException.

    Args:
        now_ticks: completes a missing year, month or day.
        naive_offset_minutes: the zone of a text that names none.
    """
    ticks = _usual_ticks(text)
    if ticks is not None:
        return ticks
    today_ticks = min(max(now_ticks + naive_offset_minutes * TICKS_PER_MINUTE, 0), MAX_TICKS)
    parsed = _parse(text, today=date.fromordinal(today_ticks // TICKS_PER_DAY + 1))
    if parsed is None:
        return None
    offset = naive_offset_minutes if parsed.offset_minutes is None else parsed.offset_minutes
    ticks = parsed.ticks - offset * TICKS_PER_MINUTE
    # .NET adds a day to what an offset brings before the first instant.
    ticks += TICKS_PER_DAY if ticks < 0 else 0
    return ticks if ticks <= MAX_TICKS else None


def is_usual_date(text: str) -> bool:
    """Tell whether `text` is a date in the form that most clients send, its zone included."""
    return _usual_ticks(text) is not None


def is_date(text: str) -> bool:
    """Tell whether .NET reads `text` as a date at all, whatever day it stands for today."""
    return parse_date(text, now_ticks=_ANY_INSTANT) is not None


def has_zone(text: str) -> bool:
    """Say whether `text` is a date that names its zone or offset."""
    parsed = _parse(text, today=date(2000, 1, 1))
    return parsed is not None and parsed.offset_minutes is not None


def format_ticks(ticks: int) -> str:
    """Return an instant as ISO 8601 in UTC, to the millisecond, which is cut and not rounded."""
    days, rest = divmod(ticks, TICKS_PER_DAY)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    day = date.fromordinal(days + 1).isoformat()
    return f"{day}T{hour:02}:{minute:02}:{second:02}.{fraction // TICKS_PER_MS:03}Z"


def parse_instant(text: str) -> int:
    """Return the instant of an ISO 8601 text with its zone, as flags and files take it.

    Raises:
        UsageError: it has another form, or no such instant exists.
    """
    ticks = parse_date(text, now_ticks=0) if _INSTANT.fullmatch(text) else None
    if ticks is None:
        raise UsageError(f"{text[:40]!r} is no instant; write it as 2026-03-01T12:00:00Z")
    return ticks


def parse_clock_instant(text: str) -> int:
    """Return the instant of a text that a clock may show.

    Raises:
        UsageError: it is no instant, or later than clocks go.
    """
    ticks = parse_instant(text)
    if ticks > LATEST_TICKS:
        raise UsageError(f"{text[:40]!r} is later than the year 9000, where clocks end")
    return ticks


def unix_to_ticks(seconds: float) -> int:
    """Return the instant `seconds` after 1970."""
    return _UNIX_EPOCH_TICKS + round(seconds * TICKS_PER_SECOND)


def ticks_to_unix(ticks: int) -> float:
    """Return the seconds from 1970 to an instant."""
    return (ticks - _UNIX_EPOCH_TICKS) / TICKS_PER_SECOND


def _parse(text: str, *, today: date) -> ParsedDate | None:
    try:
        return parse_invariant_date(text, today=today)
    except ValueError:
        return None


# A request's date is read to select by it, and to warn of it.
@lru_cache(maxsize=64)
def _usual_ticks(text: str) -> int | None:
    """Return the instant of a date in the usual form; None where it has another, or is none."""
    match = _USUAL.fullmatch(text)
    day_ticks = None if match is None else _day_ticks(text[:10])
    if match is None or day_ticks is None:
        return None
    seconds = (int(text[11:13]) * 60 + int(text[14:16])) * 60 + int(text[17:19])
    fraction = int(match[1].ljust(7, "0")) if match[1] else 0
    return day_ticks + seconds * TICKS_PER_SECOND + fraction


# Whoever polls asks for the same day time and again.
@lru_cache(maxsize=64)
def _day_ticks(text: str) -> int | None:
    """Return the first instant of a day, written as ISO 8601 does; None for none."""
    try:
        return (date.fromisoformat(text).toordinal() - 1) * TICKS_PER_DAY
    except ValueError:
        return None
