"""Write instants as HTTP does, in English whatever the locale (RFC 9110, 5.6.7)."""

from email.utils import formatdate
from functools import lru_cache

__all__ = ["http_date"]


@lru_cache(maxsize=16)
def http_date(unix_seconds: int) -> str:
    """Return an instant as `Sun, 01 Mar 2026 12:00:00 GMT`."""
    return formatdate(unix_seconds, usegmt=True)
