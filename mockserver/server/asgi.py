"""Join the request path to ASGI: read a request, answer it, send the answer.

The host's operations come first, on the raw path; what is none of them goes to the pages, and what
is no page either is the framework's empty 404.
"""

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from starlette.types import Receive, Scope, Send

from mockserver.server.app import STEPS, Steps, answer
from mockserver.server.exchange import Answer, Request
from mockserver.server.hot import Headers, HotAnswers
from mockserver.server.pages import answer_page
from mockserver.server.space import Space
from mockserver.server.warn import warnings_of
from mockserver.wire.quirks import QUIRKS
from mockserver.world.ticks import ticks_to_unix

__all__ = ["App", "OnAnswer"]

OnAnswer = Callable[[Request, Answer, float], None]

_MAX_BODY_BYTES = 30_000_000
_MAX_TARGET_BYTES = 8_192
_MAX_HEADER_BYTES = 32_768
_MAX_HEADERS = 100


class App:
    """Serve one space over ASGI.

    Args:
        on_answer: told of each request, its answer and the milliseconds that it took.
    """

    def __init__(
        self, space: Space, *, steps: Steps = STEPS, on_answer: OnAnswer | None = None
    ) -> None:
        self.space = space
        self._steps = steps
        self._on_answer = on_answer
        self._hot = HotAnswers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        connection = scope["extensions"]["mockserver"]["connection"]
        key = (scope["method"], connection.url, tuple(scope["headers"]))
        found = self._hot.find(key, self.space)
        if found is not None:
            reply, headers, body = found
            self.space.requests += 1
            if self._on_answer is not None:
                self._report(_build_request(scope, b""), reply, started)
        else:
            reply = await self._answer_anew(scope, receive, connection, started)
            headers, body = self._headers(scope, reply), reply.body
            if self._steps is STEPS:
                self._hot.keep(
                    key, self.space, reply, headers=headers, request_headers=scope["headers"]
                )
        if reply.reason is not None:
            connection.set_reason(reply.reason)
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer_anew(
        self, scope: Scope, receive: Receive, connection: Any, started: float
    ) -> Answer:
        refused = _refuse_oversize(scope, connection)
        if refused is not None:
            return refused
        body = await _read_body(scope, receive)
        request = _build_request(scope, body or b"")
        if body is None:
            reply = Answer(status=413, is_framework=False, is_chunked=False)
        else:
            reply = self.answer(request)
        if self._on_answer is not None:
            self._report(request, reply, started)
        return reply

    def _report(self, request: Request, reply: Answer, started: float) -> None:
        assert self._on_answer is not None
        reply.warnings = warnings_of(self.space, request, reply)
        self._on_answer(request, reply, (time.perf_counter() - started) * 1000)

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request; this is all of the server but the sockets."""
        self.space.requests += 1
        return (
            answer(self.space, request, self._steps)
            or answer_page(self.space, request)
            or Answer(status=404, is_framework=False, is_chunked=False)
        )

    def _headers(self, scope: Scope, reply: Answer) -> Headers:
        """Return an answer's headers in Kestrel's order."""
        headers: Headers = []
        if not reply.is_chunked or scope["http_version"] == "1.0":
            if scope["method"] != "HEAD":
                headers.append((b"content-length", b"%d" % len(reply.body)))
        elif scope["method"] != "HEAD":
            headers.append((b"transfer-encoding", b"chunked"))
        if reply.content_type is not None:
            headers.append((b"content-type", reply.content_type.encode("latin-1")))
        now = ticks_to_unix(self.space.now_ticks())
        headers.append((b"date", formatdate(now, usegmt=True).encode()))
        headers.append((b"server", b"Kestrel"))
        headers += [(b"set-cookie", value.encode()) for value in reply.cookies]
        if reply.is_framework and reply.varies:
            vary = b"Accept, Origin" if reply.varies_by_origin else b"Accept"
            headers.append((b"vary", vary))
        headers += [(name.lower().encode(), value.encode()) for name, value in reply.headers]
        if reply.is_framework:
            quirks = QUIRKS[self.space.profile["framework"]]
            headers.append((b"x-powered-by", quirks.powered_by.encode()))
        return headers


def _refuse_oversize(scope: Scope, connection: Any) -> Answer | None:
    """Return the refusal of what Kestrel refuses before anybody sees it."""
    headers = scope["headers"]
    target = connection.url
    size = sum(len(name) + len(value) + 4 for name, value in headers)
    status = None
    if len(target) > _MAX_TARGET_BYTES:
        status = 414
    elif len(headers) > _MAX_HEADERS or size > _MAX_HEADER_BYTES:
        status = 431
    elif not target.startswith(b"/") and target != b"*":
        status = 400
    elif not all(value.isascii() for _, value in headers):
        status = 400
    if status is None:
        return None
    headers_out = [("Connection", "close")]
    return Answer(status=status, headers=headers_out, is_framework=False, is_chunked=False)


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the whole body; None when it is too large."""
    names = {name for name, _ in scope["headers"]}
    if b"content-length" not in names and b"transfer-encoding" not in names:
        return b""
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


def _build_request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        body=body,
        scheme=scope["scheme"],
    )
