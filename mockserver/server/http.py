"""Bind sockets and run uvicorn: in the foreground for the command, in a thread for tests.

connection.py and cycle.py speak HTTP; no other module knows uvicorn.
"""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
import threading
from collections.abc import Callable, Generator
from functools import partial
from types import FrameType
from typing import Any, cast

import uvicorn

from mockserver.errors import ListenError
from mockserver.loopback import base_url
from mockserver.server.connection import Patience, Protocol

__all__ = ["BackgroundServer", "open_sockets", "run_server"]

LOOPBACK = ("127.0.0.1", "::1")
_GRACE_SECONDS = 0.3
_TICKS_A_SECOND = 10
_PORT_TRIES = 50
_PATIENCE = Patience()
_ALARM_SECONDS = 0.1
_HAS_ALARM = hasattr(signal, "setitimer")
# Where the protocol asks the app, and takes an order to break off.
_ASKING = (Protocol.run_app.__code__, Protocol._answer_plain.__code__)


class _Server(uvicorn.Server):
    """Run until told to stop; then be gone within a second, whatever is open."""

    on_started: Callable[[], None] | None = None
    # Wakes the loop; None before it runs.
    _wake: Callable[[], object] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._is_told = asyncio.Event()
        self._wake = partial(asyncio.get_running_loop().call_soon_threadsafe, self._is_told.set)
        await super().startup(sockets)
        if self.on_started is not None:
            self.on_started()

    def tell(self) -> None:
        """Order it to stop, from any thread."""
        self.should_exit = True
        if self._wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop is over
                self._wake()

    async def main_loop(self) -> None:
        """Tick as uvicorn does, ten times a second, but stop as soon as it is told."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % _TICKS_A_SECOND
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_told.wait(), 1 / _TICKS_A_SECOND)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close as uvicorn does, but without its pause where no answer is under way."""
        asyncio.get_running_loop().call_later(_GRACE_SECONDS, self._force)
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # The connections that rest close in the first of these, and are forgotten in the second.
        for _ in range(2):
            await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        else:
            await self.lifespan.shutdown()

    def _force(self) -> None:
        self.force_exit = True
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Run until the last task has ended."""
        with self._signals():
            super().run(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to `run`: the last task may compute when this would be over."""
        yield

    @contextlib.contextmanager
    def _signals(self) -> Generator[None, None, None]:
        """Take SIGTERM and SIGINT as an order to stop, not as a reason to die by."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]]
        handlers = {signal.SIGINT: self._stop, signal.SIGTERM: self._stop}
        if _HAS_ALARM:
            handlers[signal.SIGALRM] = self._cut_short
        previous = {number: signal.signal(number, handlers[number]) for number in handlers}
        try:
            yield
        finally:
            if _HAS_ALARM:
                signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.tell()
        if _HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, _GRACE_SECONDS, _ALARM_SECONDS)

    def _cut_short(self, _number: int, frame: FrameType | None) -> None:
        """Break off the app where it still computes an answer: the loop waits for it.

        Raises:
            asyncio.CancelledError: the app was at work.
        """
        while frame is not None:
            if frame.f_code in _ASKING:
                raise asyncio.CancelledError
            frame = frame.f_back


class BackgroundServer:
    """Run an app in a thread on free loopback ports, until `close`."""

    def __init__(
        self,
        app: Any,
        *,
        host: str = "localhost",
        port: int = 0,
        patience: Patience = _PATIENCE,
    ) -> None:
        self._sockets = open_sockets(host, port)
        self.port: int = self._sockets[0].getsockname()[1]
        self.url = base_url(host, self.port)
        self._server = _build_server(app, patience)
        self._started = threading.Event()
        self._server.on_started = self._started.set
        self._thread = threading.Thread(target=self._run, name="mockserver", daemon=True)
        self._thread.start()
        self._started.wait(10)

    def _run(self) -> None:
        self._server.run(sockets=self._sockets)

    def close(self) -> None:
        """Stop the server and wait until its thread has ended."""
        self._server.tell()
        self._thread.join(5)


def run_server(app: Any, sockets: list[socket.socket], on_started: Callable[[], None]) -> None:
    """Serve `app` on open sockets until SIGTERM or SIGINT; call `on_started` when ready."""
    server = _build_server(app, _PATIENCE)
    server.on_started = on_started
    # The world stays; without this the collector walks all of it time and again.
    gc.collect()
    gc.freeze()
    # What is kept of requests is many small objects without cycles: look for cycles seldom.
    gc.set_threshold(50_000, 50, 100)
    server.run(sockets=sockets)


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Return listening sockets; `localhost` means both loopbacks, on one port.

    Raises:
        ListenError: the port is taken, the address is unusable or not permitted.
    """
    addresses = _addresses(host)
    for _ in range(_PORT_TRIES):
        sockets: list[socket.socket] = []
        try:
            wanted = port
            for address in addresses:
                sockets.append(_listen(address, wanted))
                wanted = sockets[0].getsockname()[1]
        except OSError as exc:
            for opened in sockets:
                opened.close()
            if port == 0 and exc.errno == errno.EADDRINUSE:
                continue
            raise ListenError(_explain(host, port, exc)) from exc
        return sockets
    raise ListenError(f"found no port that is free on {' and '.join(addresses)}; give one: --port")


def _addresses(host: str) -> list[str]:
    if host == "localhost":
        return [address for address in LOOPBACK if _exists(address)]
    if host == "":
        return ["::" if _exists("::") else "0.0.0.0"]
    return [host]


def _exists(address: str) -> bool:
    try:
        _listen(address, 0).close()
    except OSError:
        return False
    return True


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Every address means those of both kinds.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address != "::")
        listener.bind((address, port))
        listener.listen(2048)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _explain(host: str, port: int, exc: OSError) -> str:
    match exc.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} on {host or 'every address'} is taken; stop what listens there, or "
                "use --port 0 for a free one"
            )
        case errno.EACCES:
            return f"no permission to listen on port {port}; use --port 4011 or another above 1023"
    place = f"port {port} of {host or 'every address'}"
    return f"cannot listen on {place}: {exc.strerror or exc}; use --host localhost"


def _build_server(app: Any, patience: Patience) -> _Server:
    config = uvicorn.Config(
        app,
        http=cast("type[Protocol]", partial(Protocol, patience=patience)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=2048,
    )
    return _Server(config)
