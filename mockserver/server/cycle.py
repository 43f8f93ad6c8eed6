"""Send one answer: whole in one write where it is whole, and with the reason phrase of its own.

`Cycle` is uvicorn's, which writes head and body apart and knows only standard phrases. The phrase
comes in the answer's first message, under `reason`.
"""

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

__all__ = ["Cycle"]

# A longer body is not copied behind its head.
_MAX_JOINED_BYTES = 262_144
# Line breaks are counted.
_BARRED = bytes([*range(9), 11, 12, *range(14, 32), 127])


class Cycle(RequestResponseCycle):
    """Send what the app says, as few times as can be."""

    _start: Any = None

    async def send(self, message: Any) -> None:
        """Take a message of the app; the first one waits for the second."""
        if message["type"] == "http.response.start" and not self.response_started:
            self._start = message
            # The app has begun, as far as anybody who asks is concerned.
            self.response_started = True
            return
        start, self._start = self._start, None
        if start is None:
            await super().send(message)
        elif self.disconnected:
            return
        elif message.get("more_body", False) or self.flow.write_paused:
            self._write_head(start)
            await super().send(message)
        else:
            self._write_whole(start, message.get("body", b""))

    def _write_head(self, start: Any) -> None:
        self.transport.write(b"".join(self._head(start)))

    def _write_whole(self, start: Any, body: bytes) -> None:
        parts = self._head(start)
        if self.scope["method"] == "HEAD":
            body = b""
        elif self.chunked_encoding:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif len(body) != self.expected_content_length:
            raise RuntimeError("the body is not as long as its Content-Length says")
        if len(body) <= _MAX_JOINED_BYTES:
            self.transport.write(b"".join([*parts, body]))
        else:
            self.transport.write(b"".join(parts))
            self.transport.write(body)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _head(self, start: Any) -> list[bytes]:
        """Return the head of an answer, in parts, and note how its body goes out."""
        self.waiting_for_100_continue = False
        status, headers = start["status"], start.get("headers", [])
        named = dict(headers)
        if b"transfer-encoding" in named:
            self.expected_content_length, self.chunked_encoding = 0, True
        elif b"content-length" in named:
            length = int(named[b"content-length"])
            self.expected_content_length, self.chunked_encoding = length, False
        if b"close" in named.get(b"connection", b"").lower():
            self.keep_alive = False
        elif not self.keep_alive:
            headers = [*headers, (b"connection", b"close")]
        is_bare = self.scope["method"] == "HEAD" or status in (204, 304)
        if self.chunked_encoding is None and not is_bare:
            self.chunked_encoding = True
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        lines = b"".join([b"%s: %s\r\n" % header for header in headers])
        is_clean = lines.count(b"\r\n") == lines.count(b"\n") == lines.count(b"\r") == len(headers)
        if not is_clean or len(lines.translate(None, _BARRED)) < len(lines):
            raise RuntimeError("a header of the answer holds a control character")
        return [_status_line(status, start.get("reason")), lines, b"\r\n"]


@lru_cache(maxsize=256)
def _status_line(status: int, reason: str | None) -> bytes:
    phrase = HTTPStatus(status).phrase if reason is None else reason
    return b"HTTP/1.1 %d %s\r\n" % (status, phrase.encode("latin-1", "replace"))
