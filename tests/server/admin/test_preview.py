from dataclasses import replace
from typing import Any

import pytest

from mockserver.server import MockServer
from mockserver.world.password import PasswordHash, Secret
from mockserver.world.scenario import load_scenario
from tests.mock_client import NOW, Client
from tests.rows import matching_ids

AFTER = "2026-02-27T00:00:00Z"


def preview(client: Client, query: str = "", *, space: str = "default") -> Any:
    got = client.admin("GET", f"/spaces/{space}/preview?{query}")
    assert got.status == 200, got.body
    return got.json


def test_a_preview_holds_the_rows_that_the_app_gets(mock: MockServer, client: Client) -> None:
    account = mock.space.world.directory.accounts[1].id

    found = preview(client, f"user=ada&accountIds={account}&afterDate={AFTER}")

    wanted = client.list(f"/conversations?accountIds={account}&afterDate={AFTER}").rows
    assert found["conversations"] == wanted[:50]
    assert found["rows"] == len(wanted)
    assert found["steps"] == [
        {"filter": None, "rows": 500},
        {"filter": "accountIds", "rows": len(matching_ids(mock.space.world, accounts=[account]))},
        {"filter": "afterDate", "rows": len(wanted)},
    ]


def test_a_preview_shows_any_page(mock: MockServer, client: Client) -> None:
    assert preview(client, "user=ada&page=10")["conversations"] == client.list().rows[450:]
    assert preview(client, "user=ada&page=11")["conversations"] == []


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ({"fault": "status", "code": 401}, 401, "Unauthorized"),
        ({"fault": "status", "code": 503}, 503, "Service Unavailable"),
        ({"fault": "hang"}, None, "no answer"),
        ({"fault": "reset", "at": "body"}, None, "no answer"),
        ({"fault": "truncate", "bytes": 20}, 200, "OK"),
        ({"fault": "broken-json"}, 200, "OK"),
        ({"fault": "sign-in-page"}, 200, "OK"),
    ],
    ids=lambda value: value["fault"] if isinstance(value, dict) else None,
)
def test_a_preview_meets_the_faults_and_counts_for_none(
    fault: dict[str, Any], status: int | None, reason: str, mock: MockServer, client: Client
) -> None:
    client.admin("PUT", "/spaces/default/faults", [{**fault, "fire": {"first": 1}}])

    found = [preview(client, "user=ada") for _ in range(2)]

    assert found[0] == found[1]
    assert (found[0]["status"], found[0]["reason"]) == (status, reason)
    assert found[0]["rows"] is None
    assert found[0]["fault"].startswith(f"rule 0: {fault['fault']}")


def test_a_preview_changes_nothing(mock: MockServer, client: Client) -> None:
    before = mock.space.changes

    preview(client, "user=ada")

    assert (mock.space.requests, mock.space.changes, mock.space.sessions) == (0, before, {})
    assert client.admin("GET", "/spaces/default/requests").json == {"requests": []}


def test_a_preview_leaves_what_a_bug_remembers_alone() -> None:
    with MockServer("default", now=NOW, bugs=["cache-by-path"]) as mock:
        client = Client(port=mock.port)
        assert preview(client, "user=ada&accountIds=x")["rows"] == 0
        rows = client.list().rows

    assert len(rows) == 500


def test_a_user_whose_password_is_a_hash_is_previewed() -> None:
    scenario = load_scenario(size=5)
    ada = scenario.users[0]
    hashed = replace(ada, password=PasswordHash.of(Secret("x")))
    with MockServer(replace(scenario, users=(hashed,)), now=None) as mock:
        found = preview(Client(port=mock.port), "user=ada")

    assert (found["status"], found["rows"]) == (200, 5)


def test_nobody_is_refused_as_the_app_would_be(mock: MockServer, client: Client) -> None:
    assert preview(client)["status"] == 401


def test_an_unknown_user_is_told(mock: MockServer, client: Client) -> None:
    got = client.admin("GET", "/spaces/default/preview?user=adda")

    assert (got.status, got.json["detail"]) == (404, "there is no user 'adda'")


def test_a_wrong_page_is_told(mock: MockServer, client: Client) -> None:
    assert client.admin("GET", "/spaces/default/preview?page=0").status == 422


def test_the_directory_names_what_ids_stand_for(mock: MockServer, client: Client) -> None:
    found = client.admin("GET", "/spaces/default/directory").json

    directory = mock.space.world.directory
    assert found["accounts"] == [{"id": a.id, "name": a.name} for a in directory.accounts]
    assert len(found["customers"]) == 12
    assert {one["id"] for one in found["endpoints"]} == {
        line.endpoint_id for line in directory.lines
    }
