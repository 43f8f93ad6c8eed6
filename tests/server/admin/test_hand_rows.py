"""Give a space rows by hand through the admin API."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.log_file import load_state
from mockserver.world.scenario import load_scenario
from tests.mock_client import NOW, Client

MAX = ("max", "mw9QxQh752ZX8n4P")
UMA = ("uma", "HpDPPkFw5HFgJVfC")
NDJSON = {"Content-Type": "application/x-ndjson"}
FIVE: dict[str, Any] = {
    "conversations": [
        {"account": "Acme", "endpoint": "Support", "text": "one", "date": "-1h"},
        {"account": "Acme", "text": "two", "date": "-2h", "isUnread": True},
        {"account": "Globex", "text": "three", "date": "-3h"},
        {"account": "Initech", "text": "four", "date": "-4h", "direction": "Outgoing"},
        {"otherAddress": "+13035550144", "text": "five", "date": "-5h"},
    ]
}


def texts(client: Client, path: str = "/conversations", **more: Any) -> list[str]:
    rows = client.list(path, **more).rows if not more else client.ask("GET", path, **more).rows
    return [row["mostRecentMessage"]["text"] for row in rows]


def put(client: Client, body: object = FIVE, space: str = "default") -> dict[str, Any]:
    got = client.admin("PUT", f"/spaces/{space}/dataset", body)
    assert got.status == 200, got.body
    found: dict[str, Any] = got.json
    return found


def test_rows_by_hand_replace_the_rows(client: Client) -> None:
    answer = put(client)

    assert texts(client) == ["one", "two", "three", "four", "five"]
    assert client.admin("GET", "/spaces/default/dataset").json == answer
    assert [account["name"] for account in answer["accounts"]] == ["Acme", "Globex", "Initech"]
    assert client.list().rows[0]["mostRecentMessage"]["date"] == "2026-03-01T11:00:00.000Z"


def test_a_list_of_rows_will_do(client: Client) -> None:
    put(client, FIVE["conversations"])

    assert len(client.list().rows) == 5


def test_users_see_the_accounts_in_the_places_of_theirs(client: Client) -> None:
    put(client)

    assert set(texts(client, user=MAX)) >= {"one", "two", "three"}
    assert "four" not in texts(client, user=MAX)
    assert "four" in texts(client, user=UMA)
    spaces = client.admin("GET", "/spaces/default").json
    assert [len(user["accountIds"]) for user in spaces["users"][1:]] == [2, 1, 0]


def test_a_user_who_lost_accounts_has_them_again_with_the_next_rows(client: Client) -> None:
    put(client, [{"account": "Acme"}])
    put(client)

    assert "four" in texts(client, user=UMA)


def test_what_was_read_may_be_put_and_is_the_same(client: Client) -> None:
    before = client.admin("GET", "/spaces/default/dataset")
    answers = client.list("/conversations.csv").body, client.list("/conversations", headers={}).body

    put(client, before.json)

    assert client.admin("GET", "/spaces/default/dataset").body == before.body
    assert answers == (client.list("/conversations.csv").body, client.list("/conversations").body)


def test_rows_without_any_account_spread_over_those_that_are_made(client: Client) -> None:
    accounts = client.admin("GET", "/spaces/default/dataset").json["accounts"]

    answer = put(client, [{}, {}, {}])

    assert [a["id"] for a in answer["accounts"]] == [a["id"] for a in accounts]


def test_generated_rows_stand_beside_them(client: Client) -> None:
    put(client, {**FIVE, "size": {"conversations": 20}})

    assert len(client.list().rows) == 25


def test_reset_brings_the_first_rows_back(client: Client) -> None:
    before = client.list().body
    put(client)
    client.admin("POST", "/spaces/default/messages", {"conversationId": first_id(client)})

    client.admin("POST", "/spaces/default/reset")

    assert client.list().body == before
    assert len(client.ask("GET", "/conversations", user=MAX).rows) == 386


def first_id(client: Client) -> str:
    return str(client.list().rows[0]["id"])


def test_messages_come_into_rows_by_hand(client: Client) -> None:
    answer = put(client)
    line = answer["accounts"][0]["endpoints"][0]["id"]
    message = {"endpointId": line, "otherAddress": "+13035550199", "text": "six"}

    client.admin("POST", "/spaces/default/messages", message)

    assert texts(client)[0] == "six"


def test_nothing_arrives_among_rows_by_hand(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "busy", "scenario": "busy", "now": NOW})
    put(client, space="busy")

    client.admin("POST", "/spaces/busy/clock/advance", {"seconds": 3_600})

    assert len(client.list("/~busy/conversations").rows) == 5


def test_a_session_outlives_the_rows(client: Client) -> None:
    login = {"userName": MAX[0], "password": MAX[1]}
    cookies = client.ask("POST", "/auth/credentials", login).cookies
    cookie = "; ".join(cookie.partition(";")[0] for cookie in cookies)

    put(client)

    got = client.ask("GET", "/conversations", headers={"Cookie": cookie})
    assert (got.status, got.rows[0]["mostRecentMessage"]["text"]) == (200, "one")


def test_an_answer_that_is_kept_is_not_given_again(client: Client) -> None:
    before = [client.list().body for _ in range(4)]

    put(client)

    assert client.list().body not in before


def test_a_snapshot_holds_the_rows(client: Client) -> None:
    put(client)
    client.admin("POST", "/spaces/default/messages", {"conversationId": first_id(client)})
    log = client.admin("POST", "/spaces/default/snapshot").body
    before = client.list().body
    client.admin("POST", "/spaces", {"name": "other"})

    got = client.admin("POST", "/spaces/other/restore", log, headers=NDJSON)

    assert got.status == 200
    assert client.list("/~other/conversations").body == before


def test_an_entry_is_explained_by_the_rows_that_it_met(client: Client) -> None:
    client.list()
    put(client)
    client.list()

    entries = [
        client.admin("GET", f"/spaces/default/requests/{number}").json["explanation"]
        for number in (1, 2)
    ]

    assert [entry["kept"] for entry in entries] == [500, 5]


def test_a_log_holds_the_rows(tmp_path: Path) -> None:
    start = build_start(load_scenario("one"), unix_seconds=1_772_366_400)
    spaces, file = load_state(tmp_path / "log", start=start)
    server = BackgroundServer(App(spaces, admin=build_admin(spaces)))
    put(Client(port=server.port))
    before = Client(port=server.port).list().body
    server.close()
    file.close()

    again, file = load_state(tmp_path / "log", start=start)
    server = BackgroundServer(App(again, admin=build_admin(again)))
    after = Client(port=server.port).list().body
    server.close()
    file.close()

    assert after == before
    assert len(again.default.world) == 5


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({}, "/conversations", "expected conversations"),
        ({"conversations": [{"txt": "x"}]}, "/conversations/0/txt", "unknown member 'txt'"),
        ({"conversations": [{"text": 5}]}, "/conversations/0/text", "expected a text or null"),
        ({"conversations": [{"date": "soon"}]}, "/conversations/0/date", "'soon' is no date"),
        ([{"date": "soon"}], "/0/date", "'soon' is no date"),
        ([{"text": 5}], "/0/text", "expected a text or null"),
        ({"conversations": [], "users": []}, "/users", "unknown member 'users'"),
        ({"conversations": [], "accounts": [{"id": 5}]}, "/accounts/0/id", "expected a text"),
        ({"conversations": [], "size": {"rows": 5}}, "/size/rows", "unknown member 'rows'"),
        (
            {"conversations": [], "size": {"conversations": 10**6}},
            "/size/conversations",
            "1000000 is out of range",
        ),
        ("rows", "", "expected an object or a list"),
    ],
)
def test_bad_rows_are_refused_and_change_nothing(
    body: object, pointer: str, detail: str, client: Client
) -> None:
    got = client.admin("PUT", "/spaces/default/dataset", body)

    assert (got.status, got.json.get("pointer")) == (422, pointer)
    assert detail in got.json["detail"]
    assert len(client.list().rows) == 500
    assert client.admin("GET", "/spaces/default").json["commands"] == 0


def test_a_space_is_made_of_a_whole_scenario(client: Client) -> None:
    scenario = {**FIVE, "profile": {"order": "oldest-first"}}

    got = client.admin("POST", "/spaces", {"name": "mine", "scenario": scenario})

    assert (got.status, got.json["scenario"], got.json["conversations"]) == (201, "mine", 5)
    assert texts(client, "/~mine/conversations")[-1] == "one"
    assert got.json["clock"] == {"mode": "frozen", "now": "2026-03-01T12:00:00.000Z"}
    assert "four" in texts(client, "/~mine/conversations", user=UMA)


def test_a_whole_scenario_has_users_and_a_clock_of_its_own(client: Client) -> None:
    scenario = {
        "users": [{"username": "eve", "password": "made-up", "accounts": ["Acme"]}],
        "now": "2020-01-01T00:00:00Z",
        "name": "archive",
        "conversations": [{"account": "Acme", "date": "-1d"}, {"account": "Globex"}],
    }

    got = client.admin("POST", "/spaces", {"name": "mine", "scenario": scenario})

    assert (got.json["scenario"], got.json["clock"]["now"][:4]) == ("archive", "2020")
    [row] = client.ask("GET", "/~mine/conversations", user=("eve", "made-up")).rows
    assert row["mostRecentMessage"]["date"] == "2019-12-31T00:00:00.000Z"


@pytest.mark.parametrize(
    ("scenario", "pointer"),
    [
        ({"conversations": [{"date": "soon"}]}, "/scenario/conversations/0/date"),
        ({"conversations": [{"txt": "soon"}]}, "/scenario/conversations/0/txt"),
        ({"dataset": "/etc/passwd"}, "/scenario/dataset"),
        ({"locales": ["xx_XX"]}, "/scenario/locales/0"),
        ("bussy", "/scenario"),
        (5, "/scenario"),
    ],
)
def test_a_bad_scenario_is_refused_by_its_pointer(
    scenario: object, pointer: str, client: Client
) -> None:
    got = client.admin("POST", "/spaces", {"name": "mine", "scenario": scenario})

    assert got.status == 422
    assert got.json["pointer"].startswith(pointer)
    assert client.admin("GET", "/spaces/mine").status == 404


USERS = [{"username": "u", "password": "p", "accounts": ["None"]}]


@pytest.mark.parametrize(
    ("scenario", "pointer"),
    [
        ({"users": USERS}, "/users/0/accounts/0"),
        ({"conversations": [{"date": "2026-02-30"}]}, "/conversations/0/date"),
        ({"accounts": [{"id": "a"}, {"id": "a"}]}, "/accounts/1/id"),
        ({"size": {"accounts": 0, "endpoints": 1}}, "/size/accounts"),
    ],
)
def test_parts_that_contradict_each_other_are_a_conflict(
    scenario: dict[str, Any], pointer: str, client: Client
) -> None:
    got = client.admin("POST", "/spaces", {"name": "mine", "scenario": scenario})

    assert (got.status, got.json["pointer"]) == (409, f"/scenario{pointer}")


def test_rows_that_contradict_themselves_are_a_conflict(client: Client) -> None:
    got = client.admin("PUT", "/spaces/default/dataset", [{"account": None, "accountId": "x"}])

    assert (got.status, got.json["pointer"]) == (409, "/0/accountId")
    assert len(client.list().rows) == 500


def test_spaces_of_one_scenario_are_the_same_and_do_not_meet(client: Client) -> None:
    for name in ("one", "two"):
        client.admin("POST", "/spaces", {"name": name, "scenario": FIVE})
    id_ = client.list("/~one/conversations").rows[0]["id"]
    before = client.list("/~two/conversations").body

    client.admin("DELETE", f"/spaces/one/conversations/{id_}")

    assert client.list("/~two/conversations").body == before
    assert len(client.list("/~one/conversations").rows) == 4


def test_rows_by_hand_are_nobody_elses_business(client: Client) -> None:
    elsewhere = {"Host": "elsewhere.example"}
    before = client.list(headers=elsewhere).status

    put(client)

    assert (before, client.list(headers=elsewhere).status) == (200, 403)
