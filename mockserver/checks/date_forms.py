"""Write an instant as clients and people write it, by the name of a form.

Source: ISO 8601, RFC 9110 for `http`, and what .NET's invariant culture writes for `clock`.
"""

import re
from email.utils import formatdate

from mockserver.checks.instants import SECOND, UNIX_EPOCH, format_instant
from mockserver.errors import UsageError

__all__ = ["SPOKEN", "WHOLE_SECONDS", "write_instant"]

# Forms other than ISO 8601, each of which says which instant is meant.
SPOKEN = ("spaced", "http", "clock")
# Forms that have no fraction of a second.
WHOLE_SECONDS = ("second", "http", "clock")
_MILLISECOND = SECOND // 1000
# Minutes of the offset in which `spaced` writes.
_EAST = 330
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


def write_instant(ticks: int, form: str | None) -> str:
    """Return the text of an instant.

    Args:
        ticks: .NET's ticks in UTC.
        form: an offset such as `+05:30`, or a name; None for ISO 8601 in UTC.

    Raises:
        UsageError: no such form.
    """
    digits = _digits_of(ticks)
    offset = _OFFSET.fullmatch(form or "")
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3])
        shift = minutes if offset[1] == "+" else -minutes
        return format_instant(ticks, offset_minutes=shift, digits=digits)
    match form:
        case None:
            return format_instant(ticks, digits=digits)
        case "z":
            return format_instant(ticks)
        case "second":
            return format_instant(ticks, digits=0)
        case "small":
            return format_instant(ticks, digits=digits).replace("Z", "z")
        case "spaced":
            return format_instant(ticks, offset_minutes=_EAST, digits=digits).replace("T", " ")
        case "blank":
            return format_instant(ticks, offset_minutes=None, digits=digits).replace("T", " ")
        case "http":
            return formatdate((ticks - UNIX_EPOCH) // SECOND, usegmt=True)
        case "clock":
            return _with_half_days(format_instant(ticks, digits=0))
        case "tenth":
            return format_instant(ticks, digits=1)
        case "hundredth":
            return format_instant(ticks, digits=2)
        case "day":
            return format_instant(ticks)[:10]
        case "naive":
            return format_instant(ticks, offset_minutes=None, digits=digits)
        case "minute":
            return format_instant(ticks, offset_minutes=None)[:16].replace("T", " ")
        case "unix":
            return str((ticks - UNIX_EPOCH) // SECOND)
        case "unixms":
            return str((ticks - UNIX_EPOCH) // _MILLISECOND)
        case "wcf":
            return f"/Date({(ticks - UNIX_EPOCH) // _MILLISECOND})/"
    raise UsageError(f"unknown form {form!r} of a date in a plan")


def _with_half_days(text: str) -> str:
    """Return `2026-03-01T00:15:00Z` as `03/01/2026 12:15:00 AM +00:00`."""
    hour = int(text[11:13])
    half = "PM" if hour >= 12 else "AM"
    return (
        f"{text[5:7]}/{text[8:10]}/{text[:4]} {(hour + 11) % 12 + 1:02}{text[13:19]} {half} +00:00"
    )


def _digits_of(ticks: int) -> int:
    """Return how many digits of a second clients write: none, three, or all where they count."""
    return 7 if ticks % _MILLISECOND else 3 if ticks % SECOND else 0
