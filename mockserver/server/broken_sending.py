"""Send an answer as a fault says: never, in parts, slowly, with the connection reset or cut."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Send

from mockserver.space.faults import Decision

__all__ = ["break_transport", "is_never_answered", "send_broken"]

Sleep = Callable[[float], Awaitable[None]]

_DRIPS_PER_SECOND = 10
_FLUSH_SECONDS = 0.05


def is_never_answered(decision: Decision) -> bool:
    """Tell whether a fault leaves a request without any answer."""
    is_reset = decision.fault == "reset" and decision.parameters.get("at", "start") == "start"
    return is_reset or decision.fault == "hang"


async def break_transport(decision: Decision, connection: Any, receive: Receive) -> bool:
    """Hang or reset where the fault says so; tell whether the request is over with that."""
    if not is_never_answered(decision):
        return False
    if decision.fault == "reset":
        _reset(connection)
        return True
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


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
