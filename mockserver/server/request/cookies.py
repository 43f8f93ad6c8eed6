"""Collect the cookies of one answer, as ASP.NET Core writes them.

Source: fixtures/transcripts, groups cookie, remember, logout.
"""

import urllib.parse
from functools import lru_cache

from mockserver.dotnet.ticks import ticks_to_unix
from mockserver.space.space import new_session_id, new_session_ids
from mockserver.wire.http_date import http_date
from mockserver.wire.http_request import Request, SessionIds

__all__ = ["CookieJar", "expiry_in_twenty_years"]

_TWENTY_YEARS_SECONDS = (20 * 365 + 5) * 86_400


class CookieJar:
    """Hold the Set-Cookie values of one answer, in order; `prefix` is the space's path."""

    __slots__ = ("_end", "_now_ticks", "_request", "values")

    def __init__(self, request: Request, now_ticks: int) -> None:
        """Hold none yet."""
        self.values: list[str] = []
        self._end = ""
        self._request = request
        self._now_ticks = now_ticks

    def set(self, name: str, value: str) -> None:
        """Set a cookie that ends with the browser."""
        self._add(name, value, "")

    def set_for_years(self, name: str, value: str) -> None:
        """Set a cookie that lasts for twenty years."""
        self._add(name, value, expiry_in_twenty_years(int(ticks_to_unix(self._now_ticks))))

    def expire(self, name: str) -> None:
        """Take a cookie away."""
        self._add(name, "", " expires=Thu, 01 Jan 1970 00:00:00 GMT;")

    def set_new_ids(self, space_name: str) -> tuple[str, str]:
        """Set a new temporary and a new permanent session id; return both."""
        temporary, permanent = new_session_ids(space_name)
        self.set("ss-id", temporary)
        self.set_for_years("ss-pid", permanent)
        return temporary, permanent

    def set_missing_ids(self, space_name: str, ids: SessionIds) -> None:
        """Set the session ids that the request lacks, the temporary one first."""
        if ids.temporary is None:
            self.set("ss-id", new_session_id(space_name))
        if ids.permanent is None:
            self.set_for_years("ss-pid", new_session_id(space_name))

    def set_ids_of_a_stranger(self, space_name: str, ids: SessionIds) -> None:
        """Give a client without a session id both; here the permanent one comes first."""
        if ids.in_force is None:
            self.set_for_years("ss-pid", new_session_id(space_name))
            self.set("ss-id", new_session_id(space_name))

    def _add(self, name: str, value: str, expires: str) -> None:
        quoted = value if value.isalnum() else urllib.parse.quote(value, safe="")
        if not self._end:
            request = self._request
            secure = "; secure" if request.is_secure else ""
            self._end = f" path={request.prefix}/{secure}; samesite=lax; httponly"
        self.values.append(f"{name}={quoted};{expires}{self._end}")


@lru_cache(maxsize=16)
def expiry_in_twenty_years(unix_seconds: int) -> str:
    """Return the `expires` attribute of a cookie that is set now and lasts."""
    return f" expires={http_date(unix_seconds + _TWENTY_YEARS_SECONDS)};"
