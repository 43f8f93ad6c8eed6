"""Join the request path to ASGI: build an exchange, call the path, send what it wrote.

request/path.py shows a request's way. Here is what needs to wait: the body, a fault's delay, the
sending. The admin API and the health check stand beside the path, on the raw path.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.server.broken_sending import break_transport, send_broken
from mockserver.server.journal import Entry
from mockserver.server.replay import Kept, KeptAnswers
from mockserver.server.request.exchange import Exchange, HeaderLines
from mockserver.server.request.path import STEPS, Steps, answer, arrive, close_entry
from mockserver.server.space import Space
from mockserver.server.spaces import Spaces
from mockserver.wire.http_request import Request

__all__ = ["App", "OnAnswer"]

OnAnswer = Callable[[Space, Entry, HeaderLines], None]

_ADMIN = b"/__admin"
_HEALTH = b"/healthz"
_HEALTH_BODY = b'{"status":"ok"}'
_HEALTH_HEADERS = [(b"content-length", b"15"), (b"content-type", b"application/json")]
_MAX_BODY_BYTES = 30_000_000
_MAX_TARGET_BYTES = 8_192
_MAX_HEADER_BYTES = 32_768
_MAX_HEADERS = 100


class App:
    """Serve the spaces over ASGI.

    Args:
        steps_in: gives the steps of a space; others than STEPS where a bug is switched on.
        on_answer: told of each journal entry, with the answer's headers, before it is sent.
        admin: answers what is under `/__admin`; None where that is off.
    """

    def __init__(
        self,
        spaces: Spaces,
        *,
        steps_in: Callable[[Space], Steps] = lambda space: STEPS,
        on_answer: OnAnswer | None = None,
        admin: ASGIApp | None = None,
    ) -> None:
        self.spaces = spaces
        self._steps_in = steps_in
        self._on_answer = on_answer
        self._admin = admin
        self._kept = KeptAnswers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        connection = scope["extensions"]["mockserver"]["connection"]
        key = (scope["method"], connection.url, tuple(scope["headers"]))
        found = self._kept.find(key)
        if found is None:
            await self._answer_anew(scope, receive, send, key, started)
            return
        kept, space, now_ticks = found
        headers, body = self._kept.renew(kept, space, now_ticks)
        self._enter_again(space, kept, headers, now_ticks, started)
        await _send(send, 200, kept.answer.reason, headers, body)

    def _enter_again(
        self, space: Space, kept: Kept, sent: HeaderLines, now_ticks: int, started: float
    ) -> None:
        """Enter an answer that was kept into the journal and the log."""
        space.requests += 1
        ms = (time.perf_counter() - started) * 1000
        space.journal.repeat(kept.entry, time_ticks=now_ticks, commands=space.commands, ms=ms)
        if self._on_answer is not None:
            entry = replace(kept.entry, time_ticks=now_ticks, ms=ms)
            self._on_answer(space, entry, sent)

    async def _answer_anew(
        self, scope: Scope, receive: Receive, send: Send, key: Hashable, started: float
    ) -> None:
        connection = scope["extensions"]["mockserver"]["connection"]
        path = scope["raw_path"]
        if self._admin is not None and (path == _ADMIN or path.startswith(_ADMIN + b"/")):
            await self._admin(scope, receive, send)
            return
        if path == _HEALTH:
            await _send(send, 200, None, _HEALTH_HEADERS, _HEALTH_BODY)
            return
        x = Exchange(_build_request(scope), self.spaces, started)
        if x.request.head.has_body:
            x.request.body = await _read_body(receive) or b""
        try:
            arrive(x)
            if x.fault is not None:
                await asyncio.sleep(x.fault.delay_ms / 1000)
                if await break_transport(x.fault, connection, receive):
                    return
            steps = self._steps_in(x.space)
            answer(x, steps)
            self._report(x)
            if steps is STEPS:
                self._kept.keep(key, x)
            await _send_answer(x, send, connection)
        finally:
            close_entry(x)

    def _report(self, x: Exchange) -> None:
        """Tell the log, and whoever waits in the journal, before anybody can see the answer."""
        assert x.entry is not None
        x.space.journal.notify()
        if self._on_answer is not None:
            self._on_answer(x.space, x.entry, x.sent)


async def _send_answer(x: Exchange, send: Send, connection: Any) -> None:
    answer = x.answer
    assert answer is not None
    if answer.reason is not None:
        connection.set_reason(answer.reason)
    if x.fault is None:
        await _send(send, answer.status, answer.reason, x.sent, answer.body)
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": x.sent})
    await send_broken(x.fault, answer.body, send, connection)


async def _send(
    send: Send, status: int, reason: str | None, headers: HeaderLines, body: bytes
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read_body(receive: Receive) -> bytes | None:
    """Return the whole body; None when it is too large."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > _MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)


def _build_request(scope: Scope) -> Request:
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        scheme=scope["scheme"],
        http_version=scope["http_version"],
    )
