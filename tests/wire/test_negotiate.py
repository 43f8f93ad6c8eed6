import pytest

from mockserver.errors import EmptyAcceptError
from mockserver.wire.negotiate import Negotiated, negotiate
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import Route, match_route

SIX, EIGHT = QUIRKS["servicestack-6"], QUIRKS["servicestack-8"]


def settle(
    path: str,
    *pairs: tuple[str, str],
    accept: tuple[str, ...] = (),
    own: str | None = None,
    framework: str = "servicestack-6",
) -> Negotiated:
    route = match_route("GET", path, QUIRKS[framework])
    assert route is not None
    return negotiate(route, pairs, accept, own, default="html", quirks=QUIRKS[framework])


@pytest.mark.parametrize(
    ("own", "format_name"),
    [
        ("text/json", "json"),
        ("text/json; charset=utf-8", "json"),
        ("text/jsv;charset=utf-8", "jsv"),
        ("text/xml", "xml"),
        ("TEXT/XML ; a=b", "xml"),
        ("text/csv; charset=utf-8", "csv"),
        # As SOAP 1.1 writes its type, which nothing here writes.
        ("text/xml; charset=utf-8", None),
        ("application/hal+json", None),
    ],
)
def test_anything_is_answered_in_the_requests_own_type(own: str, format_name: str | None) -> None:
    found = settle("/conversations", accept=("application/hal+json", "*/*"), own=own)

    assert (found.content_type, found.format) == (own, format_name)


@pytest.mark.parametrize(
    ("accept", "own", "expected"),
    [
        # What the request itself is in wins over the lines before it.
        (("text/html", "application/json"), "application/json", "application/json"),
        (("text/html", "application/json"), "application/json; charset=utf-8", "text/html"),
        (("application/xml", "application/json"), "text/csv", "application/json"),
        (("*/*", "text/csv"), "application/x-www-form-urlencoded", "text/html"),
        (("image/avif", "TEXT/CSV;q=0"), "text/plain", "text/csv"),
        (("image/avif",), "application/soap+xml; action=x", "application/soap+xml"),
        ((), " Application/SOAP+xml", "application/soap+xml"),
        (("text/csv",), "application/soap+xml", "text/csv"),
    ],
)
def test_lines_are_weighed_beside_the_requests_own_type(
    accept: tuple[str, ...], own: str, expected: str
) -> None:
    assert settle("/conversations", accept=accept, own=own).content_type == expected


def test_a_line_without_a_type_breaks_off() -> None:
    with pytest.raises(EmptyAcceptError):
        settle("/conversations", accept=("text/html", ";q=1"))


def test_a_line_behind_the_requests_own_type_is_not_read() -> None:
    found = settle("/conversations", accept=("text/html", ";q=1"), own="text/html")

    assert found.content_type == "text/html"


@pytest.mark.parametrize(
    ("path", "pairs", "expected"),
    [
        ("/jsv/reply/ListConversations", (), "application/jsv"),
        ("/JSV/reply/ListConversations", (), "application/jsv"),
        ("//jsv/reply/ListConversations", (), "text/jsv"),
        ("/jsv/oneway/ListConversations", (("format", ""),), "application/jsv"),
        ("/jsv/reply/ListConversations", (("format", ""),), "text/jsv"),
        ("/jsv/reply/ListConversations", (("format", "foo"),), "text/jsv"),
        ("/jsv/reply/ListConversations", (("format", "xml"),), "application/xml"),
        ("/jsv/reply/ListConversations", (("callback", "cb"),), "application/json"),
        ("/json/reply/ListConversations", (("format", "xml.x"),), "application/xml"),
        ("/html/reply/ListConversations", (("format", "nope"),), "text/html"),
        ("/conversations.html", (("callback", "cb"),), "text/html"),
        ("/conversations", (("format", ""), ("Format", "csv")), "text/csv"),
    ],
)
def test_the_query_is_weighed_beside_the_path(
    path: str, pairs: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert settle(path, *pairs).content_type == expected


@pytest.mark.parametrize(
    ("extension", "six", "eight"),
    [
        ("JSON", "application/json", "text/html"),
        ("Csv", "text/csv", "text/html"),
        ("xml", "text/xml", "application/xml"),
        ("XML", "text/xml", "text/html"),
        ("jsonl", "application/jsonl", "text/jsonl"),
        ("txt", "text/plain", "text/html"),
        ("a.json", "application/json", "text/html"),
        ("png", "image/png", "text/html"),
        ("nope", "application/nope", "text/html"),
    ],
)
def test_an_extension_below_api_settles_the_type(extension: str, six: str, eight: str) -> None:
    path = f"/api/ListConversations.{extension}"

    assert settle(path).content_type == six
    assert settle(path, framework="servicestack-8").content_type == eight


@pytest.mark.parametrize(
    ("path", "is_format"), [("/jsv", True), ("/json", True), ("/jsonl", False)]
)
def test_a_short_path_is_a_format(path: str, is_format: bool) -> None:
    route = Route(operation="Metadata", kind="rest", method="GET", path=path)

    found = negotiate(route, (), ("text/csv",), None, default="html", quirks=SIX)

    assert (found.content_type != "text/csv") == is_format
