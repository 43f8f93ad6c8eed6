"""Run the command as users do: as a process, on free ports."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from mockserver import __version__
from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.options.option_table import COMMANDS
from mockserver.resources import find_resource
from mockserver.world.scenario import scenario_names
from tests.programs import require_program
from tests.waiting import PATIENCE_SECONDS, wait_until

NOW = "2026-03-01T12:00:00Z"


@dataclass
class Server:
    """Hold a running `mockserver serve`."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    output: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        url: str = self.ready["url"]
        return url

    def get(self, path: str, **headers: str) -> bytes:
        from urllib.request import Request

        with urlopen(Request(self.url + path, headers=headers), timeout=PATIENCE_SECONDS) as answer:
            body: bytes = answer.read()
        return body

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        self.output += output.splitlines()
        return self.process.returncode


@contextmanager
def serving(folder: Path, *args: str, **variables: str) -> Iterator[Server]:
    ready_file = folder / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", "0", *args]
        + ["--ready-file", str(ready_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, **variables},
    )
    try:
        wait_until(lambda: ready_file.exists() or process.poll() is not None, "the ready file")
        yield Server(process, json.loads(ready_file.read_text()))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def replace_text(path: Path, text: str) -> None:
    """Put a new file in the place of the old one: nobody sees half of it."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


def run(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(argv)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_serve_prints_users_and_commands_that_work_when_pasted(tmp_path: Path) -> None:
    require_program("curl")
    with serving(tmp_path, "--now", NOW) as server:
        dataset = subprocess.run(
            [sys.executable, "-m", "mockserver", "dataset", "--now", NOW],
            capture_output=True,
            check=True,
        )
        first = server.process.stdout.readline() if server.process.stdout else ""
        lines = [first.rstrip("\n")]
        while not lines[-1].startswith("pages"):
            lines.append(server.process.stdout.readline().rstrip("\n"))  # type: ignore[union-attr]  # a pipe
        commands = [line.strip() for line in lines if line.startswith("  curl ")]
        answers = [
            subprocess.run(shlex.split(line), capture_output=True, check=True).stdout
            for line in commands
        ]
        served = json.loads(answers[0])["conversations"]
        filtered = json.loads(answers[1])["conversations"]
        account, date = re.findall(r"accountIds=(\w+)&afterDate=([^']+)", commands[1])[0]
        code = server.stop()

    assert lines[0] == f"mockserver listening on {server.url}"
    assert re.fullmatch(r"http://localhost:\d+", server.url)
    assert served == json.loads(dataset.stdout)["conversations"]
    assert 0 < len(filtered) < len(served)
    assert filtered == [
        row
        for row in served
        if row["mostRecentMessage"]["accountId"] == account
        and row["mostRecentMessage"]["date"] > date
    ]
    assert answers[2].startswith(b"HTTP/1.1 200")
    assert b"ss-id=" in answers[2]
    assert code == 0


def test_the_ready_file_holds_what_a_script_needs(tmp_path: Path) -> None:
    with serving(tmp_path, "--now", NOW, "-q", MOCKSERVER_SERVE_USER="ann:p,w") as server:
        ready = server.ready
        rows = server.get("/conversations.json", Authorization="Basic YW5uOnAsdw==")
        server.stop()

    assert set(ready) == {"url", "port", "pid", "users", "version", "digest"}
    assert urlsplit(ready["url"]).port == ready["port"]
    assert ready["pid"] == server.process.pid
    assert ready["version"] == __version__
    assert ready["users"][-1] == {
        "username": "ann",
        "password": "p,w",
        "roles": [],
        "accountIds": "all",
    }
    assert len(json.loads(rows)["conversations"]) == 500
    assert server.output == [f"mockserver listening on {ready['url']}"]


def test_each_request_is_one_line_with_its_warnings_and_no_secret(tmp_path: Path) -> None:
    with serving(tmp_path, "--size", "3", "-v", "--user", "ann:hush") as server:
        server.get(
            "/conversations?format=json&afterDate=2026-01-01&password=hush",
            Authorization="Basic YW5uOmh1c2g=",
            Cookie="ss-id=hush",
        )
        with pytest.raises(HTTPError, match="404"):
            server.get("/nothing")
        server.stop()

    log = "\n".join(server.output).partition("/openapi.yaml")[2]
    pattern = (
        r"(?m)^\d\d:\d\d:\d\d  ann  200 GET /conversations\?format=json&afterDate=2026-01-01"
        r"&password=\*\*\* \d rows? \d+\.\d ms$"
    )
    assert re.search(pattern, log)
    assert "\n  ! afterDate has no zone; end it with Z or an offset\n" in log
    assert "\n  > authorization: Basic ***\n" in log
    assert "\n  > cookie: ss-id=***\n" in log
    assert re.search(r"(?m)^\d\d:\d\d:\d\d  -    404 GET /nothing \d+\.\d ms$", log)
    assert "hush" not in log
    assert "YW5uOmh1c2g=" not in log


def seconds_to_end_with_a_connection_open(folder: Path) -> float:
    folder.mkdir()
    with (
        serving(folder, "-q") as server,
        socket.create_connection(("127.0.0.1", server.ready["port"])) as connection,
    ):
        connection.sendall(b"GET /conversations HTTP/1.1\r\nHost: x\r\n")
        started = time.monotonic()
        code = server.stop()
        seconds = time.monotonic() - started

    assert code == 0
    return seconds


def test_sigterm_ends_it_within_a_second_with_a_connection_open(tmp_path: Path) -> None:
    # One quick end of some is enough, for the machine may be busy.
    assert any(seconds_to_end_with_a_connection_open(tmp_path / str(n)) < 1 for n in range(10))


def test_a_taken_port_is_exit_code_3(tmp_path: Path) -> None:
    with serving(tmp_path, "-q") as server:
        port = str(server.ready["port"])
        second = subprocess.run(
            [sys.executable, "-m", "mockserver", "serve", "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )

    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr.startswith(f"mockserver: port {port} on localhost is taken")
    assert second.stderr.count("\n") == 1


def test_a_taken_port_leaves_the_ready_file_of_the_running_server(tmp_path: Path) -> None:
    with serving(tmp_path, "-q") as server:
        path = tmp_path / "ready.json"
        before = path.read_text()
        words = ["serve", "--port", str(server.ready["port"]), "--ready-file", str(path)]
        second = subprocess.run(
            [sys.executable, "-m", "mockserver", *words], capture_output=True, check=False
        )

        assert second.returncode == 3
        assert path.read_text() == before


def test_a_request_log_that_nobody_reads_costs_no_answer(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.process.stdout is not None
        server.process.stdout.close()
        answers = [server.get("/healthz") for _ in range(3)]
        server.process.stdout = None
        server.process.terminate()

        assert answers == [b'{"status":"ok"}'] * 3
        assert server.process.wait(5) == 0


def test_a_request_log_on_a_full_disk_costs_no_answer(tmp_path: Path) -> None:
    log = tmp_path / "log"
    ready = tmp_path / "ready.json"
    words = f"serve --port 0 --size 1 --ready-file {ready} >{log}"
    # Blocks of 512 bytes: the lines at the start fill the file.
    command = f"ulimit -f 2; exec {sys.executable} -m mockserver {words}"
    with subprocess.Popen(["sh", "-c", command], stderr=subprocess.PIPE) as process:
        try:
            while not ready.exists():
                assert process.poll() is None
            server = Server(process, json.loads(ready.read_text()))  # type: ignore[arg-type]  # bytes
            answers = [server.get("/healthz") for _ in range(20)]
        finally:
            process.terminate()
        assert process.wait(5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""

    assert answers == [b'{"status":"ok"}'] * 20
    assert log.stat().st_size == 1024


def test_settings_come_from_a_config_file(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("serve:\n  size: 2\n  set: [nulls=write]\n  user: ['ann:pw']\n")

    with serving(tmp_path, "--config", str(config), "-q") as server:
        rows = server.get("/conversations.json", Authorization="Basic YW5uOnB3")

    assert len(json.loads(rows)["conversations"]) == 2


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param("serf", "unknown command 'serf'.*did you mean serve", id="command"),
        pytest.param("serve --prot 1", "unknown option '--prot'.*did you mean --port", id="option"),
        pytest.param("serve --port", "option '--port' requires an argument", id="no-value"),
        pytest.param("serve here", "unexpected extra argument", id="argument"),
        pytest.param("serve --port x", "--port: 'x' is no port", id="port"),
        pytest.param("serve --max-spaces 0", "'0' is not from 1 to", id="max-spaces"),
        pytest.param("serve --cors-origin foo", "'foo' is no origin", id="origin"),
        pytest.param("serve --allowed-host a:1", "'a:1' is no host", id="host"),
        pytest.param(
            "serve --scenario bussy", "unknown scenario 'bussy'.*did you mean busy", id="scenario"
        ),
        pytest.param("serve --scenario-file absent.yaml", "absent.yaml", id="no-scenario-file"),
        pytest.param("serve --dataset absent.json", "absent.json", id="no-dataset"),
        pytest.param("serve --profile absent.yaml", "absent.yaml", id="no-profile"),
        pytest.param("serve --config absent.yaml", "absent.yaml", id="no-config"),
        pytest.param("serve --set ordre=by-id", "'ordre'.*did you mean order", id="point"),
        pytest.param("serve --set order=newest", "'newest'.*did you mean newest", id="choice"),
        pytest.param("serve --for brwser", "--for: .*'brwser'.*did you mean browser", id="for"),
        pytest.param("serve --now 9999-12-31T23:59:59Z", "--now: .*the year 9000", id="late"),
        pytest.param("dataset --now 9999-12-31T23:59:59Z", "the year 9000", id="late-dataset"),
        pytest.param("serve --now noon", "--now: .*noon", id="now"),
        pytest.param(f"serve --now {NOW} --clock live", "leave out one", id="now-and-live"),
        pytest.param("serve --ready-file absent/ready.json", "cannot write", id="ready-file"),
        pytest.param("dataset --format xml", "unknown format 'xml'", id="format"),
        pytest.param("profile --check absent.yaml", "absent.yaml", id="profile"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    argv: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(argv.split(), capsys)

    assert (code, out) == (2, "")
    assert re.fullmatch(rf"mockserver: .*{message}.*\n", err)


@pytest.mark.parametrize(
    ("flag", "text", "message"),
    [
        pytest.param("--scenario-file", "size: [", "YAML|line 1", id="not-yaml"),
        pytest.param("--scenario-file", "sise: {}", "unknown key 'sise'.*size", id="unknown-key"),
        pytest.param("--scenario-file", "seed: x", "/seed: expected an integer", id="wrong-type"),
        pytest.param(
            "--scenario-file", "profile: {ordre: by-id}", "ordre.*did you mean order", id="point"
        ),
        pytest.param("--dataset", "{", "no JSON", id="dataset-not-json"),
        pytest.param(
            "--dataset",
            '{"conversations": [{"id": 1}]}',
            "/conversations/0/id: expected a string or null, got a number",
            id="dataset-wrong-type",
        ),
        pytest.param("--profile", "profile: {order: up}", "'up'", id="profile-choice"),
    ],
)
def test_a_wrong_file_is_one_sentence_and_exit_code_2(
    flag: str, text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_text(text)

    code, out, err = run(["serve", flag, str(path)], capsys)

    assert (code, out) == (2, "")
    assert re.fullmatch(rf"mockserver: .*(?:{message}).*\n", err)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run([], capsys)

    assert (code, out) == (2, "")
    assert all(command in err for command in COMMANDS)


def test_the_help_names_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(["serve", "--help"], capsys)

    flags = set(re.findall(r"--[a-z-]+", out))
    assert code == 0
    assert {option.flag for option in COMMANDS["serve"].options} <= flags


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"], capsys) == (0, f"mockserver {__version__}\n", "")


def test_spec_prints_the_contract_to_the_byte(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["spec"]) == 0
    assert capfdbinary.readouterr().out == find_resource("openapi.yaml").read_bytes()


def test_spec_prints_the_schema_of_a_scenario(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["spec", "--scenario-schema"]) == 0

    schema = json.loads(capfdbinary.readouterr().out)
    assert {"users", "profile", "dataset"} <= set(schema["properties"])


def test_profile_lists_every_point_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(["profile"], capsys)

    points = load_contract().points
    assert code == 0
    assert re.findall(r"(?m)^([a-z-]+) \(default ([^;)]+)", out) == [
        (name, point.default) for name, point in points.items()
    ]


def test_profile_check_names_what_departs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text("profile: {order: by-id, nulls: omit, verbs: unknown}\n")

    code, out, _ = run(["profile", "--check", str(path)], capsys)

    assert code == 0
    assert out.splitlines()[1:] == ["  order: by-id (default newest-first)"]


@pytest.mark.parametrize("name", sorted(set(scenario_names()) - {"large"}))
def test_ndjson_holds_the_rows_of_json(
    name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    argv = ["dataset", "--scenario", name, "--now", NOW]

    main(argv)
    as_json = json.loads(capfdbinary.readouterr().out)["conversations"]
    main([*argv, "--format", "ndjson"])
    lines = capfdbinary.readouterr().out.decode().split("\n")

    assert [json.loads(line) for line in lines[:-1]] == as_json


def test_the_digest_is_a_sha_256_and_the_stats_are_counts(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    main(["dataset", "--now", NOW, "--digest"])
    digest = capfdbinary.readouterr().out
    main(["dataset", "--now", NOW, "--stats"])
    stats = json.loads(capfdbinary.readouterr().out)

    assert re.fullmatch(rb"[0-9a-f]{64}\n", digest)
    assert stats["conversations"] == 500


def test_a_changed_scenario_file_is_taken_up_while_serving(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nsize: {conversations: 3}\n")

    with serving(tmp_path, "--scenario-file", str(path), "--watch") as server:
        assert server.process.stdout is not None
        replace_text(path, "name: mine\nsize: {conversations: many}\n")
        refused = next(line for line in server.process.stdout if "mine.yaml: kept" in line)
        replace_text(path, "name: mine\nsize: {conversations: 4}\n")
        taken = next(line for line in server.process.stdout if "mine.yaml: taken" in line)
        code = server.stop()

    assert refused.startswith("mockserver: mine.yaml: kept the last good one: ")
    assert (taken, code) == ("mine.yaml: taken up, 4 conversations\n", 0)


def test_a_crash_is_one_sentence_that_names_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object, **_members: object) -> None:
        deeper: list[object] = []
        deeper.append(deeper[0])

    monkeypatch.setattr("mockserver.cli.run_spec.scenario_schema", crash)

    code, out, err = run(["spec", "--scenario-schema"], capsys)

    assert (code, out) == (6, "")
    assert re.fullmatch(
        r"mockserver: this is a fault of mockserver's own, at mockserver/cli/run_spec\.py:\d+: "
        r"IndexError: list index out of range\n",
        err,
    )


def test_a_folder_that_is_gone_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$0" -m mockserver check --laws', sys.executable],
        cwd=gone,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"mockserver: the current folder is gone .*\n", done.stderr)
