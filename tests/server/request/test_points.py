"""Hold `serve` to the points of the profile that hosts differ in, on every route and in every form.

What the default choices do is held to the recordings by test_replay.py.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.contract import load_contract
from mockserver.profile import Profile
from mockserver.server import MockServer
from mockserver.world.dataset_file import load_dataset
from mockserver.world.scenario import Scenario, Secret, User
from tests.depth import sampled
from tests.mock_client import Client, Got
from tests.replay import TRANSCRIPTS, load_records

ALICE = ("alice", "wonder:Land1")
DESK = "5f1e0000000000000000e001"
SALES = "5f1e0000000000000000e002"
ROUTES = (
    "/conversations",
    "/conversations.csv",
    "/conversations.jsv",
    "/conversations.xml",
    "/json/reply/ListConversations",
    "/xml/reply/listconversations",
    "/api/ListConversations",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def serve(**choices: str) -> Iterator[Client]:
    """Serve the recorded rows, with some points chosen otherwise."""
    named = {name.replace("_", "-"): choice for name, choice in choices.items()}
    scenario = Scenario(
        name="recorded",
        users=(User(username=ALICE[0], password=Secret(ALICE[1]), account_ids=None),),
        rows=load_dataset(TRANSCRIPTS / "dataset.json").rows,
        cors_origins=(),
    )
    profile = Profile.default(load_contract()).with_choices({"order": "as-stored", **named})
    with MockServer(scenario, profile=profile) as running:
        yield Client(port=running.port)


def get(client: Client, path: str, headers: Mapping[str, str] | None = None) -> Got:
    return client.ask("GET", path, user=ALICE, headers=headers)


def desks(got: Got) -> list[str]:
    return sorted({row["endpointId"] for row in got.rows})


@pytest.mark.parametrize("version", ["6.11", "8.10"])
def test_false_members_are_left_out_as_was_recorded(version: str) -> None:
    records = load_records(f"servicestack-{version}-default.ndjson", version)
    (recorded,) = [r.answer["body"] for r in records if r.id == "jsconfig.json-03-edv"]

    with serve(false_members="omit") as client:
        got = get(client, f"/conversations?endpointIds={SALES}")

    assert got.body.decode() == recorded


@sampled(4)
@pytest.mark.parametrize("nulls", ["omit", "write"])
@pytest.mark.parametrize("path", ROUTES)
def test_leaving_false_members_out_is_as_if_every_client_asked_for_it(
    path: str, nulls: str
) -> None:
    with serve(nulls=nulls) as client:
        asked = get(client, f"{path}?jsconfig=edv")

    with serve(nulls=nulls, false_members="omit") as client:
        assert get(client, path).body == asked.body


@pytest.mark.parametrize("path", ["/conversations.jsonl", "/jsonl/reply/ListConversations"])
def test_json_lines_leave_false_members_out(path: str) -> None:
    with serve(false_members="omit") as client:
        assert get(client, path).body == get(client, "/conversations.json").body


def test_a_client_may_still_ask_for_false_members() -> None:
    with serve() as client:
        usual = get(client, "/conversations")

    with serve(false_members="omit") as client:
        assert get(client, "/conversations?jsconfig=edv:false").body == usual.body


def test_xml_and_direction_are_never_left_out() -> None:
    with serve() as client:
        usual = get(client, "/conversations.xml")

    with serve(false_members="omit") as client:
        assert get(client, "/conversations.xml").body == usual.body
        messages = [row.get("mostRecentMessage") for row in get(client, "/conversations").rows]

    assert {"direction" in message for message in messages if message} == {True}
    assert {message.get("isUnread") for message in messages if message} == {None, True}


def test_without_jsonp_a_callback_asks_for_json_and_no_more() -> None:
    with serve(jsonp="off") as client:
        plain = get(client, f"/conversations?endpointIds={DESK}")
        got = get(client, f"/conversations?endpointIds={DESK}&callback=cb", {"Accept": "text/csv"})

    assert got.body == plain.body
    assert got.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("path", ROUTES)
def test_without_jsonp_no_route_calls_a_function(path: str) -> None:
    with serve(jsonp="off") as client:
        assert not get(client, f"{path}?callback=cb").body.startswith(b"cb(")


@pytest.mark.parametrize(
    ("query", "status"),
    [("accountIds=%7B", 200), ("accountIds=%20", 400), ("afterDate=x", 400)],
    ids=["read", "not bound", "refused by the service"],
)
def test_without_jsonp_a_refusal_keeps_its_status(query: str, status: int) -> None:
    with serve(jsonp="off") as client:
        got = get(client, f"/conversations?{query}&callback=cb")

    assert got.status == status
    assert not got.body.startswith(b"cb(")


def test_without_jsonp_a_stranger_is_refused_as_ever() -> None:
    with serve(jsonp="off") as client:
        got = client.ask("GET", "/conversations?callback=cb")

    assert (got.status, got.body) == (401, b"")


@sampled(4)
@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("user", [None, ("alice", "wrong")], ids=["nobody", "wrong password"])
def test_a_stranger_is_forbidden_on_every_route(path: str, user: tuple[str, str] | None) -> None:
    with serve() as client:
        usual = client.ask("GET", path, user=user)

    with serve(refusal_status="403") as client:
        got = client.ask("GET", path, user=user)

    assert (usual.status, got.status) == (401, 403)
    assert got.body == usual.body
    assert got.headers.get("www-authenticate") == usual.headers.get("www-authenticate")


def test_a_stranger_with_a_browser_is_still_sent_to_sign_in() -> None:
    with serve(refusal_status="403") as client:
        got = client.ask("GET", "/conversations", headers={"Accept": "text/html"})

    assert got.status == 302


def test_a_stranger_with_a_callback_still_gets_a_call() -> None:
    with serve(refusal_status="403") as client:
        got = client.ask("GET", "/conversations?callback=cb")

    assert (got.status, got.body[:3]) == (200, b"cb(")


def test_the_sign_in_has_a_status_of_its_own() -> None:
    body = {"provider": "credentials", "userName": "alice", "password": "wrong"}

    with serve(refusal_status="403") as client:
        statuses = [
            client.ask("POST", "/auth/credentials", body).status,
            client.ask("GET", "/auth").status,
        ]

    assert statuses == [401, 401]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("joined", [DESK, SALES]), ("first", [DESK]), ("last", [SALES])],
)
@pytest.mark.parametrize(
    "path", ["/conversations", "/json/reply/ListConversations", "/api/ListConversations"]
)
def test_a_repeated_key_counts_as_chosen(path: str, choice: str, expected: list[str]) -> None:
    with serve(repeated_key=choice) as client:
        got = get(client, f"{path}?endpointIds={DESK}&ENDPOINTIDS={SALES}")

    assert desks(got) == expected


@pytest.mark.parametrize(("choice", "expected"), [("first", [DESK]), ("last", [SALES])])
def test_a_repeated_key_of_a_form_counts_as_chosen(choice: str, expected: list[str]) -> None:
    body = f"endpointIds={DESK}&endpointIds={SALES}".encode()

    with serve(repeated_key=choice, verbs="any") as client:
        got = client.ask("POST", "/json/reply/ListConversations", body, user=ALICE, headers=FORM)

    assert desks(got) == expected


@pytest.mark.parametrize(("choice", "status"), [("joined", 400), ("first", 200), ("last", 400)])
def test_a_repeated_date_counts_as_chosen(choice: str, status: int) -> None:
    with serve(repeated_key=choice) as client:
        got = get(client, "/conversations?afterDate=2024-01-01&afterDate=never")

    assert got.status == status


def test_the_first_of_a_repeated_key_counts_though_it_is_empty() -> None:
    with serve(repeated_key="first") as client:
        every = get(client, "/conversations")
        got = get(client, f"/conversations?endpointIds=&endpointIds={SALES}")

    assert got.body == every.body


@sampled(4)
@pytest.mark.parametrize("name", ["accountIds", "endpointIds", "customerIds"])
@pytest.mark.parametrize("path", ROUTES)
def test_a_malformed_id_is_refused_on_every_route(path: str, name: str) -> None:
    with serve(malformed_id="error") as client:
        got = get(client, f"{path}?{name}=no-such-id")

    assert got.status == 400


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("0123456789abcdef01234567", 200),
        ("0123456789ABCDEF01234567", 200),
        (SALES, 200),
        (f"{SALES},x", 400),
        (f"{SALES}0", 400),
        (SALES[:-1], 400),
        (f"{SALES},", 200),
        ("[]", 200),
        ("%22%22", 400),
        ("%D9%A3" * 24, 400),
    ],
)
def test_an_id_is_malformed_by_its_form(value: str, status: int) -> None:
    with serve(malformed_id="error") as client:
        assert get(client, f"/conversations?endpointIds={value}").status == status


def test_what_somebody_has_is_no_malformed_id(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"conversations": [{"id": "c", "endpointId": "desk-1"}]}))
    user = User(username=ALICE[0], password=Secret(ALICE[1]), account_ids=None)
    scenario = Scenario(name="odd", users=(user,), rows=load_dataset(path).rows)

    with MockServer(scenario, profile={"malformed-id": "error"}) as running:
        client = Client(port=running.port)
        statuses = [
            get(client, f"/conversations?endpointIds={id_}").status for id_ in ("desk-1", "desk-2")
        ]

    assert statuses == [200, 400]


@pytest.mark.parametrize(("malformed", "status"), [("empty", 404), ("error", 400)])
def test_a_malformed_id_is_else_one_that_does_not_exist(malformed: str, status: int) -> None:
    with serve(malformed_id=malformed, unknown_id="not-found") as client:
        assert get(client, "/conversations?endpointIds=no-such-id").status == status
