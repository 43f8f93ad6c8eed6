"""Join the request path to ASGI: build an exchange, call the path, send what it wrote.

request/path.py shows a request's way. Here is what needs to wait: the body, a fault's delay, the
sending. The admin API stands beside the path.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.errors import describe_crash
from mockserver.server.broken_sending import break_transport, send_broken
from mockserver.server.line import Line
from mockserver.server.mask import mask_path
from mockserver.server.replay import Kept, KeptAnswers
from mockserver.server.request.body_limits import max_body_bytes
from mockserver.server.request.exchange import Exchange, HeaderLines
from mockserver.server.request.path import (
    STEPS,
    Steps,
    answer,
    arrive,
    close_entry,
    crash,
    guard,
    refuse_at_the_edge,
)
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.wire.bind import Unread
from mockserver.wire.http_request import Request

__all__ = ["App", "OnAnswer"]

OnAnswer = Callable[[Space, Entry, HeaderLines], None]

_LOG = logging.getLogger("uvicorn.error")
_ADMIN = b"/__admin"


class App:
    """Serve the spaces over ASGI.

    Args:
        steps_in: gives the steps of a space; others than STEPS where a bug is switched on.
        on_answer: told of each journal entry, with the answer's headers, before it is sent.
        admin: answers what is under `/__admin`; None where that is off.
        hosts: the names of this server besides those that only this machine can mean; None where
            it is reached from elsewhere, under any name.
    """

    def __init__(
        self,
        spaces: Spaces,
        *,
        steps_in: Callable[[Space], Steps] = lambda space: STEPS,
        on_answer: OnAnswer | None = None,
        admin: ASGIApp | None = None,
        hosts: Sequence[str] | None = None,
    ) -> None:
        self.spaces = spaces
        self._steps_in = steps_in
        self._on_answer = on_answer
        self._admin = admin
        self._hosts = hosts
        self._kept = KeptAnswers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        line: Line = scope["extensions"]["mockserver"]
        request = _build_request(scope)
        # Equal headers are read once, so that what was read stands for them.
        key = (request.method, line.target, request.http_version, request.head)
        found = None if line.refused is not None else self._kept.find(key)
        if found is not None:
            kept, space, now_ticks = found
            sent, body = self._kept.renew(kept, space, now_ticks)
            self._enter_again(space, kept, sent, now_ticks, started)
            await _send(send, 200, kept.answer.reason, sent, body)
            return
        x = Exchange(request, self.spaces, started, self._hosts, has_admin=self._admin is not None)
        try:
            await self._answer_anew(x, line, scope, receive, send, key)
        except Exception as error:
            await self._tell_crash(x, line, send, error)
        finally:
            close_entry(x)

    def _enter_again(
        self, space: Space, kept: Kept, sent: HeaderLines, now_ticks: int, started: float
    ) -> None:
        """Enter an answer that was kept into the journal and the log."""
        space.requests += 1
        ms = (time.perf_counter() - started) * 1000
        space.journal.repeat(kept.entry, time_ticks=now_ticks, commands=space.commands, ms=ms)
        if self._on_answer is not None:
            self._on_answer(space, kept.entry.again(time_ticks=now_ticks, ms=ms), sent)

    async def _answer_anew(
        self, x: Exchange, line: Line, scope: Scope, receive: Receive, send: Send, key: Hashable
    ) -> None:
        path = x.request.raw_path
        if line.refused is None and self._admin is not None and path.startswith(_ADMIN):
            if path == _ADMIN or path.startswith(_ADMIN + b"/"):
                await self._admin(scope, receive, send)
                if line.refused is None:
                    return
        if line.refused is None:
            guard(x)
            has_body = x.answer is None and x.request.head.has_body
            if has_body and not await _read_body(x, line, receive):
                return
        if line.refused is not None:
            await self._refuse(x, line, send)
            return
        arrive(x)
        if x.fault is not None:
            await asyncio.sleep(x.fault.delay_ms / 1000)
            if await break_transport(x.fault, line, receive):
                return
        steps = self._steps_in(x.space)
        answer(x, steps)
        self._report(x)
        if steps is STEPS:
            self._kept.keep(key, x)
        await _send_answer(x, line, send)

    async def _refuse(self, x: Exchange, line: Line, send: Send) -> None:
        """Send what Kestrel answers to a request that cannot be read."""
        assert line.refused is not None
        if line.cycle.response_started:
            line.transport.abort()
            return
        line.linger()
        refuse_at_the_edge(x, line.refused.status, allow=line.refused.allow)
        self._report(x)
        await _send_answer(x, line, send)

    def _report(self, x: Exchange) -> None:
        """Tell the log, and whoever waits in the journal, before anybody can see the answer."""
        assert x.entry is not None
        x.space.journal.notify()
        if self._on_answer is not None:
            self._on_answer(x.space, x.entry, x.sent)

    async def _tell_crash(self, x: Exchange, line: Line, send: Send, error: Exception) -> None:
        """Answer 500 for a fault of the mock; one line on standard error says where it is."""
        path = mask_path(x.request.raw_path.decode("latin-1"))[:200]
        _LOG.error("%s %r: %s", x.request.method, path, describe_crash(error))
        crash(x, error)
        if not line.cycle.response_started:
            self._report(x)
            await _send_answer(x, line, send)


async def _send_answer(x: Exchange, line: Line, send: Send) -> None:
    answer = x.answer
    assert answer is not None
    if x.fault is None:
        await _send(send, answer.status, answer.reason, x.sent, answer.body)
        return
    start = {"type": "http.response.start", "status": answer.status, "headers": x.sent}
    await send({**start, "reason": answer.reason})
    await send_broken(x.fault, answer.body, send, line)


async def _send(
    send: Send, status: int, reason: str | None, headers: HeaderLines, body: bytes
) -> None:
    await send(
        {"type": "http.response.start", "status": status, "reason": reason, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})


async def _read_body(x: Exchange, line: Line, receive: Receive) -> bool:
    """Read the whole body, or note that it is too large; False when the client is gone before."""
    max_bytes = max_body_bytes(x.request)
    size, chunks = line.length or 0, []
    has_more = size <= max_bytes
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return line.refused is not None
        chunks.append(message.get("body", b""))
        size = max(size, sum(map(len, chunks)))
        has_more = message.get("more_body", False) and size <= max_bytes
    if size <= max_bytes:
        x.request.body = b"".join(chunks)
    else:
        x.request.body = Unread(max_bytes)
        # What is still to come of it stands where the next head would.
        line.linger()
    return True


def _build_request(scope: Scope) -> Request:
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        scheme=scope["scheme"],
        http_version=scope["http_version"],
    )
