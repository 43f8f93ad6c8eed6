import pytest

from mockserver.errors import FrameworkError
from mockserver.wire.bind import bind_request
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import decode_path, match_route, override_method

SIX, EIGHT = QUIRKS["servicestack-6"], QUIRKS["servicestack-8"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/%2fconversations", "//conversations"),
        (b"/conversations%2F", "/conversations%2F"),
        (b"/%2Fx%2f%41", "/%2Fx/A"),
        (b"/a+b%2B", "/a b "),
        (b"/%41%ff%42", "/A%ffB"),
        (b"/%C3%A9%2f", "/é/"),
        (b"/%252f", "//"),
        (b"/x/%2e%2e/conversations", "/conversations"),
        (b"/x%2f../conversations", "/x/../conversations"),
    ],
)
def test_a_path_is_decoded_as_the_framework_does(raw: bytes, path: str) -> None:
    assert decode_path(raw) == path


@pytest.mark.parametrize(
    "raw",
    [
        b"/%2fconversations",
        b"/conversations%2f",
        b"/%2f%2fConversations.json",
        b"/json%2freply%2fListConversations",
        b"/api%2fListConversations",
    ],
)
def test_a_slash_escaped_in_lower_case_parts_the_path(raw: bytes) -> None:
    route = match_route("GET", decode_path(raw), SIX)

    assert route is not None
    assert route.operation == "ListConversations"


@pytest.mark.parametrize("raw", [b"/%2Fconversations", b"/conver%2fsations", b"/conversations+"])
def test_other_spellings_are_no_path_of_the_operation(raw: bytes) -> None:
    assert match_route("GET", decode_path(raw), SIX) is None


@pytest.mark.parametrize(
    ("header", "pairs", "form", "verb"),
    [
        ("", [("X-Http-Method-Override", "GET")], [], ""),
        (None, [("x-http-method-override", "")], [("X-HTTP-Method-Override", "GET")], ""),
        (None, [], [("X-HTTP-Method-Override", "")], ""),
        (None, [("X-Http-Method-Override", "get")], [], "get"),
        (None, [], [], "POST"),
    ],
)
def test_the_first_override_counts_even_an_empty_one(
    header: str | None,
    pairs: list[tuple[str, str]],
    form: list[tuple[str, str]],
    verb: str,
) -> None:
    assert override_method("POST", header, pairs, form) == verb


@pytest.mark.parametrize("path", ["/conversations", "/auth", "/auth/nope", "/auth/status"])
def test_an_empty_verb_takes_every_route(path: str) -> None:
    assert match_route("", path, SIX) is not None


@pytest.mark.parametrize(
    ("method", "path", "content_type", "body", "six", "eight"),
    [
        ("GET", "/json/reply/ListConversations", None, b"", ("q",), ("q",)),
        # Spelled otherwise it is no GET for whoever binds, and 8.x then fills gaps from the query.
        ("get", "/json/reply/ListConversations", None, b"", None, ("q",)),
        ("get", "/api/ListConversations", "application/json", b"", None, ("q",)),
        ("get", "/api/ListConversations", "text/csv", b'{"endpointIds":["b"]}', ("b",), ("b",)),
        (
            *("GET", "/conversations", "application/x-www-form-urlencoded"),
            *(b"endpointIds=b", ("q",), ("q",)),
        ),
        (
            *("get", "/conversations", "application/x-www-form-urlencoded"),
            *(b"endpointIds=b", ("b",), ("b",)),
        ),
        # A form without a body is one all the same.
        (
            *("POST", "/json/reply/ListConversations", "application/x-www-form-urlencoded"),
            *(b"", ("q",), ("q",)),
        ),
    ],
)
def test_what_is_bound_follows_the_verb_as_it_is_spelled(
    method: str,
    path: str,
    content_type: str | None,
    body: bytes,
    six: tuple[str, ...] | None,
    eight: tuple[str, ...] | None,
) -> None:
    first, second = match_route(method, path, SIX), match_route(method, path, EIGHT)
    assert first is not None
    assert second is not None

    query = b"endpointIds=q"
    asked = bind_request(first, query, body, content_type, quirks=SIX)
    asked_of_eight = bind_request(second, query, body, content_type, quirks=EIGHT)

    assert (asked.endpoint_ids, asked_of_eight.endpoint_ids) == (six, eight)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/jsv/reply/ListConversations", "text/jsv"),
        ("/JSV/Reply/ListConversations", "text/jsv"),
        ("/jsv/oneway/ListConversations", "application/jsv"),
        ("/api/ListConversations.jsv", "application/jsv"),
        ("/json/reply/ListConversations", "application/json"),
    ],
)
def test_an_unreadable_body_is_named_by_the_type_of_its_route(path: str, media_type: str) -> None:
    route = match_route("POST", path, SIX)
    assert route is not None

    with pytest.raises(FrameworkError) as caught:
        bind_request(route, b"format=xml", b"[bad", "application/json", quirks=SIX)

    assert caught.value.message.startswith(f"Could not deserialize '{media_type}' request")


@pytest.mark.parametrize(
    "name", ["ListConversations[]", "listconversations[", "ListConversations[x"]
)
def test_a_bracket_makes_a_batch(name: str) -> None:
    route = match_route("POST", f"/json/reply/{name}", SIX)

    assert route is not None
    assert (route.operation, route.is_batch) == ("ListConversations", True)
