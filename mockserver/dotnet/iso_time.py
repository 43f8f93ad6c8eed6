"""Read the time that follows the `T` of ISO 8601, more strictly than .NET reads other times.

Source: dotnet/runtime, DateTimeParse.cs; fuzz/dates.ndjson.
"""

from datetime import date

from mockserver.dotnet.date_tokens import Cursor, sum_fraction, take_offset, take_punctuation

__all__ = [
    "LATEST_TICKS",
    "MAX_TICKS",
    "TICKS_PER_DAY",
    "TICKS_PER_HOUR",
    "TICKS_PER_MINUTE",
    "TICKS_PER_MS",
    "TICKS_PER_SECOND",
    "take_iso_time",
    "ticks_at",
]

TICKS_PER_SECOND = 10_000_000
TICKS_PER_MS = TICKS_PER_SECOND // 1000
TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
TICKS_PER_HOUR = 60 * TICKS_PER_MINUTE
TICKS_PER_DAY = 24 * TICKS_PER_HOUR
MAX_TICKS = 3_652_059 * TICKS_PER_DAY - 1
# 9000-01-01: clocks and posted messages end here, so that what is added to them stays a date.
LATEST_TICKS = 3_286_817 * TICKS_PER_DAY


def take_iso_time(cursor: Cursor, day: date) -> tuple[int, int | None]:
    """Read the rest of the text; return its ticks on `day` and its offset in minutes, if any.

    Raises:
        ValueError: .NET would raise FormatException.
    """
    hour = _take_two_digits(cursor)
    if not cursor.take(":"):
        raise ValueError("no minute")
    minute = _take_two_digits(cursor)
    second, fraction = 0, 0.0
    if cursor.take(":"):
        cursor.skip_spaces()
        second = int(_expect_two(cursor))
        # Assumed: only here may a comma begin a fraction; one record shows it, none elsewhere.
        if cursor.take(".,"):
            digits = cursor.take_digits(len(cursor.text))
            if not digits:
                raise ValueError("no fraction")
            fraction = sum_fraction(digits)
        cursor.skip_spaces()
    offset = _take_end(cursor)
    return ticks_at(day, hour, minute, second, fraction), offset


def ticks_at(day: date, hour: int, minute: int, second: int, fraction: float) -> int:
    """Return the ticks of a time of day; `fraction` is of a second.

    Raises:
        ValueError: there is no such time, or it lies after the last instant.
    """
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no such time")
    ticks = (day.toordinal() - 1) * TICKS_PER_DAY
    ticks += (hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND
    # As .NET: a double, rounded half to even.
    ticks += round(fraction * TICKS_PER_SECOND)
    if ticks > MAX_TICKS:
        raise ValueError("after the last instant")
    return ticks


def _take_end(cursor: Cursor) -> int | None:
    offset = None
    if cursor.peek() != "" and cursor.peek() in "+-":
        offset = take_offset(cursor)
        if offset is None:
            raise ValueError("no offset follows the sign")
    elif cursor.take("Zz"):
        offset = 0
    cursor.skip_spaces()
    if cursor.peek() == "#":
        take_punctuation(cursor)
        # .NET steps over the character after the hash without a look.
        cursor.index += 1
        cursor.skip_spaces()
    if cursor.peek() == "\0":
        take_punctuation(cursor)
    if cursor.peek() != "":
        raise ValueError("text follows the time")
    return offset


def _expect_two(cursor: Cursor) -> str:
    digits = cursor.take_digits(2)
    if len(digits) < 2:
        raise ValueError("two digits are needed")
    return digits


def _take_two_digits(cursor: Cursor) -> int:
    cursor.skip_spaces()
    digits = _expect_two(cursor)
    cursor.skip_spaces()
    return int(digits)
