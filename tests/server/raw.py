"""Send bytes to a server and read what it answers, one answer or several on one connection."""

import io
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import cast

_RANDOM = (
    (re.compile(r"(ss-p?id)=[^;]+"), r"\1=ID"),
    (re.compile(r"expires=[^;]+"), "expires=DATE"),
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Hold an answer, with what is random in it masked."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return dict(self.headers).get(name)


class _Stream(io.BufferedReader):
    """Stay open when a response is over: the next one comes from here."""

    def close(self) -> None:
        """Do nothing."""


class _Source:
    """Look to a response like a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = _Stream(socket.SocketIO(connection, "r"))

    def makefile(self, *_args: object) -> io.BufferedReader:
        """Return the one stream of the connection."""
        return self._stream


def converse(port: int, pieces: Sequence[bytes], methods: Sequence[str]) -> list[Reply]:
    """Send pieces and read an answer for each method, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        source = cast("socket.socket", _Source(connection))
        replies = []
        for method in methods:
            response = HTTPResponse(source, method=method)
            try:
                response.begin()
            except (HTTPException, ConnectionError):
                break
            replies.append(_read(response))
        return replies


def ask(port: int, data: bytes, *, method: str = "GET") -> Reply:
    """Send one request and return its answer."""
    replies = converse(port, [data], [method])
    assert replies, "the server hung up without an answer"
    return replies[0]


def _read(response: HTTPResponse) -> Reply:
    headers = [(name.lower(), _mask(value)) for name, value in response.getheaders()]
    body = re.sub(rb'("sessionId":")[^"]*', rb"\1ID", response.read())
    return Reply(status=response.status, reason=response.reason, headers=tuple(headers), body=body)


def _mask(value: str) -> str:
    for pattern, replacement in _RANDOM:
        value = pattern.sub(replacement, value)
    return value
