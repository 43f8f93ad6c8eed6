"""Carry out what faults.py decided: in the answer, in its sending, on the connection."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Send

from mockserver.errors import FrameworkError, RequestError, ServiceError
from mockserver.models import ListConversations
from mockserver.server.app import Steps
from mockserver.server.exchange import Answer, Request
from mockserver.server.faults import Decision
from mockserver.wire.pages import login_page
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route, match_route

__all__ = ["break_answer", "break_steps", "break_transport", "send_broken"]

Sleep = Callable[[float], Awaitable[None]]

_DRIPS_PER_SECOND = 10
_FLUSH_SECONDS = 0.05
# Status → title and line of the page that a proxy in front of the host would send.
_PROXY_PAGES = {
    502: ("502 Bad Gateway", "The server behind this proxy gave an answer that it cannot pass on."),
    503: ("503 Service Unavailable", "The server behind this proxy takes no requests right now."),
    504: ("504 Gateway Timeout", "The server behind this proxy did not answer in time."),
}
_ERRORS = {
    400: ("Bad Request", "ArgumentException"),
    403: ("Forbidden", "Forbidden"),
    404: ("Not Found", "NotFound"),
    500: ("Internal Server Error", "Exception"),
}
_RETRY_AFTER_SECONDS = 1


def break_steps(decision: Decision, steps: Steps) -> Steps:
    """Return the steps of a request that the host itself refuses, in its dialect."""
    code = decision.parameters.get("code")
    if decision.fault != "status" or code in _PROXY_PAGES:
        return steps
    assert isinstance(code, int)

    def route(method: str, path: str, quirks: Quirks) -> Route | None:
        found = match_route(method, path, quirks)
        if found is None or found.operation == "ApiIndex":
            return found
        return replace(found, operation="ListConversations", is_batch=False, method="GET")

    def refuse(*_args: object, **_more: object) -> None:
        # No user is the framework's plain refusal: a challenge, or the way to the sign-in page.
        if code != 401:
            raise _error(code)

    return replace(
        steps, route=route, bind=lambda *_a, **_k: ListConversations(), authenticate=refuse
    )


def break_answer(decision: Decision, answer: Answer, request: Request) -> Answer:
    """Return the answer that is sent instead of `answer`."""
    match decision.fault:
        case "status":
            code = int(decision.parameters["code"])
            if code in _PROXY_PAGES:
                answer = _page(code, _proxy_page(code))
            if code in (429, 503):
                seconds = decision.parameters.get("retry_after", _RETRY_AFTER_SECONDS)
                answer.headers = [*answer.headers, ("Retry-After", str(seconds))]
        case "broken-json":
            body = answer.body[: max(1, len(answer.body) // 2)].rstrip(b"]} \n") or b"{"
            if not body.startswith((b"{", b"[")):
                body = b'{"conversations":[{"id":"'
            answer = replace(
                answer,
                status=200,
                reason=None,
                content_type="application/json; charset=utf-8",
                body=body,
                parts=None,
            )
        case "sign-in-page":
            answer = _page(200, login_page(None, base_url=request.base_url))
    return answer


async def break_transport(decision: Decision, connection: Any, receive: Receive) -> bool:
    """Hang or reset where the fault says so; tell whether the request is over with that."""
    if decision.fault == "hang":
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    if decision.fault == "reset" and decision.parameters.get("at", "start") == "start":
        _reset(connection)
        return True
    return False


async def send_broken(
    decision: Decision, body: bytes, send: Send, connection: Any, *, sleep: Sleep = asyncio.sleep
) -> None:
    """Send a body in the way the fault says; the answer's start is sent already."""
    parameters = decision.parameters
    match decision.fault:
        case "drip":
            size = max(1, int(parameters["bytes_per_second"]) // _DRIPS_PER_SECOND)
            pause = size / int(parameters["bytes_per_second"])
            for start in range(0, len(body), size):
                part = body[start : start + size]
                await send({"type": "http.response.body", "body": part, "more_body": True})
                if connection.transport.is_closing():
                    return
                await sleep(pause)
            await send({"type": "http.response.body", "body": b""})
        case "reset":
            await _send_part(body[: len(body) // 2], send)
            await sleep(_FLUSH_SECONDS)
            _reset(connection)
        case "truncate":
            await _send_part(body[: int(parameters["bytes"])], send)
            connection.transport.close()
        case _:
            await send({"type": "http.response.body", "body": body})


async def _send_part(part: bytes, send: Send) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


def _reset(connection: Any) -> None:
    """Close the connection so that the other side sees a reset, not an end."""
    transport = connection.transport
    found = transport.get_extra_info("socket")
    if found is not None:
        with contextlib.suppress(OSError, AttributeError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _error(code: int) -> RequestError:
    if code == 429:
        message = "Too Many Requests"
        return FrameworkError(message, status=429, error_code="TooManyRequests", reason=message)
    message, error_code = _ERRORS[code]
    return ServiceError(message, status=code, error_code=error_code, reason=message)


def _page(status: int, body: bytes) -> Answer:
    return Answer(
        status=status,
        content_type="text/html",
        body=body,
        is_framework=False,
        is_chunked=False,
    )


def _proxy_page(code: int) -> bytes:
    title, line = _PROXY_PAGES[code]
    return (
        f"<!doctype html><html><head><title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>{line}</p></body></html>\n"
    ).encode()
