import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from mockserver.bugs.table import BUGS
from mockserver.cli.main import main
from mockserver.server import MockServer
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import Client
from tests.waiting import PATIENCE_SECONDS

PROBLEM = "application/problem+json"
HOUR = 3600


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost.evil.example:80"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example:5173"}, 403),
        ({"Origin": "https://192.0.2.1:5173"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:5173"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:5173"}, 403),
        ({"Host": "localhost"}, 200),
        ({"Host": "mock:4011"}, 200),
        ({"Host": "host.docker.internal:4011"}, 200),
    ],
    ids=str,
)
def test_a_foreign_host_or_origin_is_refused(
    headers: dict[str, str], status: int, client: Client
) -> None:
    got = client.admin("POST", "/spaces/default/reset", headers=headers)

    assert got.status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:4011", "Origin": "http://localhost:5173"},
        {"Host": "localhost:5173", "Origin": "http://localhost:5173"},
        {"Host": "localhost:4011", "Origin": "https://127.0.0.1:5173"},
        {"Host": "192.168.1.5:5173", "Origin": "http://192.168.1.5:5173"},
        {"Host": "mock:4011", "Origin": "http://localhost:3000"},
    ],
    ids=["host is ours", "host is kept", "TLS", "another machine", "containers"],
)
@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "same-origin"}, {}], ids=["told", "silent"])
def test_what_a_dev_server_passes_on_is_answered(
    site: dict[str, str], headers: dict[str, str], client: Client
) -> None:
    got = client.admin("POST", "/spaces/default/reset", headers=headers | site)

    assert got.status == 200


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        (("https://app.example",), "https://app.example", 200),
        (("https://app.example",), "http://localhost:5173", 403),
        ((), "http://localhost:5173", 403),
    ],
    ids=["allowed", "another", "none"],
)
def test_the_origins_are_those_that_cors_allows(
    origins: tuple[str, ...], origin: str, status: int
) -> None:
    scenario = replace(load_scenario("one"), cors_origins=origins)
    spaces = Spaces(build_start(scenario, unix_seconds=1_772_366_400))
    server = BackgroundServer(App(spaces, admin=build_admin(spaces)))

    got = Client(port=server.port).admin(
        "POST", "/spaces/default/reset", headers={"Origin": origin}
    )
    server.close()

    assert got.status == status


def test_the_page_of_the_server_itself_may_ask(mock: MockServer, client: Client) -> None:
    origin = f"http://127.0.0.1:{mock.port}"

    assert client.admin("GET", "/health", headers={"Origin": origin}).status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"name":"x"}', "text/plain", 415),
        (b'{"name":"x"}', "application/x-www-form-urlencoded", 415),
        (b'{"name":', "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"name":"X!"}', "application/json", 422),
        (b'{"name":"x","colour":1}', "application/json", 422),
        (b" " * 1_000_001, "application/json", 413),
    ],
    ids=["type", "form", "no JSON", "no object", "name", "member", "size"],
)
def test_a_bad_body_is_refused(body: bytes, content_type: str, status: int, client: Client) -> None:
    got = client.admin("POST", "/spaces", body, headers={"Content-Type": content_type})

    assert (got.status, got.headers["content-type"], got.json["status"]) == (
        status,
        PROBLEM,
        status,
    )


def test_another_method_is_refused_with_those_that_are_known(client: Client) -> None:
    got = client.admin("PUT", "/spaces")

    assert (got.status, got.headers["allow"]) == (405, "GET, POST")


def test_a_token_is_demanded_where_there_is_one() -> None:
    spaces = Spaces(build_start(load_scenario("one"), unix_seconds=1_772_366_400))
    server = BackgroundServer(App(spaces, admin=build_admin(spaces, token="let-me-in")))
    client = Client(port=server.port)

    statuses = [
        client.admin("GET", "/spaces").status,
        client.admin("GET", "/spaces", headers={"Authorization": "Bearer wrong"}).status,
        client.admin("GET", "/spaces", headers={"Authorization": "Bearer let-me-in"}).status,
        client.ask("GET", "/healthz").status,
    ]
    server.close()

    assert statuses == [401, 401, 200, 200]


def test_an_admin_that_is_off_is_no_path_at_all() -> None:
    spaces = Spaces(build_start(load_scenario("one"), unix_seconds=1_772_366_400))
    server = BackgroundServer(App(spaces))
    got = Client(port=server.port).admin("GET", "/health")
    server.close()

    assert (got.status, got.body) == (404, b"")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "0.0.0.0", "--admin", "open"], "--admin open is for loopback"),
        (["--admin", "opn"], "unknown mode 'opn'"),
        (["--faults", "flakey"], "unknown preset 'flakey'"),
        (["--bug", "none-such"], "unknown bug 'none-such'"),
    ],
    ids=["open", "mode", "faults", "bug"],
)
def test_a_wrong_option_ends_with_2(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["serve", "--port", "0", *options])

    assert (code, message in capsys.readouterr().err) == (2, True)


def test_a_clock_is_set_moved_frozen_and_released(client: Client) -> None:
    base = "/spaces/default/clock"
    moved = client.admin("POST", f"{base}/advance", {"seconds": HOUR}).json
    back = client.admin("POST", f"{base}/advance", {"seconds": -2 * HOUR}).json
    put = client.admin("PUT", base, {"mode": "frozen", "now": "2026-01-01T00:00:00Z"}).json
    live = client.admin("PUT", base, {"mode": "live"}).json

    assert moved == {"mode": "frozen", "now": "2026-03-01T13:00:00.000Z"}
    assert back == {"mode": "frozen", "now": "2026-03-01T11:00:00.000Z"}
    assert put == {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}
    assert (live["mode"], live["now"][:16]) == ("live", "2026-01-01T00:00")


def test_sessions_end_by_the_spaces_clock(client: Client) -> None:
    body = {"userName": "ada", "password": "fdTQrKNXqvbJjMt7"}
    session = client.ask("POST", "/auth/credentials", body).json["sessionId"]
    cookie = {"Cookie": f"ss-id={session}"}
    before = client.ask("GET", "/conversations", headers=cookie).status
    client.admin("POST", "/spaces/default/clock/advance", {"seconds": 15 * 24 * HOUR})

    assert (before, client.ask("GET", "/conversations", headers=cookie).status) == (200, 401)


def test_the_date_header_follows_the_spaces_clock(client: Client) -> None:
    client.admin("POST", "/spaces/default/clock/advance", {"seconds": HOUR})

    assert client.list().headers["date"] == "Sun, 01 Mar 2026 13:00:00 GMT"


def test_messages_arrive_in_a_busy_space_as_its_clock_moves(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "busy", "scenario": "busy"})
    before = client.list("/~busy/conversations").rows
    client.admin("POST", "/spaces/busy/clock/advance", {"seconds": HOUR})
    newest = before[0]["mostRecentMessage"]["date"]

    polled = client.list(f"/~busy/conversations?afterDate={newest}").rows
    full = client.list("/~busy/conversations").rows

    assert polled == [row for row in full if row not in before]
    assert len(polled) > 300


@pytest.mark.parametrize(
    "suffix", ["", ".json", ".xml", ".csv", ".jsv", ".jsonl"], ids=lambda suffix: suffix or "none"
)
def test_a_message_is_seen_by_the_next_answer_in_every_format(suffix: str, client: Client) -> None:
    row = client.list().rows[9]
    client.list(f"/conversations{suffix}")
    client.admin(
        "POST", "/spaces/default/messages", {"conversationId": row["id"], "text": "just now"}
    )

    assert b"just now" in client.list(f"/conversations{suffix}").body


def test_a_message_has_plausible_defaults(client: Client) -> None:
    row = client.list().rows[9]
    body = {"endpointId": row["endpointId"], "otherAddress": "+12105550199"}

    made = client.admin("POST", "/spaces/default/messages", body)
    again = client.admin("POST", "/spaces/default/messages", body)

    message = made.json["mostRecentMessage"]
    assert (made.status, made.json["id"]) == (201, again.json["id"])
    assert (message["direction"], message["isUnread"], message["sender"]) == (
        "Incoming",
        True,
        "+12105550199",
    )
    assert message["date"] == "2026-03-01T12:00:00.000Z"
    assert again.json["mostRecentMessage"]["date"] == "2026-03-01T12:00:00.001Z"
    assert client.list().rows[0] == again.json


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/endpointId"),
        ({"conversationId": 5}, 422, "/conversationId"),
        ({"conversationId": "x", "endpointId": "y"}, 422, "/endpointId"),
        ({"conversationId": "none"}, 404, "/conversationId"),
        ({"endpointId": "none", "otherAddress": "x"}, 404, "/endpointId"),
        ({"conversationId": "x", "date": "yesterday"}, 422, "/date"),
        ({"conversationId": "x", "date": "9999-12-31T23:59:59.999Z"}, 422, "/date"),
        ({"conversationId": "x", "direction": "Sideways"}, 422, "/direction"),
        ({"conversationId": "x", "text": "\x00"}, 422, "/text"),
        ({"conversationId": "x", "texts": "a"}, 422, "/texts"),
    ],
    ids=str,
)
def test_a_bad_message_is_refused_with_a_pointer(
    body: dict[str, object], status: int, pointer: str | None, client: Client
) -> None:
    got = client.admin("POST", "/spaces/default/messages", body)

    assert (got.status, got.json.get("pointer")) == (status, pointer)


def test_an_older_message_is_answered_with_the_row_that_the_list_has(client: Client) -> None:
    row = client.list().rows[9]
    body = {"conversationId": row["id"], "date": "2020-01-01T00:00:00Z", "text": "late"}

    made = client.admin("POST", "/spaces/default/messages", body)

    assert (made.status, made.json) == (201, row)
    assert client.list().rows[9] == row


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "frozen", "now": "9999-12-31T23:59:59.999Z"},
        {"mode": "live", "now": "9999-01-01T00:00:00Z"},
    ],
    ids=["frozen", "live"],
)
def test_a_clock_stays_where_dates_can_be_added(body: dict[str, str], client: Client) -> None:
    assert client.admin("PUT", "/spaces/default/clock", body).status == 422
    assert client.admin("GET", "/spaces").status == 200
    assert client.list().status == 200


def test_the_point_that_is_a_number_may_come_as_one(client: Client) -> None:
    got = client.admin("PUT", "/spaces/default/profile", {"row-cap": 5})

    assert (got.status, got.json["row-cap"], len(client.list().rows)) == (200, "5", 5)


def test_a_conversation_is_marked_as_read_and_keeps_its_place(client: Client) -> None:
    rows = client.list().rows
    place = next(n for n, row in enumerate(rows) if row["mostRecentMessage"].get("isUnread"))
    path = f"/spaces/default/conversations/{rows[place]['id']}"

    changed = client.admin("PATCH", path, {"mostRecentMessage": {"isUnread": False}})

    after = client.list().rows[place]
    assert changed.status == 200
    assert (after["id"], after["mostRecentMessage"]["isUnread"]) == (rows[place]["id"], False)


def test_metrics_are_prometheus_text(client: Client) -> None:
    client.list()

    got = client.admin("GET", "/metrics")

    assert got.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'mockserver_requests_total{space="default"} 1\n' in got.body.decode()


def test_a_switch_of_the_profile_may_be_true_or_false(client: Client) -> None:
    put = client.admin("PUT", "/spaces/default/profile", {"jsonp": False, "row-cap": 10})

    assert (put.status, put.json["jsonp"], put.json["row-cap"]) == (200, "off", "10")


def test_a_cleared_journal_counts_on(client: Client) -> None:
    client.list()

    cleared = client.admin("DELETE", "/spaces/default/requests")
    emptied = client.admin("GET", "/spaces/default/requests")
    client.list()

    after = client.admin("GET", "/spaces/default/requests").json["requests"]
    assert (cleared.status, emptied.json) == (204, {"requests": []})
    assert [entry["id"] for entry in after] == [2]


def test_bugs_are_switched_on_and_off(client: Client) -> None:
    name = next(iter(BUGS))

    known = client.admin("PUT", "/spaces/default/bugs", [name])
    wrong = client.admin("PUT", "/spaces/default/bugs", ["no-such-bug"])
    cleared = client.admin("DELETE", "/spaces/default/bugs")

    assert (known.json, cleared.json) == ([name], [])
    assert (wrong.status, wrong.json["pointer"]) == (422, "/0")


def test_the_state_file_serves_another_process_after_the_first(tmp_path: os.PathLike[str]) -> None:
    command = [sys.executable, "-m", "mockserver", "serve", "-q", "--port", "0"]
    command += ["--state", f"{tmp_path}/state.ndjson"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    first.stdout.readline()

    second = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=PATIENCE_SECONDS)

    assert (second.returncode, first.returncode) == (2, 0)
    assert "another process has" in second.stderr
