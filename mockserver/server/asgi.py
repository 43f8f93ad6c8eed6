"""Join the request path to ASGI: read a request, find its space, answer it, send the answer.

space → journal entry opened → fault decided → app.answer → sent, through the fault → entry closed,
whatever happened. The host's operations come first, on the raw path; what is none of them goes to
the pages, and what is no page either is the framework's empty 404.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from email.utils import formatdate
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.errors import ProblemError, RequestError
from mockserver.server.app import STEPS, Steps, answer
from mockserver.server.auth import parse_basic, read_session_ids
from mockserver.server.break_answer import (
    break_answer,
    break_steps,
    break_transport,
    send_broken,
)
from mockserver.server.bugs import apply_bugs
from mockserver.server.choose import choose_space, cut_prefix
from mockserver.server.commands import SignIn
from mockserver.server.exchange import Answer, Request
from mockserver.server.faults import Decision
from mockserver.server.hot import Headers, Hot, HotAnswers
from mockserver.server.journal import Entry
from mockserver.server.line import Line
from mockserver.server.pages import answer_page
from mockserver.server.prefer import read_preferences
from mockserver.server.problem import problem_answer
from mockserver.server.space import Space
from mockserver.server.spaces import Spaces
from mockserver.server.warn import warnings_of
from mockserver.wire.bind import Unread, is_deserialised
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import match_route, override_method
from mockserver.world.ticks import ticks_to_unix

__all__ = ["App", "OnAnswer"]

OnAnswer = Callable[[Request, Answer, float], None]

_ADMIN = b"/__admin"
_HEALTH = "/healthz"
_MAX_BODY_BYTES = 30_000_000
_MAX_SIGN_IN_BYTES = 65_536
# Where Kestrel has newer phrases than Python.
_REASONS = {413: "Payload Too Large", 414: "URI Too Long"}


class App:
    """Serve the spaces over ASGI.

    Args:
        steps: the steps of the operation.
        on_answer: told of each request, its answer and the milliseconds that it took.
        admin: answers what is under `/__admin`; None where that is off.
    """

    def __init__(
        self,
        spaces: Spaces,
        *,
        steps: Steps = STEPS,
        on_answer: OnAnswer | None = None,
        admin: ASGIApp | None = None,
    ) -> None:
        self.spaces = spaces
        self._steps = steps
        self._on_answer = on_answer
        self._admin = admin
        self._hot = HotAnswers()
        self._wrong: dict[str, tuple[Space, tuple[str, ...], Steps]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        line: Line = scope["extensions"]["mockserver"]
        key = (scope["method"], line.target, scope["http_version"], tuple(scope["headers"]))
        found = None if line.refused is not None else self._hot.find(key)
        if found is None:
            await self._answer_anew(scope, receive, send, key=key, started=started)
            return
        hot, now_ticks = found
        headers, body = self._hot.renew(hot, now_ticks)
        self._note(hot, now_ticks, started)
        if hot.answer.reason is not None:
            line.set_reason(hot.answer.reason)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, space: Space, request: Request, steps: Steps | None = None) -> Answer:
        """Return the answer to a request; this is all of the server but the sockets."""
        space.requests += 1
        return (
            answer(space, request, steps or self._steps_of(space))
            or answer_page(space, request)
            or Answer(status=404, is_framework=False, is_chunked=False)
        )

    def _steps_of(self, space: Space) -> Steps:
        """Return the steps in a space; its bugs remember what came before, until they change."""
        if not space.bugs:
            return self._steps
        found = self._wrong.get(space.name)
        if found is None or found[0] is not space or found[1] is not space.bugs:
            found = (space, space.bugs, apply_bugs(space.bugs, self._steps))
            self._wrong[space.name] = found
        return found[2]

    def _note(self, hot: Hot, now_ticks: int, started: float) -> None:
        """Enter an answer that was kept into the journal and the log."""
        space = hot.space
        space.requests += 1
        ms = (time.perf_counter() - started) * 1000
        commands = len(space.history)
        space.journal.repeat(hot.entry, time_ticks=now_ticks, commands=commands, ms=ms)
        if self._on_answer is not None:
            self._report(space, hot.entry.request, hot.answer, started)

    async def _answer_anew(
        self, scope: Scope, receive: Receive, send: Send, *, key: Hashable, started: float
    ) -> None:
        line: Line = scope["extensions"]["mockserver"]
        space = self.spaces.default
        path = scope["raw_path"]
        body: bytes | None = None
        if self._admin is not None and (path == _ADMIN or path.startswith(_ADMIN + b"/")):
            if line.refused is None:
                await self._admin(scope, receive, send)
        elif line.refused is None:
            body = await _read_body(scope, receive)
        if line.refused is not None:
            await self._refuse(scope, send, started)
        if body is None or line.refused is not None:
            return
        if isinstance(body, Unread):
            # What is still to come of it stands where the next head would.
            line.linger()
        asked = request = _build_request(scope, body)
        decision: Decision | None = None
        reply: Answer | None = None
        preferred = ""
        try:
            space, asked = choose_space(self.spaces, request)
            request, decision, preferred = read_preferences(asked)
        except ProblemError as error:
            reply = problem_answer(error, request, space.scenario.cors_origins)
        if reply is None and request.path == _HEALTH:
            reply = _too_large(space, request) or self.answer(space, request)
        if reply is not None:
            if self._on_answer is not None:
                self._report(space, request, reply, started)
            await self._send(scope, send, space, reply)
            return
        entry = space.journal.open(asked, time_ticks=space.now_ticks(), commands=space.commands)
        try:
            decision = decision or _decide(space, request)
            if decision is not None:
                entry.fault = "; ".join(decision.names)
                await asyncio.sleep(decision.delay_ms / 1000)
                if await break_transport(decision, line, receive):
                    return
            reply = _too_large(space, request) or self._answer(space, request, decision)
            if preferred:
                reply.headers = [*reply.headers, ("Preference-Applied", preferred)]
            _fill(entry, space, request, reply)
            entry.ms = (time.perf_counter() - started) * 1000
            if self._on_answer is not None:
                self._report(space, request, reply, started)
            headers = self._headers(scope, space, reply)
            if decision is None and self._steps is STEPS:
                self._hot.keep(key, space, asked, reply, headers=headers, user=entry.user)
            space.journal.notify()
            await self._send(scope, send, space, reply, headers=headers, decision=decision)
        finally:
            space.journal.close(entry, ms=(time.perf_counter() - started) * 1000)

    async def _refuse(self, scope: Scope, send: Send, started: float) -> None:
        """Answer what Kestrel refuses before anybody sees it, in the default space."""
        line: Line = scope["extensions"]["mockserver"]
        refused = line.refused
        assert refused is not None
        if line.cycle.response_started:
            line.transport.abort()
            return
        line.linger()
        space, request = self.spaces.default, _build_request(scope, b"")
        headers = [("Connection", "close")]
        if refused.allow is not None:
            headers.append(("Allow", refused.allow))
        reply = Answer(
            status=refused.status,
            reason=_REASONS.get(refused.status),
            headers=headers,
            is_framework=False,
            is_chunked=False,
        )
        entry = space.journal.open(request, time_ticks=space.now_ticks(), commands=space.commands)
        entry.status = reply.status
        try:
            if self._on_answer is not None:
                self._report(space, request, reply, started)
            await self._send(scope, send, space, reply)
        finally:
            space.journal.close(entry, ms=(time.perf_counter() - started) * 1000)

    def _answer(self, space: Space, request: Request, decision: Decision | None) -> Answer:
        try:
            if decision is None:
                return self.answer(space, request)
            reply = self.answer(space, request, break_steps(decision, self._steps_of(space)))
        except ProblemError as error:
            # A sign-in could not be kept.
            return problem_answer(error, request, space.scenario.cors_origins)
        return break_answer(decision, reply, request)

    def _report(self, space: Space, request: Request, reply: Answer, started: float) -> None:
        assert self._on_answer is not None
        reply.warnings = warnings_of(space, request, reply)
        self._on_answer(request, reply, (time.perf_counter() - started) * 1000)

    async def _send(
        self,
        scope: Scope,
        send: Send,
        space: Space,
        reply: Answer,
        *,
        headers: Headers | None = None,
        decision: Decision | None = None,
    ) -> None:
        line: Line = scope["extensions"]["mockserver"]
        if reply.reason is not None:
            line.set_reason(reply.reason)
        if headers is None:
            headers = self._headers(scope, space, reply)
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if decision is not None:
            await send_broken(decision, reply.body, send, line)
        else:
            await send({"type": "http.response.body", "body": reply.body})

    def _headers(self, scope: Scope, space: Space, reply: Answer) -> Headers:
        """Return an answer's headers in Kestrel's order."""
        headers: Headers = []
        if not reply.is_chunked or scope["http_version"] == "1.0":
            if scope["method"] != "HEAD":
                headers.append((b"content-length", b"%d" % len(reply.body)))
        elif scope["method"] != "HEAD":
            headers.append((b"transfer-encoding", b"chunked"))
        if reply.content_type is not None:
            headers.append(_encode_header("content-type", reply.content_type))
        headers.append(_date_header(int(ticks_to_unix(space.now_ticks()))))
        headers.append((b"server", b"Kestrel"))
        headers += [(b"set-cookie", value.encode()) for value in reply.cookies]
        if reply.is_framework and reply.varies:
            vary = b"Accept, Origin" if reply.varies_by_origin else b"Accept"
            headers.append((b"vary", vary))
        headers += [_encode_header(name, value) for name, value in reply.headers]
        if reply.is_framework:
            quirks = QUIRKS[space.profile["framework"]]
            headers.append(_encode_header("x-powered-by", quirks.powered_by))
        return headers


def _decide(space: Space, request: Request) -> Decision | None:
    """Return what the space's faults do to a request of the API; pages are never broken."""
    if space.faults is None:
        return None
    quirks = QUIRKS[space.profile["framework"]]
    if match_route(request.method, request.path, quirks) is None:
        return None
    return space.faults.decide(request.path, request.pairs, lambda: _user_of(space, request))


def _user_of(space: Space, request: Request) -> str | None:
    """Return who says to be asking."""
    try:
        credentials = parse_basic(request.header(b"authorization"))
    except RequestError:
        return None
    if credentials is not None:
        user = space.find_user(credentials.username)
    else:
        session_id = read_session_ids(request).in_force
        user = space.user_of_session(session_id) if session_id else None
    return None if user is None else user.username


def _fill(entry: Entry, space: Space, request: Request, reply: Answer) -> None:
    """Write an answer into the journal's entry."""
    entry.status, entry.rows, entry.asked = reply.status, reply.rows, reply.asked
    last = space.history[-1] if space.commands > entry.commands else None
    if isinstance(last, SignIn):
        entry.user = last.username
    elif reply.status != 401:
        entry.user = _user_of(space, request)


@lru_cache(maxsize=256)
def _encode_header(name: str, value: str) -> tuple[bytes, bytes]:
    return name.lower().encode(), value.encode("latin-1", "replace")


@lru_cache(maxsize=8)
def _date_header(unix_seconds: int) -> tuple[bytes, bytes]:
    return b"date", formatdate(unix_seconds, usegmt=True).encode()


def _too_large(space: Space, request: Request) -> Answer | None:
    """Return the 413 for a body that is too large, where the framework does not say so itself."""
    if not isinstance(request.body, Unread):
        return None
    quirks = QUIRKS[space.profile["framework"]]
    override = request.header(b"x-http-method-override")
    method = override_method(request.method, override, request.pairs)
    route = match_route(method, request.path, quirks)
    if route is not None and is_deserialised(route, request.header(b"content-type")):
        return None
    return Answer(status=413, reason=_REASONS[413], is_framework=False, is_chunked=False)


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the whole body, or that it is too large; None when the client is gone before."""
    length = scope["extensions"]["mockserver"].length
    if length == 0:
        return b""
    max_bytes = _MAX_SIGN_IN_BYTES if _is_sign_in(scope) else _MAX_BODY_BYTES
    if length is not None and length > max_bytes:
        return Unread(max_bytes)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > max_bytes:
            return Unread(max_bytes)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _is_sign_in(scope: Scope) -> bool:
    """Tell whether a request is for the operation Authenticate, in whatever space."""
    request = cut_prefix(_build_request(scope, b""))[1]
    route = match_route(request.method, request.path, QUIRKS["servicestack-6"])
    return route is not None and route.operation == "Authenticate"


def _build_request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        body=body,
        scheme=scope["scheme"],
    )
