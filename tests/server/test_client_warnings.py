from dataclasses import replace

import pytest

from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_instant
from mockserver.models import ListConversations
from mockserver.server.client_warnings import find_warnings, warnings_of
from mockserver.space.space import Space, build_space
from mockserver.wire.http_request import Request
from mockserver.world.index import World
from mockserver.world.scenario import build_world, load_scenario

JSON = ("application/json",)
NO_TYPE = "the server chooses the media type; send Accept: application/json"


@pytest.fixture(scope="module")
def world() -> World:
    anchor_ticks = parse_instant("2026-03-01T12:00:00Z")
    return build_world(load_scenario("default", size=5), anchor_ticks=anchor_ticks)


def find(
    world: World,
    *,
    accept: tuple[str, ...] = JSON,
    names: tuple[str, ...] = (),
    request: ListConversations | None = None,
    is_type_settled: bool = False,
) -> tuple[str, ...]:
    return find_warnings(
        accept=accept,
        pairs=[(name, "") for name in names],
        request=request or ListConversations(),
        world=world,
        contract=load_contract(),
        is_type_settled=is_type_settled,
    )


def test_a_plain_request_is_warned_of_nothing(world: World) -> None:
    request = ListConversations(
        account_ids=(world.directory.accounts[0].id,), after_date="2026-02-01T00:00:00Z"
    )

    assert find(world, names=("accountIds", "AFTERDATE"), request=request) == ()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param((), (f"no Accept header, {NO_TYPE}",), id="absent"),
        pytest.param(("",), (f"no Accept header, {NO_TYPE}",), id="empty"),
        pytest.param(("*/*",), (f"Accept: */* asks for no type, {NO_TYPE}",), id="any"),
        pytest.param(("*/*", "text/html"), (), id="one-of-two"),
    ],
)
def test_a_request_without_a_type_is_told(
    world: World, accept: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert find(world, accept=accept) == expected


@pytest.mark.parametrize("name", ["format", "callback"])
def test_a_query_that_settles_the_type_needs_no_accept(world: World, name: str) -> None:
    assert find(world, accept=(), names=(name,)) == ()


def test_a_suffix_settles_the_type(world: World) -> None:
    assert find(world, accept=(), is_type_settled=True) == ()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("accountIDs[]", "accountIds"),
        ("account_id", "accountIds"),
        ("endpointId", "endpointIds"),
        ("after", "afterDate"),
        ("customer-ids", "customerIds"),
    ],
)
def test_an_unknown_parameter_is_told_with_the_nearest(
    world: World, name: str, nearest: str
) -> None:
    expected = (f"unknown parameter {name!r}; did you mean {nearest}?",)

    assert find(world, names=(name, name)) == expected


def test_an_unknown_parameter_unlike_any_is_told_the_known_ones(world: World) -> None:
    expected = "unknown parameter 'q'; known: accountIds, endpointIds, customerIds, afterDate"

    assert find(world, names=("q",)) == (expected,)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-03-01", ("afterDate has no zone; end it with Z or an offset",)),
        ("2026-03-01T12:00:00", ("afterDate has no zone; end it with Z or an offset",)),
        ("2026-03-01T12:00:00+02:00", ()),
        ("no date", ("afterDate cannot be read as a date; write it as 2026-03-01T12:00:00Z",)),
    ],
)
def test_a_date_without_a_zone_is_told(world: World, date: str, expected: tuple[str, ...]) -> None:
    assert find(world, request=ListConversations(after_date=date)) == expected


def test_a_plus_that_was_not_encoded_is_told(world: World) -> None:
    request = ListConversations(after_date="2026-03-01T12:00:00 02:00")

    found = find(world, request=request)

    assert found[0] == "afterDate has a space before its offset; write + as %2B"


def test_ids_that_do_not_exist_are_told_but_not_all_of_them(world: World) -> None:
    request = ListConversations(
        account_ids=(world.directory.accounts[0].id, "x", "x", None, ""),
        customer_ids=("a", "b", "c", "d", "e"),
    )

    assert find(world, request=request) == (
        "accountIds: 'x' does not exist",
        "customerIds: 'a' does not exist",
        "customerIds: 'b' does not exist",
        "customerIds: 'c' does not exist",
        "customerIds: 2 more that do not exist",
    )


def test_a_long_id_is_cut(world: World) -> None:
    request = ListConversations(endpoint_ids=("z" * 100,))

    assert find(world, request=request) == (f"endpointIds: '{'z' * 40}…' does not exist",)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"/conversations", (f"no Accept header, {NO_TYPE}",), id="operation"),
        pytest.param(b"/conversations.json", (), id="suffix"),
        pytest.param(b"/json/reply/ListConversations", (), id="predefined"),
    ],
)
def test_the_path_may_settle_the_type(path: bytes, expected: tuple[str, ...]) -> None:
    request = Request(method="GET", raw_path=path)

    assert warnings_of(_space(), request, ListConversations()) == expected


def test_a_request_that_was_not_bound_is_warned_of_nothing() -> None:
    request = Request(method="GET", raw_path=b"/nothing")

    assert warnings_of(_space(), request, None) == ()


def _space(**members: object) -> Space:
    return build_space(replace(load_scenario("empty"), **members))  # type: ignore[arg-type]  # tests name real members


def _preflight(wanted: str, *, origin: str = "http://localhost:5173") -> Request:
    headers = {
        "origin": origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": wanted,
    }
    lines = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return Request(method="OPTIONS", raw_path=b"/conversations", headers=lines)


def test_a_preflight_for_headers_that_are_allowed_is_warned_of_nothing() -> None:
    space = _space(cors_headers=("X-Trace-Id",))
    wanted = "authorization,content-type, X-TRACE-ID"

    assert warnings_of(space, _preflight(wanted), None) == ()


def test_a_preflight_for_another_header_says_how_to_allow_it() -> None:
    assert warnings_of(_space(), _preflight("authorization,x-trace-id,x-trace-id"), None) == (
        "the page asks to send the header x-trace-id; allow it by --cors-header x-trace-id",
    )


def test_many_headers_are_counted() -> None:
    *_, last = warnings_of(_space(), _preflight(",".join("abcdefgh")), None)

    assert last == "3 more headers that are not allowed"


@pytest.mark.parametrize("origins", [(), ("http://localhost:3000",)], ids=["no CORS", "others"])
def test_a_preflight_of_another_origin_says_how_to_allow_it(origins: tuple[str, ...]) -> None:
    space = _space(cors_origins=origins)

    assert warnings_of(space, _preflight("x-trace-id"), None) == (
        "a page of http://localhost:5173 may not call; allow it by --cors-origin",
    )


def test_an_options_request_that_is_no_preflight_is_warned_of_nothing() -> None:
    request = Request(method="OPTIONS", raw_path=b"/", headers=((b"origin", b"http://localhost"),))

    assert warnings_of(_space(), request, None) == ()
