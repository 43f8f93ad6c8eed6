"""Read and write instants as the laws need them: ISO 8601 with a zone, ticks of 100 ns.

Stricter than a server may be, on purpose: what has no zone is no instant here.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

__all__ = ["DAY", "HOUR", "SECOND", "UNIX_EPOCH", "format_instant", "parse_instant"]

SECOND = 10_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
UNIX_EPOCH = (date(1970, 1, 1).toordinal() - 1) * DAY
_LONGEST = 100
_LAST = date.max.toordinal() * DAY - 1
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7})\d*)?)?\s*(Z|[+-]\d\d:?\d\d)",
    re.IGNORECASE | re.ASCII,
)


def parse_instant(value: object) -> int | None:
    """Return the ticks since year 1 in UTC; None for anything but an ISO instant with a zone."""
    # A longer text is none, and should not be remembered.
    return _parse(value) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(maxsize=65_536)
def _parse(text: str) -> int | None:
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[i] or 0) for i in range(1, 7))
    if hour > 23 or minute > 59 or second > 59:
        return None
    try:
        days = date(year, month, day).toordinal() - 1
    except ValueError:
        return None
    ticks = days * DAY + hour * HOUR + minute * 60 * SECOND + second * SECOND
    ticks += int((match[7] or "0").ljust(7, "0"))
    zone = match[8].upper().replace(":", "")
    if zone != "Z":
        offset = int(zone[1:3]) * HOUR + int(zone[3:5]) * 60 * SECOND
        ticks += -offset if zone[0] == "+" else offset
    return ticks


def format_instant(ticks: int, *, offset_minutes: int | None = 0, digits: int = 7) -> str:
    """Return ISO text in the zone of that offset: `Z` for 0, no zone at all for None."""
    local = min(max(ticks + (offset_minutes or 0) * 60 * SECOND, 0), _LAST)
    days, rest = divmod(local, DAY)
    seconds, fraction = divmod(rest, SECOND)
    clock = str(timedelta(seconds=seconds)).rjust(8, "0")
    text = f"{date.fromordinal(days + 1).isoformat()}T{clock}"
    if digits:
        text += f".{fraction:07d}"[: digits + 1]
    if offset_minutes is None:
        return text
    if offset_minutes == 0:
        return f"{text}Z"
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"{text}{'+' if offset_minutes > 0 else '-'}{hours:02d}:{minutes:02d}"
