"""Join the request path to ASGI: read a request, find its space, answer it, send the answer.

space → journal entry opened → fault decided → app.answer → sent, through the fault → entry closed,
whatever happened. The host's operations come first, on the raw path; what is none of them goes to
the pages, and what is no page either is the framework's empty 404.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.crash import crash_place, describe_crash
from mockserver.errors import ProblemError, RequestError
from mockserver.server.app import STEPS, Steps, answer, answer_crash
from mockserver.server.auth import parse_basic, read_session_ids
from mockserver.server.break_answer import (
    break_answer,
    break_steps,
    break_transport,
    send_broken,
)
from mockserver.server.bugs import apply_bugs
from mockserver.server.choose import choose_space, space_of_path
from mockserver.server.exchange import Answer, Request
from mockserver.server.faults import Decision
from mockserver.server.hot import Headers, Hot, HotAnswers
from mockserver.server.journal import Entry
from mockserver.server.pages import answer_page
from mockserver.server.prefer import read_preferences
from mockserver.server.problem import problem_answer
from mockserver.server.site_guard import demand_known_host, demand_same_site
from mockserver.server.space import Space
from mockserver.server.spaces import Spaces
from mockserver.server.warn import warnings_of
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import match_route
from mockserver.world.ticks import ticks_to_unix

__all__ = ["App", "OnAnswer"]

OnAnswer = Callable[[Request, Answer, float], None]

_LOG = logging.getLogger("mockserver")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ADMIN = b"/__admin"
_HEALTH = "/healthz"
_MAX_BODY_BYTES = 30_000_000
_MAX_TARGET_BYTES = 8_192
_MAX_HEADER_BYTES = 32_768
_MAX_HEADERS = 100


class App:
    """Serve the spaces over ASGI.

    Args:
        steps: the steps of the operation.
        on_answer: told of each request, its answer and the milliseconds that it took.
        admin: answers what is under `/__admin`; None where that is off.
        hosts: the names of this server besides those that only this machine can mean; None where
            it is reached from elsewhere, under any name.
    """

    def __init__(
        self,
        spaces: Spaces,
        *,
        steps: Steps = STEPS,
        on_answer: OnAnswer | None = None,
        admin: ASGIApp | None = None,
        hosts: Sequence[str] | None = None,
    ) -> None:
        self.spaces = spaces
        self._steps = steps
        self._on_answer = on_answer
        self._admin = admin
        self._hosts = hosts
        self._hot = HotAnswers()
        self._wrong: WeakKeyDictionary[Space, tuple[tuple[str, ...], Steps]] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        way = _Way(space=self.spaces.default, started=time.perf_counter())
        try:
            await self._answer_somehow(scope, receive, send, way)
        except Exception as error:
            await self._tell_crash(scope, send, way, error)
        finally:
            way.end()

    async def _answer_somehow(
        self, scope: Scope, receive: Receive, send: Send, way: "_Way"
    ) -> None:
        connection = scope["extensions"]["mockserver"]["connection"]
        key = (scope["method"], connection.url, tuple(scope["headers"]))
        found = self._hot.find(key)
        if found is None:
            await self._answer_anew(scope, receive, send, key=key, way=way)
            return
        hot, space, now_ticks = found
        headers, body = self._hot.renew(hot, space, now_ticks)
        self._note(space, hot, now_ticks, way.started)
        if hot.answer.reason is not None:
            connection.set_reason(hot.answer.reason)
        way.is_sent = True
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
        found = self._wrong.get(space)
        if found is None or found[0] is not space.bugs:
            found = self._wrong[space] = (space.bugs, apply_bugs(space.bugs, self._steps))
        return found[1]

    def _note(self, space: Space, hot: Hot, now_ticks: int, started: float) -> None:
        """Enter an answer that was kept into the journal and the log."""
        space.requests += 1
        ms = (time.perf_counter() - started) * 1000
        space.journal.repeat(hot.entry, time_ticks=now_ticks, commands=space.commands, ms=ms)
        if self._on_answer is not None:
            self._report(space, hot.entry.request, hot.answer, started)

    async def _answer_anew(
        self, scope: Scope, receive: Receive, send: Send, *, key: Hashable, way: "_Way"
    ) -> None:
        connection = scope["extensions"]["mockserver"]["connection"]
        space, started = way.space, way.started
        reply = _refuse_oversize(scope, connection)
        if reply is not None:
            way.is_sent = True
            await self._send(scope, send, space, reply)
            return
        path = scope["raw_path"]
        if self._admin is not None and (path == _ADMIN or path.startswith(_ADMIN + b"/")):
            await self._admin(scope, receive, send)
            return
        way.request = asked = request = _build_request(scope, b"")
        decision: Decision | None = None
        preferred = ""
        try:
            demand_same_site(space_of_path(self.spaces, request), request)
            body = await _read_body(scope, receive)
            if body is None:
                reply = Answer(status=413, is_framework=False, is_chunked=False)
            else:
                if body:
                    way.request = asked = request = _build_request(scope, body)
                space, asked = choose_space(self.spaces, request)
                way.space, way.request = space, asked
                demand_known_host(space, request, self._hosts)
                request, decision, preferred = read_preferences(asked)
        except ProblemError as error:
            reply = problem_answer(error, request, space.scenario.cors_origins)
            if error.status == 403:
                way.open_entry(asked).status = 403
        if reply is None and request.path == _HEALTH:
            reply = self.answer(space, request)
        if reply is not None:
            if self._on_answer is not None:
                self._report(space, request, reply, started)
            way.is_sent = True
            await self._send(scope, send, space, reply)
            return
        entry = way.open_entry(asked)
        decision = decision or _decide(space, request)
        if decision is not None:
            entry.fault = "; ".join(decision.names)
            await asyncio.sleep(decision.delay_ms / 1000)
            if await break_transport(decision, connection, receive):
                return
        reply = self._answer(space, request, decision)
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
        way.is_sent = True
        await self._send(scope, send, space, reply, headers=headers, decision=decision)

    async def _tell_crash(self, scope: Scope, send: Send, way: "_Way", error: Exception) -> None:
        """Answer 500 for a fault of ours; one line on standard error says where it is."""
        what = describe_crash(error)
        _LOG.error("%s %r: %s", scope["method"], scope["path"][:200], what)
        entry = way.entry
        if entry is not None:
            entry.status, entry.fault = 500, f"crash at {crash_place(error)}"
        if way.is_sent:
            return
        reply = answer_crash(way.space, way.request or _build_request(scope, b""))
        if self._on_answer is not None and way.request is not None:
            self._on_answer(way.request, reply, (time.perf_counter() - way.started) * 1000)
        await self._send(scope, send, way.space, reply)

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
        connection = scope["extensions"]["mockserver"]["connection"]
        if reply.reason is not None:
            connection.set_reason(reply.reason)
        if headers is None:
            headers = self._headers(scope, space, reply)
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if decision is not None:
            await send_broken(decision, reply.body, send, connection)
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


@dataclass(slots=True, kw_only=True)
class _Way:
    """Hold how far a request has come, for whoever has to end it."""

    space: Space
    started: float
    request: Request | None = None
    entry: Entry | None = None
    is_sent: bool = False

    def open_entry(self, asked: Request) -> Entry:
        """Enter the request into the journal."""
        space = self.space
        self.entry = space.journal.open(
            asked, time_ticks=space.now_ticks(), commands=space.commands
        )
        return self.entry

    def end(self) -> None:
        """Close the journal's entry."""
        if self.entry is not None:
            ms = (time.perf_counter() - self.started) * 1000
            self.space.journal.close(self.entry, ms=ms)


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
    entry.user = reply.user
    if entry.user is None and reply.status != 401:
        entry.user = _user_of(space, request)


@lru_cache(maxsize=256)
def _encode_header(name: str, value: str) -> tuple[bytes, bytes]:
    # What would end the header ends nothing.
    return name.lower().encode(), _UNSENDABLE.sub("?", value).encode("latin-1", "replace")


@lru_cache(maxsize=8)
def _date_header(unix_seconds: int) -> tuple[bytes, bytes]:
    return b"date", formatdate(unix_seconds, usegmt=True).encode()


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
