"""Ask for more than there may be, in every way in which it can be asked for."""

import http.client
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mockserver.bugs.switch import bug_names
from mockserver.contract import load_contract
from mockserver.dotnet.ticks import LATEST_TICKS
from mockserver.errors import ProblemError, UsageError
from mockserver.limits import (
    MAX_ARRIVALS_PER_MINUTE,
    MAX_BUGS,
    MAX_CONVERSATIONS,
    MAX_FAULTS,
    MAX_MATCH,
    MAX_SESSIONS,
    MAX_SPACES,
    MAX_USERS,
    MAX_WAITERS,
)
from mockserver.options.option_table import COMMANDS
from mockserver.options.settle import settle
from mockserver.server import MockServer
from mockserver.space.beginning import build_start, start_from_json, start_to_json
from mockserver.space.command_lines import command_from_json
from mockserver.space.commands import Clock, SetClock, SignIn
from mockserver.space.journal import Journal
from mockserver.space.log_file import load_state, read_log, write_log
from mockserver.space.space import build_space
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from mockserver.world.scenario_schema import scenario_schema
from tests.mock_client import NOW, Client

MANY_USERS = [f"{{username: u{number}, password: p}}" for number in range(MAX_USERS + 1)]
# Each level names the one below it nine times.
BOMB = "- &a{n} [*a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}]\n"
BOMB_LEVELS = [{"n": number, "m": number - 1} for number in range(1, 12)]
BEYOND = {
    "perMinute": f"arrivals: {{perMinute: {MAX_ARRIVALS_PER_MINUTE + 1}}}",
    "perMinute-float": "arrivals: {perMinute: 1.0e+300}",
    "perMinute-infinite": "arrivals: {perMinute: 1.0e+400}",
    "conversations": f"size: {{conversations: {MAX_CONVERSATIONS + 1}}}",
    "accounts": "size: {accounts: 10001}",
    "seed": "seed: 9223372036854775808",
    "seed-digits": f"seed: {'9' * 5_000}",
    "now": "now: 9999-12-31T23:59:59Z",
    "faults": f"faults: [{', '.join(['outage'] * (MAX_FAULTS + 1))}]",
    "bugs": f"bugs: [{', '.join(['list-bare'] * (MAX_BUGS + 1))}]",
    "users": f"users: [{', '.join(MANY_USERS)}]",
    "locales": f"locales: [{', '.join(['en_US'] * 21)}]",
    "origins": f"corsOrigins: [{', '.join(['http://a'] * 101)}]",
    "deep": f"faults: {'[' * 200}{']' * 200}",
    "very-deep": f"faults: {'[' * 100_000}",
    "itself": "faults: &a [*a]",
    "bomb": "faults:\n- &a0 [x]\n" + "".join(map(BOMB.format_map, BOMB_LEVELS)),
    "surrogate": 'users: [{username: a, password: "\\ud800"}]',
    "timestamp": "seed: !!timestamp 2026-01-01",
    "bad-timestamp": "seed: !!timestamp x",
    "binary": "users: [{username: a, password: !!binary aGk=}]",
    "float-tag": 'arrivals: {perMinute: !!float ".inf"}',
    "key": "? [a]\n: b",
}


@pytest.mark.parametrize("text", BEYOND.values(), ids=BEYOND)
def test_a_scenario_file_beyond_a_maximum_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)

    with pytest.raises(UsageError) as caught:
        build_start(load_scenario(path=path), unix_seconds=1e9)

    assert len(str(caught.value)) < 400 + len(str(path))


@pytest.mark.parametrize(
    ("flag", "text", "message"),
    [
        ("--size", str(MAX_CONVERSATIONS + 1), "is not from [01] to"),
        ("--max-spaces", str(MAX_SPACES + 1), "is not from [01] to"),
        ("--max-spaces", "0", "is not from [01] to"),
        ("--seed", "9" * 5_000, "no number"),
        ("--user", "ann:\udcff", "no UTF-8"),
        ("--scenario", "\udcff", "no UTF-8"),
    ],
    ids=str,
)
def test_a_flag_beyond_a_maximum_is_refused(flag: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        settle("serve", [flag, text])


@pytest.mark.parametrize("flag", [o.flag for o in COMMANDS["serve"].options if not o.is_flag])
def test_a_flag_of_five_thousand_digits_is_no_crash(flag: str, tmp_path: Path) -> None:
    config = tmp_path / "9.yaml"
    config.write_text(f"serve: {{{flag[2:]}: {'9' * 5_000}}}")

    from mockserver.cli.main import main

    assert main(["serve", "--config", str(config), "--size", "x"]) == 2


def test_the_published_schema_names_the_maxima() -> None:
    found = scenario_schema(load_contract())["properties"]

    assert found["arrivals"]["properties"]["perMinute"]["maximum"] == MAX_ARRIVALS_PER_MINUTE
    assert found["size"]["properties"]["conversations"]["maximum"] == MAX_CONVERSATIONS
    assert found["users"]["maxItems"] == MAX_USERS
    assert found["faults"]["maxItems"] == MAX_FAULTS
    assert found["bugs"]["maxItems"] == MAX_BUGS


def change(*path: str, to: object) -> Callable[[dict[str, Any]], None]:
    def apply(start: dict[str, Any]) -> None:
        inner = start
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = to

    return apply


LOGGED = {
    "perMinute": change("scenario", "arrivals_per_minute", to=1e9),
    "perMinute-text": change("scenario", "arrivals_per_minute", to="9"),
    "size": change("scenario", "size", "conversations", to=10**12),
    "size-text": change("scenario", "size", "accounts", to="1"),
    "size-list": change("scenario", "size", to=[]),
    "seed": change("scenario", "seed", to="x"),
    "name": change("scenario", "name", to=[]),
    "clock": change("scenario", "clock", to="x"),
    "now": change("scenario", "now_ticks", to=LATEST_TICKS + 1),
    "anchor": change("anchor_ticks", to=-1),
    "anchor-late": change("anchor_ticks", to=10**30),
    "frozen": change("frozen_ticks", to=10**30),
    "frozen-text": change("frozen_ticks", to="x"),
    "offset": change("offset_ticks", to=10**30),
    "users": change("scenario", "users", to={}),
    "user": change("scenario", "users", to=[{"username": 1, "password": "x"}]),
    "user-null": change("scenario", "users", to=[None]),
    "faults": change("scenario", "faults", to=["outage"] * (MAX_FAULTS + 1)),
    "bugs": change("scenario", "bugs", to=[1]),
    "bugs-unknown": change("scenario", "bugs", to=["no-such-bug"]),
    "locales": change("scenario", "locales", to=["xx_XX"]),
    "origins": change("scenario", "cors_origins", to="http://a"),
    "rows": change("scenario", "rows", to="x"),
    "profile": change("profile", to=[]),
    "profile-choice": change("profile", to={"order": []}),
}


@pytest.mark.parametrize("spoil", LOGGED.values(), ids=LOGGED)
def test_a_log_beyond_a_maximum_is_refused(
    spoil: Callable[[dict[str, Any]], None], mock: MockServer, client: Client, tmp_path: Path
) -> None:
    header = json.loads(write_log(mock.space).split(b"\n")[0])
    spoil(header["start"])
    log = json.dumps(header).encode() + b"\n"
    (tmp_path / "log").write_bytes(log)

    got = client.admin(
        "POST", "/spaces/default/restore", log, headers={"Content-Type": "application/x-ndjson"}
    )

    assert got.status == 409
    assert client.list().status == 200
    with pytest.raises(UsageError):
        load_state(
            tmp_path / "log",
            start=mock.spaces.start,
            spaces_of=partial(Spaces, bug_names=bug_names),
        )


@pytest.mark.parametrize(
    "line",
    [
        b'{"space":"default","command":"SetClock","clock":{"frozen_ticks":null,"offset_ticks":9223372036854775807}}',
        b'{"space":"default","command":"SetClock","clock":{"frozen_ticks":-1,"offset_ticks":0}}',
        b'{"space":"default","command":"SetBugs","names":["no-such-bug"]}',
        b'{"space":"default","command":"SetFaults","rules":[{"fault":"nope"}]}',
        b'{"space":"default","command":"SetProfile","choices":{"order":[]}}',
        b'{"space":"default","command":"RemoveConversation","conversation_id":1,"at_ticks":1}',
        b'{"space":"default","command":"SignIn","session_id":"a","username":"ada","expires_ticks":'
        + b"9" * 5_000
        + b"}",
        b'{"space":"default","command":"SetBugs","names":' + b"[" * 100_000,
        b'{"space":"default","command":"Restore","start":null,"commands":[{"command":"SetBugs","names":["x"]}]}',
    ],
    ids=range(9),
)
def test_a_command_beyond_a_maximum_is_refused(line: bytes, mock: MockServer) -> None:
    log = write_log(mock.space).split(b"\n")[0] + b"\n" + line + b"\n"
    spaces = Spaces(mock.spaces.start)

    with pytest.raises((UsageError, ProblemError)):
        _apply_all(spaces, log)


def _apply_all(spaces: Spaces, log: bytes) -> None:
    for _, name, command in read_log(log).lines:
        spaces.apply(name, command)


def test_a_restore_that_fails_is_not_logged(tmp_path: Path) -> None:
    start = build_start(load_scenario("empty"), unix_seconds=1e9)
    path = tmp_path / "log"
    spaces, file = load_state(path, start=start)
    wrong = start_to_json(start)
    wrong["scenario"]["arrivals_per_minute"] = 1e9
    before = path.read_bytes()

    with pytest.raises(UsageError):
        spaces.apply("default", command_from_json(_restore(wrong)))

    file.close()
    assert path.read_bytes() == before


def _restore(start: dict[str, Any]) -> dict[str, Any]:
    return {"command": "Restore", "start": start, "commands": []}


def test_a_start_goes_through_a_log_unchanged() -> None:
    start = build_start(load_scenario("busy"), unix_seconds=1e9)
    again = start_from_json(json.loads(json.dumps(start_to_json(start))))

    assert again == replace(start, scenario=replace(start.scenario, path=None))


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "9000-01-01T00:00:00Z"])
def test_a_clock_may_stand_at_either_end(now: str, client: Client) -> None:
    made = client.admin("POST", "/spaces", {"name": "end", "now": now})
    paths = ("/conversations", "/auth/status", "/conversations?afterDate=10:00", "/login")
    answers = [client.list(f"/~end{path}").status for path in paths]
    moved = client.admin("POST", "/spaces/end/clock/advance", {"seconds": 1}).status

    assert (made.status, answers) == (201, [200] * 4)
    assert moved in (200, 409)


def test_a_live_clock_never_leaves_the_years_that_clocks_show() -> None:
    late = Clock(offset_ticks=LATEST_TICKS)
    early = Clock(offset_ticks=-LATEST_TICKS)

    assert (late.now_ticks(1e9), early.now_ticks(1e9)) == (LATEST_TICKS, 0)


def test_the_oldest_session_makes_room() -> None:
    space = build_space(load_scenario("empty"))
    space.apply(SetClock(clock=Clock(frozen_ticks=1)))

    def sign_in(number: int) -> None:
        space.apply(SignIn(session_id=str(number), username="ada", expires_ticks=number + 10))

    list(map(sign_in, range(MAX_SESSIONS + 5)))

    assert len(space.sessions) == MAX_SESSIONS
    assert list(space.sessions)[0] == "5"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("bugs", ["list-bare"] * (MAX_BUGS + 1)),
        ("faults", ["outage"] * (MAX_FAULTS + 1)),
        ("faults", [{"fault": "hang", "match": {"path": "x" * (MAX_MATCH + 1)}}]),
    ],
    ids=["bugs", "faults", "match"],
)
def test_a_body_beyond_a_maximum_is_refused(path: str, body: object, client: Client) -> None:
    got = client.admin("PUT", f"/spaces/default/{path}", body)

    assert (got.status, client.admin("GET", f"/spaces/default/{path}").json) == (422, [])


def test_too_many_spaces_are_refused(mock: MockServer, client: Client) -> None:
    mock.spaces.max_spaces = 2

    made = [client.admin("POST", "/spaces", {"name": name}).status for name in ("a", "b")]

    assert made == [201, 409]


def test_a_waiter_whose_client_is_gone_is_dropped(mock: MockServer, client: Client) -> None:
    journal = mock.space.journal
    connection = http.client.HTTPConnection("127.0.0.1", mock.port)
    connection.request("GET", "/__admin/spaces/default/requests?count=1&wait=60")
    _until(lambda: _waiters(journal) == 1)

    connection.close()

    _until(lambda: _waiters(journal) == 0)
    assert client.list().status == 200


def test_too_many_waiters_are_refused(mock: MockServer, client: Client) -> None:
    journal = mock.space.journal
    path = "/spaces/default/requests?count=1&wait=60"
    connections = [http.client.HTTPConnection("127.0.0.1", mock.port) for _ in range(MAX_WAITERS)]
    for connection in connections:
        connection.request("GET", f"/__admin{path}")
    _until(lambda: _waiters(journal) == MAX_WAITERS)

    got = client.admin("GET", path)

    deque(map(http.client.HTTPConnection.close, connections), maxlen=0)
    assert got.status == 429


def _waiters(journal: Journal) -> int:
    return len(journal._waiting)


def _until(is_true: Callable[[], bool]) -> None:
    """Wait for what can be seen."""
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.005)


def test_a_user_may_sign_in_whatever_his_password_holds(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text('users: [{username: ann, password: "ü€😀\'", accounts: all}]')

    with MockServer(path, now=NOW) as running:
        got = Client(port=running.port).ask(
            "POST", "/auth/credentials", {"userName": "ann", "password": "ü€😀'"}
        )
        wrong = Client(port=running.port).ask(
            "POST", "/auth/credentials", b'{"userName":"ann","password":"\\ud800"}'
        )

    assert (got.status, wrong.status) == (200, 401)
