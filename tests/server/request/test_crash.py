"""Let the mock fail at a request, and see that only that request fails."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import STEPS
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, Client

LINE = (
    r"GET '/conversations': this is a fault of mockserver's own, at [\w/]+\.py:\d+: "
    r"ZeroDivisionError: oops"
)


def fail(_x: Exchange) -> None:
    raise ZeroDivisionError("oops")


@pytest.fixture
def broken() -> Iterator[Client]:
    """Serve with a last step that fails."""
    spaces = Spaces(build_start(load_scenario("default"), unix_seconds=1e9))
    wrong = replace(STEPS, finish=fail)
    app = App(spaces, steps_in=lambda _space: wrong, admin=build_admin(spaces))
    server = BackgroundServer(app)
    yield Client(port=server.port)
    server.close()


@pytest.mark.parametrize(
    ("accept", "content_type", "part"),
    [
        ("application/json", "application/json; charset=utf-8", b'"errorCode":"InternalServerErr'),
        ("application/xml", "application/xml", b"<ErrorCode>InternalServerError</ErrorCode>"),
        ("text/csv", "text/csv", b"InternalServerError"),
        ("text/html", "text/html", b"<h1>500 Internal Server Error</h1>"),
    ],
)
def test_a_fault_of_ours_is_a_500_in_the_negotiated_format(
    accept: str, content_type: str, part: bytes, broken: Client
) -> None:
    got = broken.list(headers={"Accept": accept})

    assert (got.status, got.headers["content-type"]) == (500, content_type)
    assert part in got.body


def test_a_fault_of_ours_is_one_line_of_the_log(
    broken: Client, caplog: pytest.LogCaptureFixture
) -> None:
    broken.list()

    (record,) = [found for found in caplog.records if found.levelno >= logging.ERROR]
    assert record.exc_info is None
    assert re.fullmatch(LINE, record.getMessage())


def test_a_fault_of_ours_is_in_the_journal(broken: Client) -> None:
    broken.list()

    (entry,) = broken.admin("GET", "/spaces/default/requests").json["requests"]
    assert (entry["status"], entry["path"]) == (500, "/conversations")
    assert entry["fault"].startswith("crash at ")


@pytest.mark.parametrize("path", ["/auth/status", "/auth", "/auth/logout"])
@pytest.mark.parametrize("who", [None, ADA], ids=["stranger", "user"])
@pytest.mark.parametrize("name", ["json", "xml", "jsv", "csv", "jsonl", "html", "jsonreport"])
def test_who_is_signed_in_is_told_in_every_format(
    name: str, who: tuple[str, str] | None, path: str, client: Client
) -> None:
    got = client.ask("GET", f"{path}?format={name}", user=who)

    assert got.status in (200, 302, 401)


def test_a_browser_sees_who_is_signed_in(client: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    got = client.ask("GET", "/auth/status", user=ADA, headers={"Accept": accept})

    assert (got.status, got.headers["content-type"]) == (200, "text/html")
    assert b"&#34;isAuthenticated&#34;: true" in got.body


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b"[" * 900 + b"]" * 900, b'{"a":' * 100_000, b"[[" * 490 + b"1"],
    ids=["open", "nested", "objects", "torn"],
)
@pytest.mark.parametrize("path", ["/json/reply/ListConversations[]", "/api/ListConversations[]"])
def test_a_deep_batch_is_answered_and_explained(path: str, body: bytes, client: Client) -> None:
    got = client.ask("POST", path, body, user=ADA)
    (entry,) = client.admin("GET", "/spaces/default/requests").json["requests"]
    explained = client.admin("GET", f"/spaces/default/requests/{entry['id']}")

    assert got.status < 500
    assert explained.status == 200
