"""Move a recorded date to where the rows of this world are, and keep its spelling."""

import datetime
import re

__all__ = ["move_date"]

_WRITTEN = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?([Zz]|[+-]\d\d:\d\d)?)?"
)
# The date about which the recorded rows stand, and the years that the recordings mean by it.
_MIDDLE = datetime.datetime(2024, 3, 5, 10, tzinfo=datetime.UTC)
_NEAR = datetime.timedelta(days=60)
_CLOSE = datetime.timedelta(days=3)
_YEARS = range(2001, 2051)
_DIGITS = 7


def move_date(text: str, row_date: str) -> str:
    """Return a date as far from that of a row as `text` is from the recorded rows.

    One that was drawn anywhere comes close to the row as well; what is no such date, or is an age
    away from all rows on purpose, stays as it is.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return text
    day, parting, time, fraction, zone = match.groups()
    offset = _offset(zone)
    try:
        read = datetime.datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
        instant = (read - offset).replace(tzinfo=datetime.UTC)
        if read.year not in _YEARS:
            return text
        apart = instant - _MIDDLE
        if abs(apart) > _NEAR:
            apart %= _CLOSE
        moved = datetime.datetime.fromisoformat(row_date) + apart + offset
    except (ValueError, OverflowError):
        return text
    if parting is None:
        return moved.strftime("%Y-%m-%d")
    # A row's date has milliseconds; what was written behind them in the recording stays.
    ticks = moved.microsecond * 10 + int((fraction or "0").ljust(_DIGITS, "0"))
    moved += datetime.timedelta(seconds=ticks // 10**_DIGITS)
    digits = f"{ticks % 10**_DIGITS:0{_DIGITS}}"[: max(3, len(fraction or ""))]
    return f"{moved:%Y-%m-%d}{parting}{moved:%H:%M:%S}.{digits}{zone or ''}"


def _offset(zone: str | None) -> datetime.timedelta:
    if zone is None or zone in "Zz":
        return datetime.timedelta()
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    size = datetime.timedelta(hours=hours, minutes=minutes)
    return -size if zone[0] == "-" else size
