"""Every answer belongs to its own request, however requests come."""

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.server import MockServer
from tests.mock_client import ADA, NOW
from tests.server.raw import Reply, converse

_PAIR = base64.b64encode(":".join(ADA).encode()).decode()
_HOST = "Host: localhost"
_ACCEPT = f"{_HOST}\r\nAccept: application/json"
_BASIC = f"{_ACCEPT}\r\nAuthorization: Basic {_PAIR}"
_SIGN_IN = '{{"userName":"ada","password":"{}"}}'
# Path, version and headers; N is replaced by a number, so that a request was never met before.
_GETS = {
    "rows": ("GET", "/conversations?afterDate=2026-02-28&n=N", "1.1", _BASIC),
    "fewer-rows": ("GET", "/conversations?afterDate=2026-03-01&n=N", "1.1", _BASIC),
    "rows-as-csv": ("GET", "/conversations.csv?afterDate=2026-02-28&n=N", "1.1", _BASIC),
    "head": ("HEAD", "/conversations?afterDate=2026-02-28&n=N", "1.1", _BASIC),
    "admin-schema": ("GET", "/__admin/openapi.yaml", "1.1", _HOST),
    "admin-clock": ("GET", "/__admin/spaces/default/clock", "1.1", _HOST),
    "health": ("GET", "/healthz?n=N", "1.1", _ACCEPT),
    "sign-out": ("GET", "/auth/logout?n=N", "1.1", _ACCEPT),
    "stranger": ("GET", "/conversations?n=N", "1.1", _ACCEPT),
    "bad-date": ("GET", "/conversations?afterDate=soon&n=N", "1.1", _BASIC),
    "bad-credentials": ("GET", "/conversations?n=N", "1.1", f"{_ACCEPT}\r\nAuthorization: Basic !"),
    "no-page": ("GET", "/nothing?n=N", "1.1", _ACCEPT),
    "close": ("GET", "/healthz?n=N", "1.1", f"{_ACCEPT}\r\nConnection: close"),
    "rows-1.0": ("GET", "/conversations?afterDate=2026-02-28&n=N", "1.0", _BASIC),
    "over-long": ("GET", f"/conversations?x={'x' * 9_000}", "1.1", _BASIC),
    "no-host": ("GET", "/conversations?n=N", "1.1", "Accept: application/json"),
}
_POSTS = {
    "sign-in": ("/auth/credentials", _SIGN_IN.format(ADA[1])),
    "wrong-password": ("/auth/credentials", _SIGN_IN.format("no such password")),
    "no-json": ("/json/reply/ListConversations", "garbage"),
    "body-like-a-head": ("/json/reply/ListConversations", f"GET / HTTP/1.1\r\n{_HOST}\r\n\r\n"),
}
_NAMES = [*_GETS, *_POSTS, *(f"chunked-{name}" for name in _POSTS)]
_NUMBERS = count()


def _method(name: str) -> str:
    return _GETS[name][0] if name in _GETS else "POST"


def _request(name: str, number: str) -> bytes:
    if name in _GETS:
        method, target, version, headers = _GETS[name]
        target = target.replace("=N", f"={number}")
        return f"{method} {target} HTTP/{version}\r\n{headers}\r\n\r\n".encode()
    path, body = _POSTS[name.removeprefix("chunked-")]
    head = f"POST {path} HTTP/1.1\r\n{_ACCEPT}\r\nContent-Type: application/json\r\n"
    if name in _POSTS:
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    chunks = f"{len(body):x};n={number}\r\n{body}\r\n0\r\nX-Trailer: {number}\r\n\r\n"
    return f"{head}Transfer-Encoding: chunked\r\n\r\n{chunks}".encode()


@pytest.fixture(scope="module")
def asked() -> Iterator[MockServer]:
    with MockServer("default", now=NOW) as running:
        yield running


@pytest.fixture(scope="module")
def reference() -> Iterator[MockServer]:
    """Serve the same to requests that come alone, each once."""
    with MockServer("default", now=NOW) as running:
        yield running


@cache
def _alone(port: int, name: str) -> Reply:
    replies = converse(port, [_request(name, "alone")], [_method(name)])
    assert len(replies) == 1
    return replies[0]


def _expected(port: int, names: Sequence[str]) -> list[Reply]:
    """Return the answers up to the one that ends the connection."""
    replies = [_alone(port, name) for name in names]
    closing = [at for at, reply in enumerate(replies) if reply.header("connection") == "close"]
    return replies[: closing[0] + 1] if closing else replies


def _cut(data: bytes, places: Sequence[float]) -> list[bytes]:
    at = sorted({int(place * len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in zip(at, at[1:], strict=False)]


@given(
    names=st.lists(st.sampled_from(_NAMES), min_size=2, max_size=8),
    is_warm=st.booleans(),
    places=st.lists(st.floats(0, 1), max_size=3),
)
@settings(max_examples=120, deadline=None)
def test_each_request_of_a_pipeline_is_answered_as_alone(
    asked: MockServer,
    reference: MockServer,
    names: list[str],
    is_warm: bool,
    places: list[float],
) -> None:
    """What else is on the connection, and what was answered before, changes no answer."""
    number = "warm" if is_warm else f"cold{next(_NUMBERS)}"
    data = b"".join(_request(name, number) for name in names)

    replies = converse(asked.port, _cut(data, places), [_method(name) for name in names])

    assert replies == _expected(reference.port, names)


def test_an_answer_is_kept_under_the_name_of_its_own_request(asked: MockServer) -> None:
    rows = f"GET /conversations?afterDate=2026-02-28&n=own HTTP/1.1\r\n{_BASIC}\r\n\r\n".encode()
    clock = f"GET /__admin/spaces/default/clock HTTP/1.1\r\n{_BASIC}\r\n\r\n".encode()
    replies = [converse(asked.port, [rows + clock], ["GET"] * 2) for _ in range(3)]

    (alone,) = converse(asked.port, [clock], ["GET"])

    assert [clock_reply.body for _, clock_reply in replies] == [alone.body] * 3
    assert b'"mode"' in alone.body


def test_http_1_0_gets_a_kept_answer_without_chunks(asked: MockServer) -> None:
    converse(asked.port, [_request("rows", "kept") * 3], ["GET"] * 3)

    (old,) = converse(asked.port, [_request("rows-1.0", "kept")], ["GET"])

    assert old.header("transfer-encoding") is None
    assert old.header("content-length") == str(len(old.body))
