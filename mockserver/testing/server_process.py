"""Run the plugin's servers in a process of their own, and speak to it whatever a test patched.

Both ends are here. `ServerProcess` and `ask` are the tests' end: they use the system's functions as
they were when pytest began, and no clock. `main` is the servers' end: it reads orders from a
channel and ends with it, so that it ends with pytest, even if that is killed.
"""

from __future__ import annotations

import _socket
import _thread
import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mockserver.errors import LostServerError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.server import MockServer

__all__ = ["ServerProcess", "ask", "main"]

_START_SECONDS = 60
_CHUNK_BYTES = 65_536
_LOOK_SECONDS = 1
_CODE = (
    "import sys; sys.path[:] = {path}; from mockserver.testing.server_process import main; main()"
)


class _Real:
    """Hold functions as they were before any test.

    Tests and their tools replace names in modules; they do not look into a class. `_socket` is what
    the module `socket` is made of. Windows lacks the names that are asked for by `getattr`.
    """

    close = staticmethod(os.close)
    fstat = staticmethod(os.fstat)
    getpid = staticmethod(os.getpid)
    kill = staticmethod(os.kill)
    waitpid = staticmethod(os.waitpid)
    new_lock = staticmethod(_thread.allocate_lock)
    encode = staticmethod(json.JSONEncoder().encode)
    decode = staticmethod(json.JSONDecoder().decode)
    urlencode = staticmethod(urlencode)
    socket = _socket.socket
    families = ((_socket.AF_INET, "127.0.0.1"), (_socket.AF_INET6, "::1"))
    socketpair: Any = getattr(_socket, "socketpair", None)
    spawn: Any = getattr(os, "posix_spawn", None)
    dup2_action: Any = getattr(os, "POSIX_SPAWN_DUP2", None)
    no_signal: int = getattr(_socket, "MSG_NOSIGNAL", 0)
    no_hang: int = getattr(os, "WNOHANG", 1)
    kill_signal: int = getattr(signal, "SIGKILL", 9)
    # What the process is started with.
    executable = sys.executable
    environment = dict(os.environ)
    path = tuple(os.path.abspath(place) for place in sys.path)


class ServerProcess:
    """Start a process that serves scenarios, and end it.

    Raises:
        LostServerError: it did not start.
    """

    def __init__(self) -> None:
        if _Real.spawn is None or _Real.socketpair is None:
            raise UsageError(
                "mock_conversations needs os.posix_spawn, which this Python lacks; use MockServer"
            )
        self._lock = _Real.new_lock()
        self._orders = 0
        self._received = b""
        try:
            self._channel, theirs = _Real.socketpair()
        except OSError as exc:
            raise LostServerError(f"the mock's process did not start: {exc}") from exc
        self._identity = _identity(self._channel.fileno())
        self._channel.settimeout(_START_SECONDS)
        # A default of the module `socket` would make it one that never waits.
        theirs.settimeout(None)
        words = ("-P", "-Wignore", "-c", _CODE.format(path=list(_Real.path)), str(_Real.getpid()))
        try:
            self._pid: int = _Real.spawn(
                _Real.executable,
                (_Real.executable, *words),
                _Real.environment,
                file_actions=[(_Real.dup2_action, theirs.fileno(), 0)],
            )
        except OSError as exc:
            self._channel.close()
            raise LostServerError(f"the mock's process did not start: {exc}") from exc
        finally:
            theirs.close()

    def serve(self, file: tuple[str, str] | None) -> int:
        """Return the port of the server of a scenario file, or of the shipped scenarios.

        Args:
            file: the folder from which a relative path starts, and the path.

        Raises:
            LostServerError: the process is gone, or its channel was closed.
            UsageError: the scenario file is wrong.
        """
        with self._lock:
            answer = self._order(file)
        if "error" in answer:
            raise UsageError(answer["error"])
        return int(answer["port"])

    def close(self) -> None:
        """End the process at once; it has nothing to save."""
        if self._is_ours():
            self._channel.close()
        else:
            # Somebody closed it, and its number may stand for another file by now.
            self._channel.detach()
        try:
            if _Real.waitpid(self._pid, _Real.no_hang) == (0, 0):
                _Real.kill(self._pid, _Real.kill_signal)
                _Real.waitpid(self._pid, 0)
        except OSError:
            pass  # Somebody else collected it, so that its number may be another's.

    def _order(self, file: tuple[str, str] | None) -> dict[str, Any]:
        if not self._is_ours():
            raise LostServerError("a test closed the channel to the mock's process")
        self._orders += 1
        try:
            text = _Real.encode([self._orders, file])
            self._channel.sendall(text.encode() + b"\n", _Real.no_signal)
            while True:
                number, answer = _Real.decode(self._read_line().decode())
                # Ctrl-C or a test's own time limit may have left an earlier answer unread.
                if number == self._orders:
                    return dict(answer)
        except OSError as exc:
            raise LostServerError(f"the mock's process does not answer: {exc}") from exc

    def _read_line(self) -> bytes:
        while b"\n" not in self._received:
            chunk = self._channel.recv(_CHUNK_BYTES)
            if not chunk:
                raise LostServerError("the mock's process ended; its output says why")
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line

    def _is_ours(self) -> bool:
        return _identity(self._channel.fileno()) == self._identity


def ask(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    query: Mapping[str, object] | None = None,
    timeout_seconds: float,
) -> Any:
    """Return the JSON that the admin API of a server on this machine answers.

    Raises:
        LostServerError: nothing answers there.
        UsageError: it refuses, with its sentence.
    """
    target = f"/__admin{path}{'?' if query else ''}{_Real.urlencode(query or {})}"
    data = b"" if body is None else _Real.encode(body).encode()
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    try:
        received = _exchange(port, head.encode() + b"\r\n" + data, timeout_seconds)
        answer_head, _, text = received.partition(b"\r\n\r\n")
        status = int(answer_head.split(b" ", 2)[1])
        value = _Real.decode(text.decode()) if text else {}
    except (OSError, ValueError, IndexError) as exc:
        reason = str(exc) or type(exc).__name__
        raise LostServerError(f"the mock on port {port} does not answer: {reason}") from exc
    if status >= 400:
        said = value.get("detail") or value.get("title") or str(status)
        raise UsageError(": ".join(filter(None, (value.get("pointer"), said))))
    return value


def _exchange(port: int, request: bytes, timeout_seconds: float) -> bytes:
    connection = _connect(port, timeout_seconds)
    try:
        connection.sendall(request, _Real.no_signal)
        received = bytearray()
        while chunk := connection.recv(_CHUNK_BYTES):
            received += chunk
    finally:
        connection.close()
    return bytes(received)


def _connect(port: int, timeout_seconds: float) -> _socket.socket:
    error = OSError("this machine has no loopback address")
    for family, address in _Real.families:
        try:
            connection = _Real.socket(family, _socket.SOCK_STREAM)
        except OSError as exc:
            error = exc
            continue
        try:
            connection.settimeout(timeout_seconds)
            connection.connect((address, port))
        except OSError as exc:
            connection.close()
            error = exc
            continue
        return connection
    raise error


def _identity(descriptor: int) -> tuple[int, int] | None:
    """Return what tells one open file from another; None where none is open."""
    try:
        status = _Real.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def main() -> None:
    """Serve what the channel on standard input orders, until pytest closes it or is gone."""
    import threading

    # Ctrl-C is for pytest, which still reports and ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(int(sys.argv[1]),), daemon=True).start()
    servers: dict[Path | None, MockServer] = {}
    with open(0, encoding="utf-8", closefd=False) as orders:
        for order in orders:
            number, file = json.loads(order)
            os.write(0, json.dumps([number, _obey(file, servers)]).encode() + b"\n")
    os._exit(0)


def _obey(
    file: tuple[str, str] | None, servers: dict[Path | None, MockServer]
) -> dict[str, object]:
    from pathlib import Path

    from mockserver.errors import MockServerError
    from mockserver.server import MockServer
    from mockserver.world.scenario import load_scenario

    path = None if file is None else Path(*file).resolve()
    try:
        if path not in servers:
            # A test must not race with time: the clock stands where the run began.
            servers[path] = MockServer(load_scenario(path=path, clock="frozen")).__enter__()
    except MockServerError as exc:
        return {"error": str(exc)}
    return {"port": servers[path].port}


def _follow(parent: int) -> None:
    """End this process when its parent is gone, though a fork of that holds the channel open."""
    import time

    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(0)
