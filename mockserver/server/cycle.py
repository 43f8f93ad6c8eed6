"""Send one answer by uvicorn's cycle, in one write where it is whole; framing.py writes it.

The reason phrase comes in the answer's first message, under `reason`.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockserver.server.framing import Framing, frame_body, frame_head

__all__ = ["Cycle", "write_whole"]

# A longer body is not copied behind its head.
_MAX_JOINED_BYTES = 262_144


def write_whole(transport: Any, framing: Framing, body: bytes) -> None:
    """Write an answer in as few writes as can be; `body` is framed already."""
    if len(body) <= _MAX_JOINED_BYTES:
        transport.write(framing.head + body)
    else:
        transport.write(framing.head)
        transport.write(body)


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
            self.transport.write(self._frame(start).head)
            await super().send(message)
        else:
            self._write_whole(self._frame(start), message.get("body", b""))

    def _write_whole(self, framing: Framing, body: bytes) -> None:
        is_bare = self.scope["method"] == "HEAD"
        write_whole(self.transport, framing, b"" if is_bare else frame_body(framing, body))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _frame(self, start: Any) -> Framing:
        """Return the head of an answer, and note how its body goes out."""
        self.waiting_for_100_continue = False
        framing = frame_head(
            start["status"],
            start.get("reason"),
            start.get("headers", []),
            is_bare=self.scope["method"] == "HEAD",
            is_last=not self.keep_alive,
        )
        self.chunked_encoding = framing.is_chunked
        self.expected_content_length = framing.length or 0
        self.keep_alive = not framing.is_last
        return framing
