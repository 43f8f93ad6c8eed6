"""What `afterDate` means: a text becomes ticks of 100 ns since the year 1, in UTC."""

import datetime
import re

__all__ = ["DAY", "HOUR", "SECOND", "parse", "row_ticks"]

SECOND = 10_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LAST = datetime.date.max.toordinal() * DAY

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SECONDS = r"(?::(?P<second>\d{1,2})(?:\.(?P<part>\d{1,16}))?)?"
OFFSET = r"[+-]\d{1,2}(?::?\d{2})?"
STRICT = rf"(?P<hour>\d{{2}}):(?P<minute>\d{{2}}){SECONDS}\s*(?P<zone>z|{OFFSET})?"
FREE = (
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}}){SECONDS}\s*(?P<half>[ap]m)?"
    rf"\s*(?P<zone>(?<!m)z|gmt|{OFFSET})?"
)
NAME = rf"(?P<name>{'|'.join(MONTHS)})[a-z]{{0,6}}"
WEEKDAY = rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)})[a-z]*,\s*)?"
DAYS = [
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4})",
    rf"{WEEKDAY}(?P<day>\d{{1,2}})[-\s]\s*{NAME}[-\s]\s*(?P<year>\d{{4}})",
    rf"{WEEKDAY}{NAME}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})",
]
PATTERNS = [
    re.compile(rf"{DAYS[0]}t{STRICT}", re.IGNORECASE | re.ASCII),
    *(re.compile(rf"{day}(?:\s+{FREE})?", re.IGNORECASE | re.ASCII) for day in DAYS),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})", re.ASCII),
]


def parse(text: str) -> int | None:
    """Read an instant; None if the text is none."""
    stripped = text.strip()
    for pattern in PATTERNS:
        if found := pattern.fullmatch(stripped):
            return instant(found.groupdict())
    return None


def row_ticks(text: str | None) -> int | None:
    """Read the date of a row, which may be missing."""
    return None if text is None else parse(text)


def instant(part: dict[str, str | None]) -> int | None:
    """Put the parts of a date together; None where there is no such day or hour."""
    name = part.get("name")
    month = MONTHS.index(name.lower()) + 1 if name else int(part["month"] or 0)
    try:
        day = datetime.date(int(part["year"] or 0), month, int(part.get("day") or 1))
    except ValueError:
        return None
    weekday = part.get("weekday")
    if weekday and WEEKDAYS[day.weekday()] != weekday.lower():
        return None
    clock = clock_ticks(part)
    offset = zone_ticks(part.get("zone"))
    if clock is None or offset is None:
        return None
    ticks = (day.toordinal() - 1) * DAY + clock - offset
    return ticks if 0 <= ticks < LAST else None


def clock_ticks(part: dict[str, str | None]) -> int | None:
    """The time of day in ticks, midnight if none is given."""
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = part.get("part") or ""
    return hour * HOUR + (minute * 60 + second) * SECOND + round(float(f"0.{fraction}0") * SECOND)


def zone_ticks(zone: str | None) -> int | None:
    """The offset from UTC in ticks; None beyond 14 hours."""
    if zone is None or zone.lower() in ("z", "gmt"):
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    ticks = hours * HOUR + minutes * 60 * SECOND
    if minutes > 59 or ticks > 14 * HOUR:
        return None
    return -ticks if zone.startswith("-") else ticks
