"""Join the request path to ASGI: build an exchange, call the path, send what it wrote.

request/path.py shows a request's way. Here is what needs to wait: the body, a fault's delay, the
sending. The admin API stands beside the path.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Iterable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.errors import describe_crash
from mockserver.server.broken_sending import break_transport, is_never_answered, send_broken
from mockserver.server.framing import Header, Whole
from mockserver.server.line import Line
from mockserver.server.mask import mask_path
from mockserver.server.polls import Poll, Polls, read_poll
from mockserver.server.replay import Kept, KeptAnswers
from mockserver.server.request.body_limits import max_body_bytes
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import (
    STEPS,
    Steps,
    answer,
    answer_poll,
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

OnAnswer = Callable[[Space, Entry, Iterable[Header]], None]

_LOG = logging.getLogger("uvicorn.error")
_ADMIN = b"/__admin"


class App:
    """Serve the spaces over ASGI.

    Args:
        steps_in: gives the steps of a space; others than STEPS where a bug is switched on.
        on_answer: told of each journal entry, with the answer's headers, before it is sent, or when
            it is known that there will be none.
        admin: answers what is under `/__admin`; None where that is off.
        is_admin_open: it asks for no token, so that the sign-in page may name the made-up users.
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
        is_admin_open: bool = False,
        hosts: Sequence[str] | None = None,
    ) -> None:
        self.spaces = spaces
        self._steps_in = steps_in
        self._on_answer = on_answer
        self._admin = admin
        self._is_admin_open = is_admin_open
        self._hosts = hosts
        self._kept = KeptAnswers()
        self._polls = Polls()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it takes: a body, a delay, the admin API."""
        if scope["type"] != "http":
            return
        line: Line = scope["extensions"]["mockserver"]
        x = line.waiting
        if x is None:
            request = _build_request(scope)
            if line.refused is None and not request.head.has_body:
                found = self.answer_at_once(request, line.target)
                if isinstance(found, Whole):
                    await _send(send, found)
                    return
                x = found
            if x is None:
                x = self._begin(request)
        try:
            await self._answer_in_time(x, line, scope, receive, send)
        except Exception as error:
            await self._tell_crash(x, line, send, error)
        finally:
            close_entry(x)

    def answer_at_once(self, request: Request, target: bytes) -> Whole | Exchange | None:
        """Answer a request that has no body, if nothing must be waited for.

        Returns:
            the answer; the exchange, where a fault decides how it goes on; None for a request of
            the admin API.
        """
        # Equal headers are read once, so that what was read stands for them.
        key = (request.method, target, request.http_version, request.head)
        found = self._kept.find(key)
        if found is not None:
            return self._answer_again(*found)
        poll = read_poll(request, target)
        polled = None if poll is None else self._answer_poll(poll, request, key)
        if polled is not None:
            return polled
        if self._is_for_admin(request):
            return None
        x = self._begin(request)
        try:
            guard(x)
            arrive(x)
            if x.fault is not None:
                return x
            self._answer(x, key)
            if poll is not None and self._steps_in(x.space) is STEPS:
                self._polls.keep(poll, x, request)
        except Exception as error:
            self._note_crash(x, error)
            self._report(x)
        close_entry(x)
        return _whole(x)

    def _begin(self, request: Request) -> Exchange:
        started = time.perf_counter()
        return Exchange(
            request,
            self.spaces,
            started,
            self._hosts,
            has_admin=self._admin is not None,
            is_admin_open=self._is_admin_open,
        )

    def _is_for_admin(self, request: Request) -> bool:
        path = request.raw_path
        return (
            path.startswith(_ADMIN)
            and self._admin is not None
            and (path == _ADMIN or path.startswith(_ADMIN + b"/"))
        )

    def _answer_again(self, kept: Kept, space: Space, now_ticks: int) -> Whole:
        """Give an answer that was kept, and enter it into the journal and the log."""
        started = time.perf_counter()
        sent, body = self._kept.renew(kept, space, now_ticks)
        space.requests += 1
        ms = (time.perf_counter() - started) * 1000
        id_ = space.journal.repeat(kept.entry, time_ticks=now_ticks, commands=space.commands, ms=ms)
        if self._on_answer is not None:
            self._on_answer(space, kept.entry.again(id_, time_ticks=now_ticks, ms=ms), sent)
        return Whole(200, kept.reason, sent, body)

    def _answer_poll(self, poll: Poll, request: Request, key: Hashable) -> Whole | None:
        """Give an answer of which all but its rows is settled; None where nothing is."""
        x = self._begin(request)
        head = self._polls.settle(poll, x)
        # What a bug changes goes the whole way: any of its steps may be another one.
        if head is None or self._steps_in(x.space) is not STEPS or not answer_poll(x):
            return None
        assert x.entry is not None
        assert x.answer is not None
        sent = head.write(x.now_ticks, x.space.name)
        self._kept.keep(key, x, head)
        if self._on_answer is not None:
            self._on_answer(x.space, x.entry, sent)
        close_entry(x)
        return Whole(200, x.answer.reason, sent, x.answer.body)

    def _answer(self, x: Exchange, key: Hashable | None = None) -> None:
        """Answer what has arrived; what has a key may be kept."""
        steps = self._steps_in(x.space)
        answer(x, steps)
        self._report(x)
        if steps is STEPS and key is not None:
            self._kept.keep(key, x)

    async def _answer_in_time(
        self, x: Exchange, line: Line, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if line.refused is None and self._is_for_admin(x.request):
            assert self._admin is not None
            await self._admin(scope, receive, send)
            if line.refused is None:
                return
        if line.refused is None and x.entry is None:
            guard(x)
            has_body = x.answer is None and x.request.head.has_body
            if has_body and not await _read_body(x, line, receive):
                return
        if line.refused is not None:
            await self._refuse(x, line, send)
            return
        if x.entry is None:
            arrive(x)
        if x.fault is not None:
            await asyncio.sleep(x.fault.delay_ms / 1000)
            if is_never_answered(x.fault):
                # Whoever waits for an answer wants to know why.
                self._report(x)
            if await break_transport(x.fault, line, receive):
                return
        self._answer(x)
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

    def _note_crash(self, x: Exchange, error: Exception) -> None:
        """Write 500 for a fault of the mock; one line on standard error says where it is."""
        path = mask_path(x.request.raw_path.decode("latin-1"))[:200]
        _LOG.error("%s %r: %s", x.request.method, path, describe_crash(error))
        crash(x, error)

    async def _tell_crash(self, x: Exchange, line: Line, send: Send, error: Exception) -> None:
        self._note_crash(x, error)
        if not line.cycle.response_started:
            self._report(x)
            await _send_answer(x, line, send)


async def _send_answer(x: Exchange, line: Line, send: Send) -> None:
    answer = x.answer
    assert answer is not None
    if x.fault is None:
        await _send(send, _whole(x))
        return
    start = {"type": "http.response.start", "status": answer.status, "headers": x.sent}
    await send({**start, "reason": answer.reason})
    await send_broken(x.fault, answer.body, send, line)


def _whole(x: Exchange) -> Whole:
    answer = x.answer
    assert answer is not None
    return Whole(answer.status, answer.reason, x.sent, answer.body)


async def _send(send: Send, whole: Whole) -> None:
    status, reason, headers, body = whole
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
