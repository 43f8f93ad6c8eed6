import http.client
import json
import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import UsageError
from mockserver.server import MockServer
from mockserver.space.faults import FAULTS, PRESETS, FaultPlan, parse_rules
from tests.mock_client import ADA, Client
from tests.waiting import wait_until

SHOWN = ("application/json; charset=utf-8", "text/html")


def make_plan(*rows: object, seed: int = 7) -> FaultPlan:
    return FaultPlan(parse_rules(list(rows)), seed=seed)


def fired(plan: FaultPlan, count: int) -> list[bool]:
    return [plan.decide("/conversations", [], lambda: "ada") is not None for _ in range(count)]


def put(client: Client, *rows: object, space: str = "default") -> None:
    assert client.admin("PUT", f"/spaces/{space}/faults", list(rows)).status == 200


@pytest.mark.parametrize(
    ("fire", "expected"),
    [
        ({"every": 3}, [False, False, True, False, False, True]),
        ({"first": 2}, [True, True, False, False, False, False]),
        ({"after": 4}, [False, False, False, False, True, True]),
        ({"probability": 0}, [False] * 6),
        ({"probability": 1}, [True] * 6),
    ],
    ids=str,
)
def test_a_rule_fires_when_it_says(fire: dict[str, float], expected: list[bool]) -> None:
    assert fired(make_plan({"fault": "hang", "fire": fire}), 6) == expected


@given(st.integers(0, 2**32), st.floats(0, 1))
def test_a_decision_replays(seed: int, probability: float) -> None:
    """The same seed, rule and number give the same decision, whatever else runs."""
    row = {"fault": "hang", "fire": {"probability": probability}}

    assert fired(make_plan(row, seed=seed), 20) == fired(make_plan(row, seed=seed), 20)


def test_probability_is_kept_roughly() -> None:
    row = {"fault": "hang", "fire": {"probability": 0.25}}

    assert sum(fired(make_plan(row), 4000)) == pytest.approx(1000, rel=0.1)


def test_spaces_of_one_seed_and_rules_draw_alike(client: Client) -> None:
    row = {"fault": "status", "code": 503, "fire": {"probability": 0.5}}
    for name in ("first", "second"):
        client.admin("POST", "/spaces", {"name": name})
        put(client, row, space=name)

    first, second = (
        [client.list(f"/~{name}/conversations").status for _ in range(20)]
        for name in ("first", "second")
    )

    assert first == second
    assert {200, 503} == set(first)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"fault": "staus"}, "/0/fault: unknown fault 'staus'.* did you mean status"),
        ({"fault": "status", "code": 418}, "/0/code: 418"),
        ({"fault": "status"}, "/0: status takes code"),
        ({"fault": "latency", "min_ms": 5}, "/0: latency takes ms or min_ms and max_ms"),
        ({"fault": "hang", "fire": {}}, "/0/fire: expected one of"),
        ({"fault": "hang", "fire": {"every": 0}}, "/0/fire/every"),
        ({"fault": "hang", "match": {"host": "x"}}, "/0/match/host: unknown member"),
        ({"fault": "hang", "match": {"query": {"a": 1}}}, "/0/match/query/a: expected a text"),
        ("flakey", "/0: unknown preset 'flakey'.* did you mean flaky"),
        (5, "/0: expected an object"),
    ],
    ids=str,
)
def test_a_bad_rule_is_refused_with_its_pointer(row: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_rules([row])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_parses(preset: str) -> None:
    assert len(parse_rules([preset])) == len(PRESETS[preset])


@pytest.mark.parametrize(
    ("code", "content_type", "start"),
    [
        (400, SHOWN[0], b"{"),
        (403, SHOWN[0], b"{"),
        (404, SHOWN[0], b"{"),
        (429, SHOWN[0], b'{"responseStatus":{"errorCode":"TooManyRequests"'),
        (500, SHOWN[0], b"{"),
        (502, SHOWN[1], b"<!doctype html>"),
        (503, SHOWN[1], b"<!doctype html>"),
        (504, SHOWN[1], b"<!doctype html>"),
    ],
    ids=str,
)
def test_a_status_is_answered_in_the_dialect(
    code: int, content_type: str, start: bytes, client: Client
) -> None:
    put(client, {"fault": "status", "code": code})

    got = client.list()

    assert (got.status, got.headers["content-type"]) == (code, content_type)
    assert got.body.startswith(start)


def test_an_expired_session_is_the_frameworks_refusal(client: Client) -> None:
    put(client, "expired-session")

    got = client.list()

    assert (got.status, got.body) == (401, b"")
    assert "www-authenticate" in got.headers


def test_too_many_requests_say_when_to_come_back(client: Client) -> None:
    put(client, {"fault": "status", "code": 429, "retry_after": 7})

    assert client.list().headers["retry-after"] == "7"


def test_latency_is_added(client: Client) -> None:
    put(client, {"fault": "latency", "ms": 150})
    started = time.perf_counter()

    assert client.list().status == 200
    assert time.perf_counter() - started >= 0.15


def test_no_answer_comes_until_the_client_gives_up(client: Client) -> None:
    put(client, {"fault": "hang"})

    with pytest.raises(TimeoutError):
        client.list(timeout=0.2)


@pytest.mark.parametrize("at", ["start", "body"])
def test_a_connection_is_reset(at: str, client: Client) -> None:
    put(client, {"fault": "reset", "at": at})

    with pytest.raises((ConnectionResetError, http.client.HTTPException)):
        client.list()


def test_a_body_is_cut_short(client: Client) -> None:
    put(client, {"fault": "truncate", "bytes": 100})

    with pytest.raises(http.client.IncompleteRead):
        client.list()


def test_a_body_comes_in_drops(client: Client) -> None:
    client.admin("PUT", "/spaces/default/profile", {"row-cap": "1"})
    put(client, {"fault": "drip", "bytes_per_second": 2000})
    started = time.perf_counter()

    assert len(client.list().rows) == 1
    assert time.perf_counter() - started > 0.1


def test_json_is_broken(client: Client) -> None:
    put(client, {"fault": "broken-json"})

    got = client.list()

    assert (got.status, got.headers["content-type"]) == (200, SHOWN[0])
    with pytest.raises(json.JSONDecodeError):
        json.loads(got.body)


def test_a_front_door_answers_with_its_page(client: Client) -> None:
    put(client, {"fault": "sign-in-page"})

    got = client.list()

    assert (got.status, got.headers["content-type"]) == (200, SHOWN[1])


@pytest.mark.parametrize(
    ("match", "path", "expected"),
    [
        ({"path": "/conv*"}, "/conversations", 503),
        ({"path": "/auth/*"}, "/conversations", 200),
        ({"query": {"endpointIds": "x"}}, "/conversations?endpointIds=x", 503),
        ({"query": {"endpointIds": "x"}}, "/conversations?endpointIds=y", 200),
        ({"user": "ada"}, "/conversations", 503),
        ({"user": "max"}, "/conversations", 200),
    ],
    ids=str,
)
def test_a_rule_is_about_what_it_matches(
    match: dict[str, object], path: str, expected: int, client: Client
) -> None:
    put(client, {"fault": "status", "code": 503, "match": match})

    assert client.list(path).status == expected


def test_a_fault_stays_in_its_space(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "broken"})
    put(client, "outage", space="broken")

    statuses = [
        client.list("/~broken/conversations").status,
        client.list().status,
        client.ask("GET", "/~broken/healthz").status,
        client.admin("GET", "/spaces/broken").status,
        client.ask("GET", "/~broken/login").status,
    ]

    assert statuses == [503, 200, 200, 200, 200]


def test_one_request_asks_for_its_own_fault(client: Client) -> None:
    got = client.list(headers={"Prefer": "respond-async, code=503, delay=1"})

    assert (got.status, got.headers["preference-applied"]) == (503, "code=503, delay=1")
    assert client.list().status == 200


def test_a_parameter_asks_for_it_too(client: Client) -> None:
    assert client.list("/conversations?__code=429&__delay=1").status == 429
    assert "preference-applied" not in client.list("/conversations?__delay=1").headers


@pytest.mark.parametrize("value", ["code=418", "code=abc", "delay=-1", "delay=9999999"])
def test_a_bad_preference_is_refused(value: str, client: Client) -> None:
    got = client.list(headers={"Prefer": value})

    assert (got.status, got.headers["content-type"]) == (400, "application/problem+json")


def seconds_to_stop_while_a_request_hangs() -> float:
    with MockServer("default") as mock:
        client = Client(port=mock.port)
        put(client, {"fault": "hang"})
        hanging = socket.create_connection(("127.0.0.1", mock.port))
        hanging.sendall(b"GET /conversations HTTP/1.1\r\nHost: localhost\r\n\r\n")
        journal = "/spaces/default/requests"
        wait_until(lambda: client.admin("GET", journal).json["requests"], "the request that hangs")
        started = time.perf_counter()

    seconds = time.perf_counter() - started
    hanging.close()
    return seconds


def test_the_server_stops_while_a_request_hangs() -> None:
    # One quick stop of some is enough, for the machine may be busy.
    assert any(seconds_to_stop_while_a_request_hangs() < 1.5 for _ in range(10))


def test_of_a_preference_that_comes_twice_the_first_counts(client: Client) -> None:
    assert client.list(headers={"Prefer": "code=404, code=500"}).status == 404


def test_every_fault_has_help() -> None:
    assert all(fault.help for fault in FAULTS.values())


def test_the_journal_names_the_rule(client: Client) -> None:
    put(client, {"fault": "status", "code": 503, "fire": {"first": 1}})
    client.list()

    entries = client.admin("GET", "/spaces/default/requests").json["requests"]

    assert [entry["fault"] for entry in entries] == ["rule 0: status code=503"]
    assert entries[0]["user"] == ADA[0]
