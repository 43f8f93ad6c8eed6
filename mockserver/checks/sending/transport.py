"""Carry one exchange over a socket, ended by a deadline at whatever stage it is.

The only module that opens a connection; client.py decides what may be sent, and counts it. A
timeout of a socket starts anew with every byte, so that a target that drips, or that sends
`100 Continue` for ever, would never reach one: here each read gets what is left of the exchange.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore2

from mockserver.checks.sending.private_hosts import look_up
from mockserver.checks.sending.target import Secret, Target, TargetOptions
from mockserver.errors import BrokenAnswerError, RefusedError, UsageError

__all__ = ["Answer", "Transport", "UnreachableError", "make_tls"]

_CONNECT_SECONDS = 10.0
_KEEP_SECONDS = 4.0
_DEFAULT_PORTS = {"http": 80, "https": 443}


class UnreachableError(Exception):
    """Say that no connection was made, so that nothing was sent; never leaves the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold the head of an answer, and its body as it arrives, still encoded."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    pieces: Iterator[bytes] = field(repr=False)

    def header(self, name: str) -> str:
        """Return the values of a header, joined by commas; empty for none."""
        return ",".join(value for key, value in self.headers if key.lower() == name)


class Transport:
    """Hold the connections to one target, through a proxy if one was given."""

    def __init__(self, target: Target, *, proxy: Secret | None, tls: ssl.SSLContext | None) -> None:
        self._target = target
        shared: dict[str, Any] = {
            "ssl_context": tls,
            "max_connections": target.limits.together,
            "keepalive_expiry": _KEEP_SECONDS,
            "network_backend": _Backend(target),
        }
        self._pool = (
            httpcore2.ConnectionPool(**shared)
            if proxy is None
            else httpcore2.HTTPProxy(**_proxy(proxy), **shared)
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def exchange(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        seconds: float,
    ) -> Iterator[Answer]:
        """Send a request and give the head of its answer; all of it has so many seconds.

        Raises:
            UnreachableError: no connection was made; nothing was sent.
            RefusedError: the request is no HTTP; nothing was sent.
            BrokenAnswerError: the answer broke off, stalls or drips.
        """
        request = self._request(method, path, headers, body, seconds)
        with _Deadline.set(seconds), _translated():
            answer = self._pool.handle_request(request)
            try:
                yield Answer(
                    status=answer.status,
                    reason=answer.extensions.get("reason_phrase", b"").decode("latin-1"),
                    headers=tuple(
                        (name.decode("latin-1"), value.decode("latin-1"))
                        for name, value in answer.headers
                    ),
                    pieces=answer.iter_stream(),
                )
            finally:
                answer.close()

    def _request(
        self,
        method: str,
        path: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        seconds: float,
    ) -> httpcore2.Request:
        target = self._target
        length = [] if body is None else [("Content-Length", str(len(body)))]
        timeout = dict.fromkeys(("read", "write", "pool"), seconds)
        return httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=target.scheme, host=target.host, port=target.port, target=path.encode()
            ),
            headers=[
                (name.encode(), value.encode("latin-1"))
                for name, value in (("Host", _host(target)), *headers, *length)
            ],
            content=body,
            extensions={"timeout": {**timeout, "connect": min(seconds, _CONNECT_SECONDS)}},
        )


class _Deadline:
    """Hold when the exchange of this thread has to be over."""

    _here = threading.local()

    @classmethod
    @contextmanager
    def set(cls, seconds: float) -> Iterator[None]:
        """Give the exchange that follows so many seconds."""
        cls._here.at = time.monotonic() + seconds
        try:
            yield
        finally:
            del cls._here.at

    @classmethod
    def left(cls, most: float | None) -> float | None:
        """Return how many seconds are left, `most` at most.

        Raises:
            httpcore2.ReadTimeout: none is left.
        """
        at: float | None = getattr(cls._here, "at", None)
        if at is None:
            return most
        left = at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the exchange has no time left")
        return left if most is None else min(left, most)


class _Stream(httpcore2.NetworkStream):
    """Read and write until the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _Deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _Deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = _Deadline.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    """Connect until the deadline, to each address of a name in turn.

    Where the addresses of the target were judged beforehand, no other one is looked up.
    """

    def __init__(self, target: Target) -> None:
        self._host = target.host
        self._judged = target.addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in self._addresses(host):
            try:
                left = _Deadline.left(timeout)
                return _Stream(super().connect_tcp(address, port, left, None, socket_options))
            except (httpcore2.ConnectError, httpcore2.TimeoutException) as error:
                failure = error
        raise httpcore2.ConnectError(str(failure)) from failure

    def _addresses(self, host: str) -> Iterable[str]:
        if self._judged:
            # Any other host would be one that nobody judged.
            return self._judged if host == self._host else ()
        try:
            return look_up(host)
        except (OSError, UnicodeError) as error:
            # A name with an empty or overlong part is refused with the latter.
            raise httpcore2.ConnectError(str(error)) from error


@contextmanager
def _translated() -> Iterator[None]:
    """Raise our exceptions in place of the library's."""
    try:
        yield
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.ProxyError) as error:
        raise UnreachableError(str(error)) from error
    except httpcore2.TimeoutException as error:
        raise BrokenAnswerError("no whole answer within the time for one answer") from error
    except httpcore2.LocalProtocolError as error:
        raise RefusedError("the request is no HTTP; nothing was sent", guard="http") from error
    except (httpcore2.ProtocolError, httpcore2.NetworkError) as error:
        raise BrokenAnswerError("the connection broke off before the answer's end") from error


def make_tls(target: Target, options: TargetOptions) -> ssl.SSLContext | None:
    """Return what certificates are checked by; None where nothing goes by TLS.

    Raises:
        UsageError: the file of certificates cannot be read.
    """
    if target.scheme == "http" and options.proxy is None:
        return None
    try:
        return ssl.create_default_context(cafile=options.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError("--ca-file cannot be read as PEM certificates") from error


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == _DEFAULT_PORTS[target.scheme] else f"{host}:{target.port}"


def _proxy(secret: Secret) -> dict[str, Any]:
    parts = urlsplit(secret.reveal())
    url = httpcore2.URL(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port,
        target="/",
    )
    if parts.username is None:
        return {"proxy_url": url}
    return {
        "proxy_url": url,
        "proxy_auth": (unquote(parts.username).encode(), unquote(parts.password or "").encode()),
    }
