"""Hold what one exchange has of its connection: its target, and a hand on what is sent.

The app finds its `Line` in the scope's extensions under `mockserver`; connection.py makes it. ASGI
cannot say how a connection is to be closed.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from mockserver.server.heads import Refused
from mockserver.server.request.exchange import Exchange

__all__ = ["Line"]


class Line:
    """Hold one exchange's part of its connection.

    Attributes:
        target: the request target as the parser got it.
        length: of the body, as the head declares it; None for one in chunks.
        refused: why the request, or the rest of it, cannot be read.
        waiting: the exchange that the request has begun already, and that has to wait.
        cycle: uvicorn's own part of the exchange; the protocol sets it.
    """

    __slots__ = ("_hang_up", "cycle", "length", "refused", "target", "waiting")

    def __init__(
        self,
        hang_up: Callable[[], None],
        target: bytes,
        length: int | None,
        refused: Refused | None = None,
        waiting: Exchange | None = None,
    ) -> None:
        self._hang_up = hang_up
        self.cycle: Any
        self.target = target
        self.length = length
        self.refused = refused
        self.waiting = waiting

    @property
    def transport(self) -> Any:
        """Return the transport."""
        return self.cycle.transport

    def linger(self) -> None:
        """Close after the answer in such a way that a client which still sends can read it."""
        transport = self.cycle.transport
        self.cycle.keep_alive = False
        self.cycle.disconnected = transport.is_closing()
        self.cycle.transport = _Lingering(transport, self._hang_up)


class _Lingering:
    """Pass everything to a transport, and let somebody else close it."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport = transport
        self.close = close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
