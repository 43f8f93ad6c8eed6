"""Refuse what a page of another site makes a browser send."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server import MockServer
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, Client

CROSS = {"Sec-Fetch-Site": "cross-site"}
EVIL = {"Origin": "http://evil.example"}
LOOPBACK = {"Origin": "http://localhost:5173"}
SIGN_IN = {"userName": ADA[0], "password": ADA[1]}


@pytest.fixture(scope="module")
def own_rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve rows of a file."""
    folder: Path = tmp_path_factory.mktemp("rows")
    (folder / "rows.json").write_text('{"conversations": [{"id": "a"}]}')
    (folder / "own.yaml").write_text("dataset: rows.json\n")
    with MockServer(folder / "own.yaml") as running:
        yield Client(port=running.port)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [{**CROSS, **EVIL}, CROSS, {**CROSS, "Origin": "null"}],
    ids=["evil", "none", "null"],
)
def test_an_unsafe_method_of_another_site_is_refused(
    headers: dict[str, str], method: str, client: Client
) -> None:
    got = client.ask(method, "/auth/credentials", SIGN_IN, headers=headers)

    assert (got.status, got.headers["content-type"]) == (403, "application/problem+json")
    assert "set-cookie" not in got.headers


@pytest.mark.parametrize(
    "headers",
    [
        EVIL,
        LOOPBACK,
        {**CROSS, **LOOPBACK},
        {**EVIL, "Sec-Fetch-Site": "same-site"},
        {**EVIL, "Sec-Fetch-Site": "same-origin"},
        {**EVIL, "Sec-Fetch-Site": "none"},
        {},
    ],
    ids=repr,
)
def test_whatever_is_not_surely_of_another_site_is_answered(
    headers: dict[str, str], client: Client
) -> None:
    assert client.ask("POST", "/auth/credentials", SIGN_IN, headers=headers).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_safe_method_of_another_site_is_answered(method: str, client: Client) -> None:
    got = client.ask(method, "/conversations", user=ADA, headers={**CROSS, **EVIL})

    assert got.status != 403


def test_a_get_that_is_meant_as_a_post_is_refused(client: Client) -> None:
    path = f"/auth/credentials?X-Http-Method-Override=POST&userName={ADA[0]}&password={ADA[1]}"

    assert client.ask("GET", path, headers={**CROSS, **EVIL}).status == 403


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_meant_as_a_get_is_refused_where_it_is_none(method: str, client: Client) -> None:
    path = "/json/reply/ListConversations?X-Http-Method-Override=GET"

    assert client.ask(method, path, {}, headers={**CROSS, **EVIL}).status == 403


def test_it_is_refused_before_its_body_is_read(mock: MockServer) -> None:
    head = (
        b"POST /auth/credentials HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        b"Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", mock.port), timeout=10) as connection:
        connection.sendall(head)
        got = connection.recv(1000)

    assert got.startswith(b"HTTP/1.1 403 ")


def test_the_journal_holds_what_was_refused(client: Client) -> None:
    client.ask("POST", "/auth/credentials", SIGN_IN, headers=CROSS)

    (entry,) = client.admin("GET", "/spaces/default/requests").json["requests"]
    assert (entry["method"], entry["status"]) == ("POST", 403)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:4011",
        "mock",
        "a.localhost:1",
        "mac.local",
        "host.docker.internal:4011",
        "api.test",
        "API.Test.",
        "evovoice.io",
        "127.0.0.1:4011",
        "127.1",
        "10.1.2.3",
        "[::1]:4011",
        "[::ffff:127.0.0.1]",
    ],
)
def test_a_host_that_only_this_machine_can_mean_is_answered(host: str, own_rows: Client) -> None:
    assert own_rows.list(headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4011",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evovoice.io.evil.example",
        "xlocal.example",
        "notevovoice.io",
        "Evil.Example.",
    ],
)
def test_a_host_that_a_stranger_may_have_made_is_refused(host: str, own_rows: Client) -> None:
    assert own_rows.list(headers={"Host": host}).status == 403


def test_a_strange_host_is_answered_where_the_rows_are_made_up(client: Client) -> None:
    assert client.list(headers={"Host": "evil.example"}).status == 200


@pytest.mark.parametrize(
    ("hosts", "status"), [(("mock.example.com",), 200), ((), 403), (None, 200)], ids=str
)
def test_an_allowed_host_is_answered(
    hosts: tuple[str, ...] | None, status: int, tmp_path: Path
) -> None:
    path = tmp_path / "rows.json"
    path.write_text('{"conversations": [{"id": "a"}]}')
    start = build_start(load_scenario(dataset=path), unix_seconds=1e9)
    server = BackgroundServer(App(Spaces(start), hosts=hosts))

    got = Client(port=server.port).list(headers={"Host": "Mock.Example.com:80"})

    server.close()
    assert got.status == status
