"""Write the head of an answer again and again: what is never the same is filled in.

That is what names the second, the Date header and cookies that expire in twenty years, and session
ids, which never come twice.
"""

import urllib.parse
from collections.abc import Iterable

from mockserver.dotnet.ticks import ticks_to_unix
from mockserver.server.framing import Header, WrittenHead, frame_head
from mockserver.server.request.cookies import expiry_in_twenty_years
from mockserver.space.space import new_session_id, new_session_ids
from mockserver.wire.http_date import http_date

__all__ = ["HeadTemplate"]

_EXPIRES = b" expires="
_SESSION_COOKIES = (b"ss-id=", b"ss-pid=")
# Places to fill in: no head holds such characters.
_DATE, _EXPIRY, _ID = b"\0", b"\1", b"\2"


class HeadTemplate:
    """Hold the head of a 200 with the places of what is never the same."""

    __slots__ = ("_is_chunked", "_pieces", "_second", "_text")

    def __init__(self, reason: str | None, headers: Iterable[Header]) -> None:
        """Find those places in the headers of an answer that was given."""
        headers = tuple(headers)
        first, end, _ = frame_head(200, reason, headers).head.partition(b"\r\n")
        lines = [b"%s: %s\r\n" % (name, _with_places(name, value)) for name, value in headers]
        self._text = first + end + b"".join(lines) + b"\r\n"
        self._is_chunked = b"transfer-encoding" in dict(headers)
        self._second: int | None = None
        # What stands between session ids, in the second that was told last.
        self._pieces: list[bytes] = []

    def write(self, now_ticks: int, space_name: str) -> WrittenHead:
        """Return the head as it is at an instant."""
        unix_seconds = int(ticks_to_unix(now_ticks))
        if unix_seconds != self._second:
            self._tell_second(unix_seconds)
        pieces = self._pieces
        match len(pieces):
            case 1:
                return WrittenHead(pieces[0], self._is_chunked)
            case 3:
                ids = new_session_ids(space_name)
                head = pieces[0] + _quoted(ids[0]) + pieces[1] + _quoted(ids[1]) + pieces[2]
            case _:
                head = pieces[0]
                for piece in pieces[1:]:
                    head += _quoted(new_session_id(space_name)) + piece
        return WrittenHead(head, self._is_chunked)

    def _tell_second(self, unix_seconds: int) -> None:
        self._second = unix_seconds
        text = self._text.replace(_DATE, http_date(unix_seconds).encode())
        text = text.replace(_EXPIRY, expiry_in_twenty_years(unix_seconds).encode())
        self._pieces = text.split(_ID)


def _with_places(name: bytes, value: bytes) -> bytes:
    """Return a header's value with the places of what is another the next time."""
    if name == b"date":
        return _DATE
    if name != b"set-cookie":
        return value
    start, rest = b"", value
    if value.startswith(_SESSION_COOKIES):
        name, _, rest = value.partition(b"=")
        start = name + b"=" + _ID
        rest = rest[rest.index(b";") :]
    middle, expires, end = rest.partition(_EXPIRES)
    if not expires:
        return start + rest
    return start + middle + _EXPIRY + end.partition(b";")[2]


def _quoted(session_id: str) -> bytes:
    return (session_id if session_id.isalnum() else urllib.parse.quote(session_id)).encode()
