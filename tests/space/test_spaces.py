import threading
import tracemalloc

import pytest

from mockserver.server import MockServer
from mockserver.space.beginning import build_start
from mockserver.space.commands import Reset
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, Client

SIGN_IN = {"userName": "ada~team-a", "password": ADA[1]}


def make_spaces() -> Spaces:
    return Spaces(build_start(load_scenario("default"), unix_seconds=1_772_366_400))


@pytest.fixture(autouse=True)
def team(client: Client) -> None:
    assert client.admin("POST", "/spaces", {"name": "team-a"}).status == 201


def test_a_space_is_chosen_by_path_header_and_user(client: Client) -> None:
    client.admin("PUT", "/spaces/team-a/profile", {"row-cap": "1"})

    found = [
        client.list("/~team-a/conversations"),
        client.list(headers={"X-Mock-Space": "team-a"}),
        client.ask("GET", "/conversations", user=("ada~team-a", ADA[1])),
        client.list(),
    ]

    assert [len(got.rows) for got in found] == [1, 1, 1, 500]


def test_a_sign_in_to_a_space_is_in_the_cookie_from_then_on(client: Client) -> None:
    client.admin("PUT", "/spaces/team-a/profile", {"row-cap": "1"})
    signed_in = client.ask("POST", "/auth/credentials", SIGN_IN).json

    got = client.ask("GET", "/conversations", headers={"Cookie": f"ss-id={signed_in['sessionId']}"})

    assert (got.status, len(got.rows)) == (200, 1)


@pytest.mark.parametrize(
    ("path", "user", "headers"),
    [
        ("/~team-a/conversations", "ada", {"X-Mock-Space": "default"}),
        ("/~team-a/conversations", "ada~default", {}),
        ("/conversations", "ada~default", {"X-Mock-Space": "team-a"}),
        ("/~team-a/conversations", "ada", {"Cookie": "ss-id=AAAAAAAAAAAAAAAAAAAA~team-b"}),
    ],
    ids=["path and header", "path and user", "header and user", "path and cookie"],
)
def test_a_contradiction_names_both(
    path: str, user: str, headers: dict[str, str], client: Client
) -> None:
    got = client.ask("GET", path, user=(user, ADA[1]), headers=headers)

    assert (got.status, got.headers["content-type"]) == (400, "application/problem+json")
    assert "'team-a'" in got.json["detail"]


def test_an_unknown_space_names_the_known_and_the_nearest(client: Client) -> None:
    got = client.list("/~team-b/conversations")

    assert got.status == 404
    assert (
        "unknown space 'team-b'; known: default, team-a; did you mean team-a?" in got.json["detail"]
    )


def test_cookies_of_a_path_space_carry_its_path(client: Client) -> None:
    got = client.list("/~team-a/conversations")

    assert "path=/~team-a/;" in got.headers["set-cookie"]


def test_the_cookie_of_the_nearest_path_counts(client: Client) -> None:
    session = client.ask("POST", "/~team-a/auth/credentials", SIGN_IN).json["sessionId"]
    other = client.ask("POST", "/auth/credentials", {**SIGN_IN, "userName": "ada"}).json[
        "sessionId"
    ]

    got = client.ask(
        "GET", "/~team-a/conversations", headers={"Cookie": f"ss-id={session}; ss-id={other}"}
    )

    assert got.status == 200


def test_only_a_good_sign_in_opens_a_space(mock: MockServer, client: Client) -> None:
    mock.spaces.is_open = True

    failed = client.ask("GET", "/~new/conversations", user=("ada", "wrong"))
    before = [space.name for space in mock.spaces]
    good = client.list("/~new/conversations")

    assert (failed.status, before) == (401, ["default", "team-a"])
    assert (good.status, mock.spaces.find("new") is not None) == (200, True)


def test_no_link_opens_a_space(mock: MockServer, client: Client) -> None:
    mock.spaces.is_open = True
    query = f"userName=ada&password={ADA[1]}"

    followed = client.ask("GET", f"/~new/auth/credentials?{query}")
    before = [space.name for space in mock.spaces]
    signed_in = client.ask(
        "POST", "/~new/auth/credentials", {"userName": "ada", "password": ADA[1]}
    )

    assert (followed.status, before) == (405, ["default", "team-a"])
    assert (signed_in.status, mock.spaces.find("new") is not None) == (200, True)


def test_there_are_at_most_so_many_spaces(mock: MockServer, client: Client) -> None:
    mock.spaces.max_spaces = 2

    got = client.admin("POST", "/spaces", {"name": "one-more"})

    assert (got.status, got.json["status"]) == (409, 409)


def test_a_deleted_space_is_gone_and_its_cookie_stands_for_nobody(client: Client) -> None:
    session = client.ask("POST", "/auth/credentials", SIGN_IN).json["sessionId"]
    client.admin("DELETE", "/spaces/team-a")

    got = client.ask("GET", "/conversations", headers={"Cookie": f"ss-id={session}"})

    assert (got.status, client.list("/~team-a/conversations").status) == (401, 404)


def test_a_space_reads_its_own_world_and_no_other(client: Client) -> None:
    row = client.list().rows[3]
    client.admin("DELETE", f"/spaces/team-a/conversations/{row['id']}")

    assert row not in client.list("/~team-a/conversations").rows
    assert row in client.list().rows


def test_a_thousand_spaces_cost_little_memory() -> None:
    spaces = make_spaces()
    tracemalloc.start()

    for number in range(999):
        spaces.create(f"s{number}")

    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 50_000_000


def test_a_reset_space_is_as_new() -> None:
    spaces = make_spaces()
    space = spaces.create("one")
    row = space.world.row(0)
    space.living().remove(row.id or "", now_ticks=space.now_ticks())

    space.apply(Reset())

    assert space.world is spaces.default.world
    assert (space.commands, space.requests, space.sessions) == (0, 0, {})


def test_the_sign_in_form_of_a_space_goes_on_in_it(client: Client) -> None:
    form = client.ask("GET", "/~team-a/login").body
    foreign = client.ask("GET", "/~team-a/login?redirect=//evil.example").body

    assert b'value="/~team-a/conversations"' in form
    assert b'value="/~team-a/conversations"' in foreign


def test_the_metadata_of_a_space_links_into_it(client: Client) -> None:
    page = client.ask("GET", "/~team-a/metadata", headers={"Accept": "text/html"}).body

    assert b'href="/~team-a/' in page
    assert b'href="/__admin/#team-a"' in page
    assert page.count(b'href="/') == page.count(b'href="/~team-a/') + 1


def test_a_space_of_another_scenario_takes_the_rest_from_the_server(client: Client) -> None:
    made = client.admin("POST", "/spaces", {"name": "tiny", "scenario": "one"}).json

    assert made["clock"] == {"mode": "frozen", "now": "2026-03-01T12:00:00.000Z"}
    assert made["seed"] == 7


def test_who_waits_for_requests_goes_on_after_a_reset(client: Client) -> None:
    def reset_and_ask() -> None:
        client.admin("POST", "/spaces/team-a/reset")
        client.list("/~team-a/conversations")

    threading.Timer(0.1, reset_and_ask).start()
    got = client.admin("GET", "/spaces/team-a/requests?count=1&wait=10")

    assert len(got.json["requests"]) == 1
