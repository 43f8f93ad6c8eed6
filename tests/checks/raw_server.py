"""A server on loopback that answers each request with bytes of a test's choosing, HTTP or not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

__all__ = ["BODY", "Raw", "drip", "flood", "raw_server", "say"]

Raw = Callable[[socket.socket, threading.Event], None]
BODY = b'{"conversations":[]}'
_DRIP_SECONDS = 0.05


def say(answer: bytes) -> Raw:
    """Return an answer of those bytes, after which the connection is closed."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(answer)

    return send


def drip(start: bytes, drop: bytes) -> Raw:
    """Return an answer that goes on a little now and then, for as long as somebody listens."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.wait(_DRIP_SECONDS):
            connection.sendall(drop)

    return send


def flood(start: bytes, wave: bytes) -> Raw:
    """Return an answer that goes on as fast as it is read, for as long as somebody listens."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.is_set():
            connection.sendall(wave)

    return send


@contextmanager
def raw_server(answer: Raw) -> Iterator[str]:
    """Give the address of a server that reads the head of a request and answers it so."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65_536)
                if not piece:
                    return
                head += piece
            answer(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
