"""Speak HTTP on one connection: one exchange at a time, each with a hold of its own on it.

`Protocol` is uvicorn's, with a reader of heads before its parser (heads.py): the next head is
passed on when the exchange before it is over, and a refusal is an exchange as well, so that the
app writes it, logs it and enters it into the journal.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.server.cycle import Cycle, write_whole
from mockserver.server.eager import start_eagerly
from mockserver.server.framing import Whole, frame_body, frame_whole
from mockserver.server.heads import (
    MAX_HEAD_BYTES,
    Chunks,
    Refused,
    judge_beginning,
    read_head,
)
from mockserver.server.line import Line
from mockserver.server.plain_get import PlainGet, find_plain_get, remember_headers
from mockserver.server.request.exchange import Exchange
from mockserver.wire.http_request import Request

__all__ = ["Patience", "Protocol"]

_HELD_BYTES = 65_536
AtOnce = Callable[[Request, bytes], Whole | Exchange | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Hold how long a connection waits, as Kestrel does.

    Attributes:
        head_seconds: for the end of a head that began.
        idle_seconds: for the next request.
        grace_seconds: for a body; from then on it must have come at `bytes_per_second`.
        drain_seconds: for the rest of a body that nobody reads, and for the client to hang up.
    """

    head_seconds: float = 30.0
    idle_seconds: float = 130.0
    grace_seconds: float = 5.0
    bytes_per_second: int = 240
    drain_seconds: float = 5.0


class Protocol(HttpToolsProtocol):
    """Speak HTTP as uvicorn does, behind a reader of heads."""

    def __init__(self, *args: Any, patience: Patience, **more: Any) -> None:
        super().__init__(*args, **more)
        self._patience = patience
        self._ask, self.app = self.app, self.run_app
        # What needs no body and no waiting takes no task, and no cycle either.
        self._at_once: AtOnce | None = getattr(self._ask, "answer_at_once", None)
        self._line: Line | None = None
        self._block = b""
        # What came of the next head, or of heads that must wait.
        self._held = bytearray()
        # What is left of a body: a number of bytes, or chunks.
        self._body: int | Chunks = 0
        self._body_bytes = 0
        self._body_since = 0.0
        self._is_complete = False
        self._is_over = False
        self._timer: asyncio.TimerHandle | None = None
        self._idle_since = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None

    async def run_app(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the app; an exchange that is cut short by the end of the server ends in silence."""
        line: Line = scope["extensions"]["mockserver"]
        try:
            await cast("Callable[..., Awaitable[None]]", self._ask)(scope, receive, send)
        except asyncio.CancelledError:
            line.cycle.disconnected = True
            self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, as long as between two of them."""
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._check_idle()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of all."""
        self._is_over = True
        self._held.clear()
        self._stop_timer()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on what belongs to the exchange under way; hold the rest until it is over."""
        if self._is_over:
            return
        if self._held:
            self._held += data
            if self._is_busy and not self._body:
                self._hold(b"")
                return
            data = bytes(self._held)
            self._held.clear()
        self._read(data)

    @property
    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _read(self, data: bytes) -> None:
        at = 0
        while at < len(data) and not self._is_over:
            if self._body:
                at = self._pass_body(data, at)
                continue
            if self._is_busy:
                break
            after = self._pass_head(data, at)
            if after is None:
                break
            at = after
        if self._is_over:
            return
        if at < len(data):
            self._hold(data[at:])
        elif not self._is_busy:
            self._idle_since = self.loop.time()

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > _HELD_BYTES:
            self.flow.pause_reading()

    def _pass_head(self, data: bytes, at: int) -> int | None:
        """Give the next head to the parser; return the place behind it, None where it must wait."""
        while data.startswith(b"\r\n", at):
            at += 2
        end = data.find(b"\r\n\r\n", at, at + MAX_HEAD_BYTES + 4)
        if end < 0:
            refused = judge_beginning(data[at : at + MAX_HEAD_BYTES + 4])
            if refused is not None:
                self._refuse(refused)
            elif self._timer is None:
                self._start_timer(self._patience.head_seconds, self._end_head)
            return None
        self._stop_timer()
        plain = find_plain_get(data, at, end + 4)
        if plain is not None:
            self._answer_plain(plain)
            return end + 4
        head = read_head(data[at : end + 4])
        if isinstance(head, Refused):
            self._refuse(head)
            return None
        self._line = None
        self._is_complete = False
        self._body = Chunks() if head.length is None else head.length
        self._block = head.block
        if self._body:
            # Before the app is asked: where it answers at once, the rest of the body is drained.
            self._body_bytes, self._body_since = 0, self.loop.time()
            self._start_timer(self._patience.grace_seconds, self._check_body)
        return end + 4 if self._feed(head.data, is_end=head.length == 0) else None

    def _answer_plain(self, plain: PlainGet) -> None:
        """Answer a GET that needs no parser: at once, unless it has to wait for something."""
        target, headers, head = plain
        waiting = None
        if self._at_once is not None and not self.flow.write_paused:
            path, _, query = target.partition(b"?")
            request = Request.plain(path, query, headers, head, self.scheme or "http")
            try:
                found = self._at_once(request, target)
                if isinstance(found, Whole):
                    self._write(found)
                    return
            except asyncio.CancelledError:
                # The server ends.
                self.transport.abort()
                return
            waiting = found
        self.expect_100_continue = False
        self.headers = list(headers)
        self._is_complete = True
        self._open("GET", target, keep_alive=True, waiting=waiting)
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def _write(self, whole: Whole) -> None:
        framing = frame_whole(whole)
        write_whole(self.transport, framing, frame_body(framing, whole.body))
        self.server_state.total_requests += 1
        if framing.is_last:
            self.transport.close()

    def _pass_body(self, data: bytes, at: int) -> int:
        """Give what belongs to the body to the parser; return the place behind it."""
        body = self._body
        if isinstance(body, Chunks):
            end = body.take(data, at)
            is_end = body.is_done
            if body.is_broken:
                self._break_off(Refused(400))
                return len(data)
        else:
            end = min(len(data), at + body)
            self._body = body - (end - at)
            is_end = self._body == 0
        self._body_bytes += end - at
        if is_end:
            self._body = 0
            self._stop_timer()
        self._feed(data[at:end], is_end=is_end)
        return end

    def _feed(self, data: bytes, *, is_end: bool) -> bool:
        """Give bytes to the parser; it must find the end of the message where they end, or not."""
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            is_end = not self._is_complete
        if self._is_complete == is_end:
            return True
        if self._line is None:
            match = data.split(b" ", 2)
            self._refuse(Refused(400, match[0].decode("latin-1")[:20], match[1][:200]))
        else:
            self._break_off(Refused(400))
        return False

    def _refuse(self, refused: Refused) -> None:
        """Let the app answer for what comes in place of a request; read no further."""
        self._is_over = True
        self._body = 0
        self._held.clear()
        self._stop_timer()
        self.on_message_begin()
        self._open(refused.method, refused.target, refused=refused)

    def _open(
        self,
        method: str,
        target: bytes,
        *,
        version: str = "1.1",
        keep_alive: bool = False,
        refused: Refused | None = None,
        waiting: Exchange | None = None,
    ) -> None:
        """Let the app answer a request, or what comes in place of one."""
        path, _, query = target.partition(b"?")
        body = self._body
        length = None if isinstance(body, Chunks) else body
        self._line = line = Line(self.linger, target, length, refused, waiting)
        scope = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "headers": self.headers,
            "method": method,
            "path": unquote(path.decode("latin-1")) if b"%" in path else path.decode("latin-1"),
            "raw_path": path,
            "query_string": query,
            "extensions": {"mockserver": line},
        }
        self.cycle = line.cycle = Cycle(
            scope=cast("Any", scope),
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        if not keep_alive:
            line.linger()
        # Trailers are no headers of the request.
        self.headers = []
        task = start_eagerly(self.cycle.run_asgi(self.app), self.loop)
        if task is not None:
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _break_off(self, refused: Refused) -> None:
        """End a request whose body cannot be read to its end."""
        assert self._line is not None
        self._body = 0
        self._stop_timer()
        if self._line.cycle.response_complete:
            self.linger()
            return
        self._is_over = True
        self._held.clear()
        self._line.refused = refused
        self._line.cycle.keep_alive = False
        # The app hears that there is no more, and sees why on its line.
        self._line.cycle.disconnected = True
        self._line.cycle.message_event.set()

    def linger(self) -> None:
        """End the sending side; drop what still comes, until the client hangs up."""
        self._is_over = True
        self._held.clear()
        self._stop_timer()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self.transport.write_eof()
        self._start_timer(self._patience.drain_seconds, self.transport.abort)

    def on_message_begin(self) -> None:
        """Forget the request before."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """Start the exchange."""
        parser = self.parser
        method, version = parser.get_method().decode(), parser.get_http_version()
        keep_alive = version == "1.1" and parser.should_keep_alive()
        if method == "GET" and keep_alive and self._body == 0 and not self.expect_100_continue:
            remember_headers(self._block, tuple(self.headers))
        self._open(method, self.url, version=version, keep_alive=keep_alive)

    def on_message_complete(self) -> None:
        """Note that the parser sees the end of a message."""
        self._is_complete = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what came meanwhile."""
        self.server_state.total_requests += 1
        if self._is_over or self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self._body:
            self._start_timer(self._patience.drain_seconds, self.linger)
        elif self._held:
            data = bytes(self._held)
            self._held.clear()
            self._read(data)
        else:
            self._idle_since = self.loop.time()

    def _end_head(self) -> None:
        self._timer = None
        self._refuse(Refused(408))

    def _check_body(self) -> None:
        """Break off a body that comes too slowly; not while it is the app that is slow."""
        self._timer = None
        seconds = self.loop.time() - self._body_since
        is_slow = self._body_bytes < seconds * self._patience.bytes_per_second
        if is_slow and not self.flow.read_paused:
            self._break_off(Refused(408))
        else:
            self._start_timer(self._patience.grace_seconds, self._check_body)

    def _check_idle(self) -> None:
        """Close a connection that is idle; one look in a while is all that the usual one costs."""
        left = self._patience.idle_seconds
        if not (self._is_busy or self._body or self._held):
            left += self._idle_since - self.loop.time()
        if left <= 0:
            self.transport.close()
        else:
            self._idle_timer = self.loop.call_later(left, self._check_idle)

    def _start_timer(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, then)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
