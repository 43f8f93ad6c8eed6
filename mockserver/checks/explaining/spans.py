"""Write a duration in words."""

from mockserver.checks.instants import DAY, HOUR, SECOND

__all__ = ["tell_span"]

_MINUTE = 60 * SECOND


def tell_span(ticks: int) -> str:
    """Return a duration in words, as `2 d 01:03:00` or `0.25 s`."""
    if ticks < _MINUTE:
        return f"{ticks / SECOND:.7f}".rstrip("0").rstrip(".") + " s"
    days, rest = divmod(ticks, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    clock = f"{hours:02}:{minutes:02}:{rest // SECOND:02}"
    return f"{days} d {clock}" if days else clock
