"""Follow `continue` only to this server, or to an origin that may call it."""

import pytest

from mockserver.server.request.go_on import is_elsewhere
from mockserver.wire.http_request import Request
from tests.mock_client import Client

HERE = Request(method="POST", raw_path=b"/auth/credentials", headers=((b"host", b"a.test:4011"),))
ELSEWHERE = [
    "//evil",
    "/\\evil",
    "\\\\evil",
    "\\/evil",
    "/\t/evil",
    "/\n/evil",
    "\t//evil",
    " //evil",
    "//evil ",
    "https:evil",
    "https:/evil",
    "https:\\\\evil",
    "http:///evil",
    "HTTPS://evil",
    "http://a.test:4011.evil/",
    "http://a.test:4011@evil/",
    "http://a.test:4011:80@evil/",
    "http://a.test:40110/",
    "http://a.test/",
    "https://a.test:4011/",
    "http://user@a.test:4011/",
    "http://evil#@a.test:4011/",
    "http://evil?http://a.test:4011/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/x\r\nSet-Cookie: a=b",
    "/x\x00",
    "\u2028//evil",
]
HERE_TOO = [
    "/conversations",
    "/conversations?afterDate=2026-03-01T00:00:00Z#x",
    "/?next=//evil",
    "/x//y",
    "/%2f%2fevil",
    "/%5cevil",
    "conversations",
    "?a=b:c",
    "#f",
    "http://a.test:4011",
    "http://a.test:4011/x",
    "HTTP://A.Test:4011/x",
    "http://a.test:4011?x",
]


@pytest.mark.parametrize("target", ELSEWHERE, ids=repr)
def test_what_may_lead_away_is_elsewhere(target: str) -> None:
    assert is_elsewhere(target, HERE, ())


@pytest.mark.parametrize("target", HERE_TOO, ids=repr)
def test_what_stays_is_not_elsewhere(target: str) -> None:
    assert not is_elsewhere(target, HERE, ())


@pytest.mark.parametrize(
    ("target", "origins", "expected"),
    [
        ("http://localhost:5173/x", None, False),
        ("http://localhost:5173/x", (), True),
        ("http://localhost.evil/x", None, True),
        ("https://app.example.com/x", ("https://app.example.com",), False),
        ("https://app.example.com.evil/x", ("https://app.example.com",), True),
    ],
)
def test_an_allowed_origin_is_not_elsewhere(
    target: str, origins: tuple[str, ...] | None, expected: bool
) -> None:
    assert is_elsewhere(target, HERE, origins) is expected


@pytest.mark.parametrize("password", ["fdTQrKNXqvbJjMt7", "wrong"], ids=["right", "wrong"])
@pytest.mark.parametrize("path", ["/auth/credentials", "/auth/logout"])
@pytest.mark.parametrize("target", ["/%5cevil", "//evil", "https:evil", "/x%0d%0aX:%20y"])
def test_nobody_is_sent_elsewhere(target: str, path: str, password: str, client: Client) -> None:
    got = client.ask(
        "POST",
        f"{path}?continue={target}",
        f"userName=ada&password={password}".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
    )

    assert got.status in (200, 302, 400)
    assert got.headers.get("location", "/login?").partition("/login?")[1] == "/login?"
    assert "x" not in got.headers


def test_what_no_header_can_hold_goes_on_encoded(client: Client) -> None:
    got = client.ask(
        "POST",
        "/auth/credentials?continue=/caf%C3%A9%20bar",
        b"userName=ada&password=fdTQrKNXqvbJjMt7",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
    )

    assert (got.status, got.headers["location"]) == (302, "/caf%C3%A9%20bar")
