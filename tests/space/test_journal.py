import shlex
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockserver.models import ListConversations
from mockserver.space.journal import Journal
from mockserver.wire.http_request import Request
from tests.mock_client import ADA, NOW, Client
from tests.programs import run_program
from tests.waiting import wait_until


def requests_of(client: Client, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.admin("GET", f"/spaces/default/requests{query}").json[
        "requests"
    ]
    return found


def test_an_entry_says_what_was_asked_and_answered(client: Client) -> None:
    client.list("/conversations?afterDate=2026-02-28T00:00:00Z")

    (entry,) = requests_of(client)

    assert {name: entry[name] for name in ("id", "method", "path", "query", "user", "status")} == {
        "id": 1,
        "method": "GET",
        "path": "/conversations",
        "query": "afterDate=2026-02-28T00:00:00Z",
        "user": "ada",
        "status": 200,
    }
    assert entry["time"] == "2026-03-01T12:00:00.000Z"


def test_an_answer_that_was_kept_is_entered_too(client: Client) -> None:
    for _ in range(3):
        client.list()

    assert [(e["id"], e["rows"], e["user"]) for e in requests_of(client)] == [
        (1, 500, "ada"),
        (2, 500, "ada"),
        (3, 500, "ada"),
    ]


def test_entries_are_filtered_by_path_and_status(client: Client) -> None:
    client.list()
    client.ask("GET", "/conversations")
    client.ask("GET", "/auth/status")

    assert [e["id"] for e in requests_of(client, "?path=/conversations&status=401")] == [2]
    assert [e["id"] for e in requests_of(client, "?path=/auth*")] == [3]


def test_a_test_waits_for_the_third_poll_without_sleeping(client: Client) -> None:
    client.list()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(requests_of, client, "?count=3&wait=60&path=/conversations")
        client.list()
        client.list()

    assert len(waiting.result()) == 3


def test_a_wait_ends_with_what_there_is(client: Client) -> None:
    client.list()

    assert len(requests_of(client, "?count=3&wait=0.1")) == 1


def test_health_and_admin_are_not_entered(client: Client) -> None:
    client.ask("GET", "/healthz")
    client.admin("GET", "/health")

    assert requests_of(client) == []


def test_a_request_without_an_answer_is_there(client: Client) -> None:
    client.admin("PUT", "/spaces/default/faults", [{"fault": "hang"}])
    with socket.create_connection(("127.0.0.1", client.port)) as hanging:
        hanging.sendall(b"GET /conversations HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: bool(requests_of(client)), "the request that hangs")

    assert [(e["status"], e["fault"]) for e in requests_of(client)] == [(None, "rule 0: hang")]


def test_of_a_long_body_only_the_beginning_is_kept(client: Client) -> None:
    journal = Journal()
    request = Request(method="POST", raw_path=b"/auth", query=b"", headers=(), body=b"x" * 900_000)

    entry = journal.open(request, time_ticks=0, commands=0)

    assert len(entry.request.body) == 10_000


def test_a_date_that_cannot_be_read_is_told(client: Client) -> None:
    client.list("/conversations?afterDate=bad")

    (entry,) = requests_of(client)
    assert entry["warnings"] == [
        "afterDate cannot be read as a date; write it as 2026-03-01T12:00:00Z"
    ]


@pytest.mark.parametrize("name", ["apikey", "api_key", "pass", "Authorization", "sessionId"])
def test_a_parameter_that_sounds_secret_is_masked(name: str, client: Client) -> None:
    client.list(f"/conversations?{name}=hunter2&accountIds=a")

    assert requests_of(client)[0]["query"] == f"{name}=***&accountIds=a"


def test_no_secret_is_shown(client: Client) -> None:
    body = {"userName": "ada", "password": "not-this"}
    client.ask("POST", "/auth/credentials?password=nor-this", body)
    client.ask("GET", "/conversations", user=("ada", "nor-that"))

    shown = b"".join(
        client.admin("GET", f"/spaces/default/requests{path}").body for path in ("", "/1", "/2")
    )

    assert b"not-this" not in shown
    assert b"nor-th" not in shown
    assert b"bm9y" not in shown


def test_near_misses_are_told(client: Client) -> None:
    row = client.list().rows[0]
    client.list(
        f"/conversations?accountIDs[]=x&afterDate=2026-01-01&accountIds={row['endpointId']}"
    )

    warnings = " ".join(str(w) for w in requests_of(client)[-1]["warnings"])  # type: ignore[attr-defined]  # a list

    assert "'accountIDs[]'; did you mean accountIds?" in warnings
    assert "afterDate has no zone" in warnings
    assert "is the id of an endpoint" in warnings


def test_an_explanation_says_why_each_row_was_kept_or_dropped(client: Client) -> None:
    account = client.list().rows[0]["mostRecentMessage"]["accountId"]
    got = client.list(f"/conversations?accountIds={account}&afterDate=2026-02-01T00:00:00Z")

    explained = client.admin("GET", "/spaces/default/requests/2").json["explanation"]

    assert (explained["kept"], explained["kept"] + explained["dropped"]) == (len(got.rows), 500)
    assert {len(row["why"]) for row in explained["rows"] if row["kept"]} == {0}
    assert {len(row["why"]) for row in explained["rows"] if not row["kept"]} == {1}
    assert {"name": "after-date-boundary", "choice": "exclusive"} in explained["points"]
    assert explained["bound"][0]["as"] == [account]


def test_an_explanation_is_of_the_world_as_the_request_met_it(client: Client) -> None:
    before = client.list().rows
    client.admin("DELETE", f"/spaces/default/conversations/{before[0]['id']}")

    explained = client.admin("GET", "/spaces/default/requests/1").json["explanation"]

    assert explained["kept"] == len(before)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/auth/credentials", {"userName": ADA[0], "password": ADA[1]}),
        ("HEAD", "/metadata", None),
    ],
    ids=["sign-in", "HEAD"],
)
def test_the_curl_line_of_another_method_works(
    method: str, path: str, body: object, client: Client
) -> None:
    client.ask(method, path, body)

    line = client.admin("GET", "/spaces/default/requests/1").json["curl"]

    ended = run_program(*shlex.split(line))
    assert ended.stdout.startswith("HTTP/1.1 200 ")


def test_the_curl_line_works(client: Client) -> None:
    client.list("/conversations?afterDate=2026-02-28T00:00:00Z")
    line = client.admin("GET", "/spaces/default/requests/1").json["curl"]

    ended = run_program(*shlex.split(line))

    assert ended.stdout.startswith("HTTP/1.1 200 ")
    assert ADA[0] in line


def test_the_ring_is_bounded_in_entries_and_bytes() -> None:
    small, large = Journal(), Journal()
    for _ in range(1_500):
        small.open(Request(method="GET", raw_path=b"/"), time_ticks=0, commands=0)
        large.open(
            Request(method="GET", raw_path=b"/", query=b"x" * 8_000), time_ticks=0, commands=0
        )

    assert len(small.select(lambda entry: True)) == 1_000
    assert len(large.select(lambda entry: True)) < 260
    assert small.select(lambda entry: True)[-1].id == 1_500


def test_what_bodies_were_bound_to_stays_within_the_journals_bytes() -> None:
    journal = Journal()
    asked = ListConversations(account_ids=("a" * 1_000_000, "b"))
    body = b"[" * 20_000

    for _ in range(10):
        request = Request(method="POST", raw_path=b"/conversations", body=body)
        journal.note_asked(journal.open(request, time_ticks=0, commands=0), asked)

    assert [entry.id for entry in journal.select(lambda entry: True)] == [10]


def test_an_explanation_judges_no_more_rows_than_it_shows(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "large", "scenario": "large", "now": NOW})
    client.list("/~large/conversations?accountIds=nobody")

    found = client.admin("GET", "/spaces/large/requests/1").json["explanation"]

    assert (found["kept"], found["dropped"], len(found["rows"])) == (0, 100_000, 1_000)
    assert found["rows"][0]["why"][0].startswith("accountIds: /mostRecentMessage/accountId is ")


MAX = ("max", "mw9QxQh752ZX8n4P")
NOBODY = "/conversations?accountIds=nobody"


def explain(client: Client, path: str, **more: Any) -> dict[str, Any]:
    client.ask("GET", path, **more)
    number = len(requests_of(client))
    found = client.admin("GET", f"/spaces/default/requests/{number}").json["explanation"]
    assert isinstance(found, dict)
    return found


def test_the_reasons_add_up_and_name_no_row_twice(client: Client) -> None:
    row = client.list().rows[0]["mostRecentMessage"]
    query = f"accountIds={row['accountId']}&endpointIds={row['endpointId']}&afterDate=2026-02-01Z"
    client.admin("PUT", "/spaces/default/profile", {"row-cap": "1"})

    found = explain(client, f"/conversations?{query}", user=MAX)

    reasons = {one["name"]: one for one in found["reasons"]}
    assert [*reasons] == ["user", "accountIds", "endpointIds", "afterDate", "row-cap"]
    assert sum(one["rows"] for one in found["reasons"]) == found["dropped"]
    assert found["kept"] + found["dropped"] == len(found["rows"]) == 500
    assert found["notShown"] == 0
    assert [one["text"] for one in found["reasons"]] == [
        "not in an account that max sees",
        "accountId is not in accountIds",
        "endpointId is not in endpointIds",
        "no date after afterDate",
        "beyond the 1 rows of row-cap",
    ]


def test_the_counts_are_those_of_the_rows(client: Client) -> None:
    found = explain(client, "/conversations?afterDate=2026-02-01T00:00:00Z", user=MAX)

    starts = {"user": "account ", "afterDate": "afterDate: "}
    counted = {
        name: sum(bool(row["why"]) and row["why"][0].startswith(start) for row in found["rows"])
        for name, start in starts.items()
    }
    assert counted == {one["name"]: one["rows"] for one in found["reasons"]}


@pytest.mark.parametrize(
    ("choices", "path", "reason"),
    [
        ({"unknown-id": "not-found"}, NOBODY, "the answer was 404, without rows"),
        ({"empty-list": "nothing"}, "/conversations?accountIds=[]", "an empty list lets no row"),
        (
            {"invalid-after-date": "nothing"},
            "/conversations?afterDate=soon",
            "afterDate is no date, which lets no row",
        ),
        ({}, "/conversations?afterDate=soon", "the answer was 400, without rows"),
    ],
)
def test_a_refusal_drops_every_row_for_one_reason(
    choices: dict[str, str], path: str, reason: str, client: Client
) -> None:
    client.admin("PUT", "/spaces/default/profile", choices)

    found = explain(client, path, user=ADA)

    [one] = found["reasons"]
    assert (one["rows"], found["kept"], found["dropped"]) == (500, 0, 500)
    assert one["text"].startswith(reason)
    assert {row["why"][0] for row in found["rows"]} == {one["text"]}


def test_no_row_is_judged_for_a_stranger(client: Client) -> None:
    found = explain(client, "/conversations")

    assert (found["rows"], found["reasons"], found["notShown"]) == ([], [], 0)


def test_what_is_not_shown_is_counted(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "large", "scenario": "large", "now": NOW})
    client.list("/~large/conversations?afterDate=2026-02-01T00:00:00Z")

    found = client.admin("GET", "/spaces/large/requests/1").json["explanation"]

    assert (len(found["rows"]), found["notShown"]) == (1_000, 99_000)
    assert sum(one["rows"] for one in found["reasons"]) == found["dropped"]
