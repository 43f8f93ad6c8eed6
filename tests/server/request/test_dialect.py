"""Hold what the framework's source says of inputs that no recording has."""

import base64
import json
from collections.abc import Iterator, Mapping

import pytest

from mockserver.server import MockServer
from mockserver.wire.http_request import SessionIds
from tests.mock_client import ADA, Client, Got
from tests.replay import Player

FRAMEWORKS = {"6": "servicestack-6", "8": "servicestack-8"}
BASIC = "Basic " + base64.b64encode(":".join(ADA).encode()).decode()


@pytest.fixture(scope="module", params=FRAMEWORKS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(version: str) -> Iterator[MockServer]:
    with MockServer("one", profile={"framework": FRAMEWORKS[version]}) as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> Client:
    return Client(port=server.port)


def ask(client: Client, path: str, method: str = "GET", **headers: str) -> Got:
    sent: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.ask(method, path, headers={"Authorization": BASIC, **sent})


def test_a_callback_wraps_the_page_of_an_error(client: Client, version: str) -> None:
    got = ask(client, "/conversations.html?callback=cb", Authorization="Basic !!")

    assert (got.status, got.body[:4], got.body[-1:]) == (200, b"cb(<", b")")
    expected = {"6": "text/html", "8": "text/javascript"}
    assert got.headers["content-type"] == expected[version]


def test_a_callback_does_not_keep_a_browser_from_the_sign_in_page(client: Client) -> None:
    wrong = "Basic " + base64.b64encode(b"ada:wrong").decode()

    got = ask(client, "/conversations.html?callback=cb", Authorization=wrong)

    assert got.status == 302


@pytest.mark.parametrize("path", ["/conversations", "/auth"])
def test_a_page_whose_type_has_parameters_is_never_written(client: Client, path: str) -> None:
    got = ask(client, path, Accept="*/*", Content_Type="text/html; charset=utf-8")

    assert (got.status, got.body) == (200, b"")
    assert got.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "own", "name"),
    [
        ("/conversations", "text/csv", "ListConversations.csv"),
        ("/api/listconversations?format=csv", "text/csv", "listconversations.csv"),
        ("/csv/reply/LISTCONVERSATIONS", "text/csv", "LISTCONVERSATIONS.csv"),
        ("/conversations", "text/csv; charset=utf-8", None),
    ],
)
def test_a_download_is_named(client: Client, path: str, own: str, name: str | None) -> None:
    got = ask(client, path, Accept="*/*", Content_Type=own)

    expected = None if name is None else f'attachment;filename="{name}"'
    assert got.headers.get("content-disposition") == expected


@pytest.mark.parametrize("extension", ["a%0d%0aSet-Cookie:%20x=y", "%c3%a9", "%7f"])
def test_an_extension_reaches_no_header_as_more_than_a_type(extension: str) -> None:
    with MockServer("one", profile={"framework": "servicestack-6"}) as six:
        client = Client(port=six.port)
        stranger = client.ask("GET", f"/api/ListConversations.{extension}")
        got = ask(client, f"/api/ListConversations.{extension}")

    assert (stranger.status, got.status, got.body) == (401, 200, b"")
    assert "content-type" not in got.headers
    assert "set-cookie" not in got.headers


@pytest.mark.parametrize(
    ("method", "overrides", "status", "methods"),
    [
        ("OPTIONS", {}, 200, True),
        ("GET", {"X_Http_Method_Override": "OPTIONS"}, 200, True),
        ("OPTIONS", {"X_Http_Method_Override": "GET"}, 404, False),
        ("OPTIONS", {"X_Http_Method_Override": ""}, 404, False),
        ("GET", {"X_Http_Method_Override": "options"}, 404, False),
    ],
)
def test_a_preflight_is_known_by_the_verb_in_force(
    client: Client, method: str, overrides: dict[str, str], status: int, methods: bool
) -> None:
    got = ask(client, "/nowhere", method, **overrides)

    assert got.status == status
    assert ("access-control-allow-methods" in got.headers) == methods


@pytest.mark.parametrize("service", ["/json/reply/Authenticate", "/api/Authenticate"])
@pytest.mark.parametrize("verb", ["PUT", "PATCH", "FOO"])
def test_sign_in_has_no_method_for_other_verbs(client: Client, service: str, verb: str) -> None:
    got = ask(client, service, X_Http_Method_Override=verb.lower())

    expected = verb[0].lower() + verb[1:].lower()
    assert got.status == 405
    assert got.json["responseStatus"]["message"] == (
        f"Could not find method named {expected}(Authenticate) or Any(Authenticate) on Service "
        "AuthenticateService"
    )


@pytest.mark.parametrize("path", ["/auth", "/auth/credentials", "/json/reply/Authenticate"])
@pytest.mark.parametrize(
    ("query", "headers"),
    [("", {"X_Http_Method_Override": ""}), ("?X-Http-Method-Override=", {})],
    ids=["header", "query"],
)
def test_an_empty_verb_is_none_that_sign_in_has(
    client: Client, path: str, query: str, headers: dict[str, str]
) -> None:
    got = ask(client, path + query, **headers)

    assert got.status == 400
    assert got.json["responseStatus"]["errorCode"] == "ArgumentOutOfRangeException"


def test_an_empty_verb_in_the_query_lists_nothing(client: Client) -> None:
    assert ask(client, "/conversations?x-http-method-override=").status == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/login", "/login.html"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "image/avif"])
def test_the_sign_in_page_is_a_file_for_everybody(
    client: Client, method: str, path: str, accept: str
) -> None:
    got = ask(client, path, method, Accept=accept)

    assert (got.status, got.headers["content-type"]) == (200, "text/html")
    assert b"<form" in got.body


@pytest.mark.parametrize("path", ["/login/", "/LOGIN", "/login%2f", "/metadata//", "/METADATA/"])
def test_other_spellings_are_no_page(client: Client, path: str) -> None:
    assert ask(client, path).status == 404


@pytest.mark.parametrize("path", ["/metadata/", "/metadata%2f", "/metadata/?op=x"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_metadata_with_a_slash_leads_to_metadata(
    client: Client, server: MockServer, path: str, method: str
) -> None:
    got = ask(client, path, method)

    assert (got.status, got.body) == (302, b"")
    assert got.headers["location"] == f"http://127.0.0.1:{server.port}/metadata"


@pytest.mark.parametrize("path", ["/conversations%00", "/%00", "/x%00/../conversations"])
def test_a_nul_in_the_path_is_no_request(client: Client, path: str) -> None:
    got = ask(client, path)

    assert (got.status, got.body, got.headers["connection"]) == (400, b"", "close")


def test_a_nul_in_the_query_is_one_in_a_text(client: Client) -> None:
    assert ask(client, "/conversations?endpointIds=%00").rows == []


@pytest.mark.parametrize(
    ("cookie", "headers", "expected"),
    [
        ("ss-opt=perm", [("X-ss-opt", "AAAA")], "AAAA%2Ctemp"),
        ("ss-opt=temp", [("X-ss-opt", "perm")], "perm"),
        ("ss-opt=perm", [("x-SS-opt", "")], "temp"),
        ("ss-opt=perm", [], "perm"),
    ],
)
def test_the_options_of_a_header_win_over_a_cookies(
    cookie: str, headers: list[tuple[str, str]], expected: str
) -> None:
    sent = [("Authorization", BASIC), ("Cookie", cookie), *headers]

    with MockServer("one", profile={"framework": "servicestack-6"}) as six:
        player = Player(host="localhost", port=six.port)
        reply = player.play({"method": "GET", "path": "/conversations", "headers": sent})

    assert reply.values("set-cookie")[2].startswith(f"ss-opt={expected};")


@pytest.mark.parametrize(
    ("cookie", "remember", "expected"),
    [
        ("ss-opt=perm", {}, "perm"),
        ("ss-opt=perm", {"rememberMe": False}, "temp"),
        ("ss-opt=temp", {"rememberMe": True}, "perm"),
        ("ss-opt=temp", {}, "temp"),
    ],
)
def test_a_sign_in_keeps_the_options_that_it_says_nothing_of(
    server: MockServer, cookie: str, remember: dict[str, bool], expected: str
) -> None:
    login = {"userName": ADA[0], "password": ADA[1], **remember}
    player = Player(host="localhost", port=server.port)

    reply = player.play(
        {
            "method": "POST",
            "path": "/auth/credentials",
            "headers": [("Content-Type", "application/json"), ("Cookie", cookie)],
            "body": json.dumps(login),
        }
    )

    assert reply.values("set-cookie")[2].startswith(f"ss-opt={expected};")


@pytest.mark.parametrize(
    ("options", "option", "expected"),
    [
        (None, "temp", "temp"),
        ("", "perm", "perm"),
        ("a", "temp", "a,temp"),
        ("perm,a", "temp", "temp,a"),
        ("temp,a", "temp", "temp,a"),
        ("a,perm,temp,a", "temp", "a,temp"),
        (",", "perm", ",perm"),
    ],
)
def test_an_option_takes_the_place_of_the_other(
    options: str | None, option: str, expected: str
) -> None:
    ids = SessionIds(temporary=None, permanent=None, options=options)

    assert ids.with_option(option) == expected
