"""Stand between a client and a server, hand on every byte, and keep what was asked and answered.

One request at a time goes through, whoever sends it, so that the record has one order and can be
played again.
"""

import http.client
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.mutants.sequences import Answer, Ask

__all__ = ["Relay", "relay_to"]

_MOST_SECONDS = 60.0
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(kw_only=True)
class Relay:
    """Hold the record of what went through.

    Attributes:
        port: where to ask, instead of the server's.
        turn: held by the request that goes through.
    """

    port: int
    server_port: int
    after_each: "Callable[[Relay], None] | None" = None
    turn: threading.Lock = field(default_factory=threading.Lock)
    record: list[tuple[Ask, Answer]] = field(default_factory=list)


class _Tee(io.RawIOBase):
    """Read from a socket and keep what was read."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self.seen = bytearray()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # its only caller
        count = self._source.recv_into(buffer)
        self.seen += buffer[:count]
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """Be a socket to `HTTPResponse`."""
        return io.BufferedReader(self)


@contextmanager
def relay_to(port: int, *, after_each: Callable[[Relay], None] | None = None) -> Iterator[Relay]:
    """Hand on what comes to a port of its own, until the end of the block.

    Args:
        after_each: called after each request, before the next one goes through.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        relay = Relay(port=listening.getsockname()[1], server_port=port, after_each=after_each)
        threading.Thread(target=_accept, args=(listening, relay), daemon=True).start()
        try:
            yield relay
        finally:
            # Closing alone does not wake the thread that waits.
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, relay: Relay) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(client, relay), daemon=True).start()


def _serve(client: socket.socket, relay: Relay) -> None:
    """Hand on one connection's requests until either side ends it."""
    with client:
        client.settimeout(_MOST_SECONDS)
        address = ("127.0.0.1", relay.server_port)
        try:
            with socket.create_connection(address, timeout=_MOST_SECONDS) as server:
                reader = client.makefile("rb")
                while request := _read_request(reader):
                    with relay.turn:
                        if not _exchange(request, client, server, relay):
                            return
        except OSError:
            return


def _read_request(reader: io.BufferedIOBase) -> tuple[bytes, bytes]:
    head = bytearray()
    while not head.endswith(_END_OF_HEAD):
        line = reader.readline()
        if not line:
            return ()  # type: ignore[return-value]  # no request is falsy
        head += line
    length = next(
        (int(line[15:]) for line in head.lower().splitlines() if line[:15] == b"content-length:"), 0
    )
    return bytes(head), reader.read(length)


def _exchange(
    request: tuple[bytes, bytes], client: socket.socket, server: socket.socket, relay: Relay
) -> bool:
    """Hand on one request and its answer; say whether the connection goes on."""
    ask = _ask_of(*request)
    tee = _Tee(server)
    response = http.client.HTTPResponse(tee, method=ask.method)  # type: ignore[arg-type]
    answer = Answer()
    try:
        server.sendall(b"".join(request))
        response.begin()
        answer = Answer(
            status=response.status,
            headers=tuple(response.getheaders()),
            body=response.read(),
        )
    except (OSError, http.client.HTTPException):
        pass
    relay.record.append((ask, answer))
    if relay.after_each is not None:
        relay.after_each(relay)
    if tee.seen:
        client.sendall(tee.seen)
    return bool(answer.status) and not response.will_close


def _ask_of(head: bytes, body: bytes) -> Ask:
    lines = head.decode("latin-1").split("\r\n")
    method, target, *_ = [*lines[0].split(" "), "", ""]
    pairs = (line.partition(":") for line in lines[1:] if line)
    headers = tuple(
        (name, value.strip())
        for name, _, value in pairs
        if name.lower() not in ("host", "content-length", "connection")
    )
    return Ask(
        method=method,
        target=target,
        headers=headers,
        body=body.decode("utf-8", "replace") if body else None,
        is_admin=target.startswith("/__admin"),
    )
