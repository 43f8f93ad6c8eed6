"""See what a page of another origin may read: answers, pages, and what a proxy would send."""

from dataclasses import replace

import pytest
import yaml

from mockserver.resources import find_resource
from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, Client, Got

APP = "http://localhost:5173"
PAGES = ["/openapi.yaml", "/healthz", "/metadata", "/login", "/types/typescript"]


def of_app(client: Client, path: str, *, origin: str = APP, method: str = "GET") -> Got:
    return client.ask(method, path, user=ADA, headers={"Origin": origin})


def allowed(got: Got) -> tuple[str | None, str | None]:
    names = ("access-control-allow-origin", "access-control-allow-credentials")
    return got.headers.get(names[0]), got.headers.get(names[1])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_an_allowed_origin_reads_what_is_no_operation(path: str, client: Client) -> None:
    got = of_app(client, path)

    assert (got.status, allowed(got)) == (200, (APP, "true"))
    assert "Origin" in got.headers["vary"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://example.com"}], ids=["none", "other"])
def test_nobody_else_is_told_of_cors(path: str, headers: dict[str, str], client: Client) -> None:
    got = client.ask("GET", path, headers=headers)

    assert [name for name in got.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_page_may_read_that_the_server_is_down(code: int, client: Client) -> None:
    client.admin("PUT", "/spaces/default/faults", [{"fault": "status", "code": code}])

    got = of_app(client, "/conversations")

    assert (got.status, allowed(got)) == (code, (APP, "true"))


def test_a_page_may_read_that_it_got_a_sign_in_page(client: Client) -> None:
    client.admin("PUT", "/spaces/default/faults", [{"fault": "sign-in-page"}])

    assert allowed(of_app(client, "/conversations")) == (APP, "true")


def test_without_cors_nothing_tells_of_it() -> None:
    scenario = replace(load_scenario("default", clock="frozen"), cors_origins=())
    with MockServer(scenario) as server:
        client = Client(port=server.port)
        client.admin("PUT", "/spaces/default/faults", [{"fault": "status", "code": 503}])
        answers = [of_app(client, path) for path in (*PAGES, "/conversations")]

    assert [allowed(got) for got in answers] == [(None, None)] * len(answers)


def test_more_request_headers_may_be_allowed() -> None:
    scenario = replace(load_scenario("one", clock="frozen"), cors_headers=("X-Trace-Id",))
    with MockServer(scenario) as server:
        client = Client(port=server.port)
        client.admin("POST", "/spaces", {"name": "made", "scenario": "one"})
        paths = ("/conversations", "/~made/conversations", "/openapi.yaml")
        answers = [of_app(client, path, method="OPTIONS") for path in paths]

    found = [got.headers["access-control-allow-headers"] for got in answers]
    assert found == ["Content-Type, Authorization, Prefer, X-Mock-Space, X-Trace-Id"] * 3


@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_a_program_that_waits_for_the_server_by_head_finds_it(path: str, client: Client) -> None:
    got = client.ask("HEAD", path, headers={"Accept": "*/*"})

    assert (got.status, got.body) == (200, b"")


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("HEAD", "/?endpointIds=e2")])
def test_to_any_other_program_the_root_is_as_recorded(
    method: str, path: str, client: Client
) -> None:
    assert client.ask(method, path).status == 404


def contract(client: Client, path: str = "/openapi.yaml", host: str | None = None) -> bytes:
    return client.ask("GET", path, headers={"Host": host} if host else {}).body


def test_the_contract_names_the_address_that_was_asked(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "team-a"})
    paths = ("/openapi.yaml", "/~team-a/openapi.yaml")

    found = [yaml.safe_load(contract(client, path))["servers"][0]["url"] for path in paths]

    here = f"http://127.0.0.1:{client.port}"
    assert found == [here, f"{here}/~team-a"]


def test_the_contract_is_the_file_but_for_the_address(client: Client) -> None:
    text = find_resource("openapi.yaml").read_bytes()

    assert contract(client, host="localhost:4011") == text
    assert (
        contract(client, host="mock.example.com").replace(
            b"http://mock.example.com", b"http://localhost:4011", 1
        )
        == text
    )
