import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.bugs.switch import bug_names
from mockserver.errors import ProblemError, UsageError
from mockserver.space.beginning import Start, build_start
from mockserver.space.commands import (
    Clock,
    SetClock,
    SetProfile,
)
from mockserver.space.log_file import StateFile, load_state, read_log, write_log
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.chaos import run_chaos
from tests.depth import deep_or
from tests.mock_client import Client
from tests.waiting import PATIENCE_SECONDS

UNIX = 1_772_366_400


def spaces_of(start: Start) -> Spaces:
    return Spaces(start, time=lambda: UNIX, bug_names=bug_names)


def make_start(*, seed: int = 7) -> Start:
    return build_start(load_scenario("default", seed=seed), unix_seconds=UNIX)


def load(
    path: Path, *, seed: int = 7, given: dict[str, object] | None = None
) -> tuple[Spaces, StateFile]:
    return load_state(path, start=make_start(seed=seed), given=given or {}, spaces_of=spaces_of)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a log with a few commands, closed."""
    path = tmp_path / "state.ndjson"
    spaces, file = load(path)
    spaces.create("team-a").apply(SetProfile(choices={"order": "by-id"}))
    spaces.default.apply(SetClock(clock=Clock(frozen_ticks=639_079_632_000_000_000)))
    file.close()
    return path


def refusal(path: Path, **more: object) -> str:
    with pytest.raises(UsageError) as caught:
        load(path, **more)  # type: ignore[arg-type]  # tests name real arguments
    return str(caught.value)


def test_a_log_makes_the_same_spaces_again(path: Path) -> None:
    spaces, file = load(path)
    file.close()

    assert [space.name for space in spaces] == ["default", "team-a"]
    assert spaces.get("team-a").profile["order"] == "by-id"
    assert spaces.default.clock == Clock(frozen_ticks=639_079_632_000_000_000)


def test_the_log_alone_is_enough(path: Path) -> None:
    spaces, file = load(path, seed=8)
    file.close()

    assert spaces.default.scenario.seed == 7


def test_a_flag_that_contradicts_is_refused_by_name(path: Path) -> None:
    before = path.read_bytes()

    assert "--seed contradicts" in refusal(path, seed=8, given={"--seed": 8})
    assert "--set order=by-id contradicts" in refusal(path, given={"--set": {"order": "by-id"}})
    assert path.read_bytes() == before


def test_a_flag_that_agrees_is_fine(path: Path) -> None:
    _, file = load(path, given={"--seed": 7, "--set": {"order": "newest-first"}})
    file.close()


def _with_file(log: Path, text: str, **given: object) -> None:
    file = log.with_name("mine.yaml")
    file.write_text(f"name: mine\nsize: {{accounts: 3, customers: 3, endpoints: 9}}\n{text}")
    start = build_start(load_scenario(path=file), unix_seconds=UNIX)
    if "--faults" in given:
        start = replace(start, scenario=replace(start.scenario, faults=("outage",)))
    flags = {"--scenario-file": file, **given}
    load_state(log, start=start, given=flags, spaces_of=spaces_of)[1].close()


@pytest.mark.parametrize(
    "text",
    [
        "profile: {order: by-id}",
        "faults: [outage]",
        "bugs: [date-ignored]",
        "corsOrigins: []",
        "users: [{username: zoe, password: zoezoezoe, accounts: all}]",
        "clock: frozen\nnow: 2026-03-01T12:00:00Z",
    ],
    ids=lambda text: text.partition(":")[0],
)
def test_a_scenario_file_that_has_changed_is_refused(text: str, tmp_path: Path) -> None:
    log = tmp_path / "state.ndjson"
    _with_file(log, "")

    with pytest.raises(UsageError, match="--scenario-file contradicts"):
        _with_file(log, text)


def test_a_flag_that_is_absent_now_does_not_make_the_file_changed(tmp_path: Path) -> None:
    log = tmp_path / "state.ndjson"
    _with_file(log, "", **{"--faults": "outage"})

    _with_file(log, "")


def test_a_torn_last_line_is_dropped_with_a_warning(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"space":"default","comm')

    _, file = load(path)
    file.close()

    assert file.warnings == [f"{path}: line 5 was not finished; it is dropped"]
    assert path.read_bytes() == whole


def test_a_torn_first_line_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "state.ndjson"
    path.write_bytes(b'{"log":1,"wor')

    _, file = load(path)
    file.close()

    assert read_log(path.read_bytes()).lines == ()


@pytest.mark.parametrize("text", [b"my notes", b"\x00\xff", b'{"rows":[]}'])
def test_a_file_of_somebody_is_refused_and_untouched(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)

    assert "line 1: this is no log of ours" in refusal(path)
    assert path.read_bytes() == text


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (3, "nonsense", "line 3: no JSON"),
        (3, '{"space":"default","command":"Fly"}', "line 3: unknown command 'Fly'"),
        (
            3,
            '{"space":"default","command":"SetClock","clock":{"frozen_ticks":-5,"offset_ticks":0}}',
            "line 3: /clock/frozen_ticks: -5 is out of range",
        ),
        (3, '{"space":"nobody","command":"Reset"}', "line 3: unknown space 'nobody'"),
        (3, '{"space":"default","command":"DeleteSpace"}', "line 3: the default space stays"),
        (3, '{"space":"team-a","command":"CreateSpace"}', "line 3: space 'team-a' is there"),
        (3, '{"space":"Team!","command":"CreateSpace"}', "line 3: 'Team!' is no name of a space"),
        (
            3,
            '{"space":"default","command":"SetBugs","names":["no-such-bug"]}',
            "line 3: unknown bug 'no-such-bug'",
        ),
        (
            3,
            '{"space":"default","command":"SetFaults","rules":[{"fault":"staus"}]}',
            "line 3: /rules/0/fault: unknown fault 'staus'; known: broken-json",
        ),
        (
            3,
            '{"space":"default","command":"SetProfile","choices":{"ordr":"by-id"}}',
            "line 3: /choices/ordr: unknown member 'ordr'",
        ),
        (
            3,
            '{"space":"default","command":"Restore","start":null,"commands":[{"command":"Reset"},'
            '{"command":"SetProfile","choices":{"order":"by-name"}}]}',
            "line 3: /commands/1/choices/order: 'by-name' is not one of newest-first",
        ),
        (
            3,
            '{"space":"default","command":"Restore","start":null,"commands":[{"command":"Restore",'
            '"start":null,"commands":[]}]}',
            "line 3: /commands/0: Restore is no command of one space",
        ),
        (1, '{"log":2}', "line 1: log is 2"),
        (1, '{"log":1,"worldFormat":99}', "line 1: worldFormat is 99"),
        (1, "{}", "line 1: this is no log of ours"),
    ],
    ids=[
        *("no JSON", "command", "clock", "space", "default", "twice", "name", "bug", "fault"),
        *("point", "restored", "in itself", "format", "world", "no log"),
    ],
)
def test_a_bad_line_is_refused_and_the_file_untouched(
    line: int, text: str, message: str, path: Path
) -> None:
    lines = path.read_text().splitlines()
    lines[line - 1] = text
    path.write_text("\n".join([*lines, ""]))
    before = path.read_bytes()

    assert message in refusal(path)
    assert path.read_bytes() == before


def test_a_second_process_is_refused(path: Path) -> None:
    _, file = load(path)

    assert "another process has" in refusal(path)
    file.close()


def test_a_given_password_is_kept_as_a_hash_only(tmp_path: Path) -> None:
    path = tmp_path / "state.ndjson"
    command = [sys.executable, "-m", "mockserver", "serve", "-q", "--port", "0"]
    command += ["--state", str(path), "--user", "eve:secret-word"]

    first = _serve_until_ready(command)
    got_first = Client(port=first[0]).ask("GET", "/conversations", user=("eve", "secret-word"))
    _stop(first[1])
    again = _serve_until_ready(command[:-2])
    got = [
        Client(port=again[0]).ask("GET", "/conversations", user=("eve", password)).status
        for password in ("secret-word", "wrong", "***")
    ]
    _stop(again[1])
    assert got_first.status == 200
    assert b"secret-word" not in path.read_bytes()
    assert got == [200, 401, 401]


def test_a_snapshot_is_a_file_that_the_state_takes(client: Client, tmp_path: Path) -> None:
    client.admin("POST", "/spaces/default/clock/advance", {"seconds": 60})
    row = client.list().rows[0]
    client.admin("POST", "/spaces/default/messages", {"conversationId": row["id"], "text": "bug"})
    path = tmp_path / "copy.ndjson"
    path.write_bytes(client.admin("POST", "/spaces/default/snapshot").body)

    spaces, file = load_state(path, start=make_start())
    file.close()

    newest = spaces.default.world.find({}, now_ticks=spaces.default.now_ticks())[0]
    message = spaces.default.world.row(newest).most_recent_message
    assert message is not None
    assert (message.text, client.list().rows[0]["mostRecentMessage"]["text"]) == ("bug", "bug")


def test_another_space_takes_up_a_snapshot(client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "copy"})
    row = client.list().rows[5]
    client.admin("PATCH", f"/spaces/default/conversations/{row['id']}", {"text": "changed"})
    log = client.admin("POST", "/spaces/default/snapshot").body

    got = client.admin(
        "POST", "/spaces/copy/restore", log, headers={"Content-Type": "application/x-ndjson"}
    )

    assert got.status == 200
    assert client.list("/~copy/conversations").body == client.list().body


def test_what_is_no_log_is_refused_with_its_line(client: Client) -> None:
    got = client.admin(
        "POST", "/spaces/default/restore", b"{}\n", headers={"Content-Type": "text/plain"}
    )

    assert (got.status, got.json["detail"][:7]) == (409, "line 1:")


def test_a_log_whose_end_is_missing_is_refused(client: Client) -> None:
    client.list()
    client.admin("PUT", "/spaces/default/profile", {"order": "by-id"})
    log = client.admin("POST", "/spaces/default/snapshot").body

    got = client.admin(
        "POST", "/spaces/default/restore", log[:-9], headers={"Content-Type": "text/plain"}
    )

    assert (got.status, got.json["detail"]) == (409, "line 2 is not finished; send the whole log")


def test_a_log_of_a_named_space_makes_that_space(path: Path) -> None:
    spaces, file = load(path)
    file.close()

    log = read_log(write_log(spaces.get("team-a")))

    assert [(space, type(command).__name__) for _, space, command in log.lines] == [
        ("team-a", "CreateSpace"),
        ("team-a", "SetProfile"),
    ]


def test_a_line_that_cannot_be_written_leaves_the_file_as_it_was(path: Path) -> None:
    spaces, file = load(path)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(ProblemError, match="the state file cannot be written") as raised:
            spaces.default.apply(SetProfile(choices={"order": "by-id"}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert raised.value.status == 507
    assert path.read_bytes() == before
    spaces.default.apply(SetProfile(choices={"nulls": "write"}))
    file.close()
    again, file = load(path)
    file.close()
    assert again.default.profile["nulls"] == "write"


def test_a_start_that_cannot_be_leaves_a_new_log_empty(tmp_path: Path) -> None:
    start = make_start()
    start = replace(start, scenario=replace(start.scenario, bugs=("no-such-bug",)))
    path = tmp_path / "log"

    with pytest.raises(UsageError, match="unknown bug"):
        load_state(path, start=start, spaces_of=spaces_of)

    assert path.read_bytes() == b""


def test_a_servers_log_makes_a_space_what_its_own_lines_say(path: Path, client: Client) -> None:
    spaces, file = load(path)
    other = build_start(load_scenario("one", seed=3), unix_seconds=UNIX)
    spaces.create("made", start=other).apply(SetProfile(choices={"nulls": "write"}))
    spaces.restore("team-a", start=other, commands=[SetProfile(choices={"order": "as-stored"})])
    file.close()
    client.admin("POST", "/spaces", {"name": "made"})
    client.admin("POST", "/spaces", {"name": "team-a"})

    headers = {"Content-Type": "application/x-ndjson"}
    made = client.admin("POST", "/spaces/made/restore", path.read_bytes(), headers=headers)
    team = client.admin("POST", "/spaces/team-a/restore", path.read_bytes(), headers=headers)

    assert [(got.json["scenario"], got.json["seed"]) for got in (made, team)] == [("one", 3)] * 2
    profiles = [client.admin("GET", f"/spaces/{name}/profile").json for name in ("made", "team-a")]
    assert [(p["nulls"], p["order"]) for p in profiles] == [
        ("write", "newest-first"),
        ("omit", "as-stored"),
    ]


def test_a_log_that_cannot_be_replayed_names_the_line(path: Path, client: Client) -> None:
    log = path.read_bytes() + b'{"space":"team-a","command":"SetBugs","names":["nobody"]}\n'
    client.admin("POST", "/spaces", {"name": "team-a"})

    got = client.admin(
        "POST", "/spaces/team-a/restore", log, headers={"Content-Type": "text/plain"}
    )

    assert got.status == 409
    assert got.json["detail"].startswith("the log cannot be replayed: line 5: unknown bug 'nobody'")


def test_nothing_that_was_answered_is_lost_by_kill_9(tmp_path: Path) -> None:
    kills = deep_or(3, deep=25)

    score = run_chaos(tmp_path / "state.ndjson", kills=kills, seed=1)

    assert score.kills == kills
    assert score.answered > 0
    assert score.lost == 0


def _serve_until_ready(command: list[str]) -> tuple[int, subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    return int(line.rsplit(":", 1)[1]), process


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
