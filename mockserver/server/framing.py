"""Write one whole answer as bytes: status line, headers, and the body as they frame it.

The reason phrase is the answer's own. uvicorn's cycle writes head and body apart, and knows only
standard phrases.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

__all__ = ["Framing", "Header", "Whole", "WrittenHead", "frame_body", "frame_head", "frame_whole"]

Header = tuple[bytes, bytes]

_BARRED = bytes([*range(9), *range(10, 32), 127])
_CHUNKED = (b"transfer-encoding", b"chunked")
_CLOSE = (b"connection", b"close")


class WrittenHead:
    """Hold a head that is written already; its headers are read from it when somebody asks."""

    __slots__ = ("_is_chunked", "_text")

    def __init__(self, text: bytes, is_chunked: bool) -> None:
        """Take the whole head, its empty line included."""
        self._text = text
        self._is_chunked = is_chunked

    def __iter__(self) -> Iterator[Header]:
        """Give the headers in order."""
        for line in self._text.split(b"\r\n")[1:-2]:
            name, _, value = line.partition(b": ")
            yield name, value

    def frame(self, body: bytes) -> "Framing":
        """Return how the head goes out before a body."""
        length = None if self._is_chunked else len(body)
        return Framing(self._text, length, self._is_chunked, is_last=False)


class Whole(NamedTuple):
    """Hold an answer that is all there."""

    status: int
    reason: str | None
    headers: Iterable[Header]
    body: bytes


class Framing(NamedTuple):
    """Hold a head, its empty line included, and how the body goes out behind it.

    `length` is what Content-Length says; None where the body goes out in chunks, or is none.
    """

    head: bytes
    length: int | None
    is_chunked: bool
    is_last: bool


def frame_whole(whole: Whole) -> Framing:
    """Return the head of an answer to a GET on a connection that stays open."""
    headers = whole.headers
    if isinstance(headers, WrittenHead):
        return headers.frame(whole.body)
    return frame_head(whole.status, whole.reason, headers)


def frame_head(
    status: int,
    reason: str | None,
    headers: Iterable[Header],
    *,
    is_bare: bool = False,
    is_last: bool = False,
) -> Framing:
    """Return the head of an answer; one without a length goes out in chunks.

    Args:
        reason: the reason phrase; None for the standard one.
        is_bare: no body can follow.
        is_last: the connection is closed behind it, whatever the headers say.

    Raises:
        RuntimeError: a header holds a control character.
    """
    headers = tuple(headers)
    # Cookies come once, all other heads again and again.
    frame = _frame_head if b"set-cookie" in dict(headers) else _kept_head
    return frame(status, reason, headers, is_bare, is_last)


def _frame_head(
    status: int, reason: str | None, headers: tuple[Header, ...], is_bare: bool, is_last: bool
) -> Framing:
    named = dict(headers)
    is_chunked, length = b"transfer-encoding" in named, None
    if not is_chunked and b"content-length" in named:
        length = int(named[b"content-length"])
    elif not is_chunked and not is_bare and status not in (204, 304):
        is_chunked = True
        headers = (*headers, _CHUNKED)
    if b"connection" in named and b"close" in named[b"connection"].lower():
        is_last = True
    elif is_last:
        headers = (*headers, _CLOSE)
    lines = [b"%s: %s\r\n" % header for header in headers]
    block = b"".join(lines)
    # Two of them a line, and no others.
    if len(block.translate(None, _BARRED)) + 2 * len(lines) != len(block):
        raise RuntimeError("a header of the answer holds a control character")
    head = b"%s%s\r\n" % (_status_line(status, reason), block)
    return Framing(head, length, is_chunked, is_last)


_kept_head = lru_cache(maxsize=64)(_frame_head)


def frame_body(framing: Framing, body: bytes) -> bytes:
    """Return a whole body as the head says that it goes out.

    Raises:
        RuntimeError: it is not as long as the head says.
    """
    if framing.is_chunked:
        return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    if len(body) != (framing.length or 0):
        raise RuntimeError("the body is not as long as its Content-Length says")
    return body


@lru_cache(maxsize=256)
def _status_line(status: int, reason: str | None) -> bytes:
    phrase = HTTPStatus(status).phrase if reason is None else reason
    return b"HTTP/1.1 %d %s\r\n" % (status, phrase.encode("latin-1", "replace"))
