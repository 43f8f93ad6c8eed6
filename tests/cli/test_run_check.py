"""Run check, fuzz and drift as users do; most in this process, those about signals in their own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from mockserver.checks.laws.table import LAWS
from mockserver.cli.main import main
from mockserver.cli.target_call import save_reports, settle_target
from mockserver.cli.target_run import (
    Plans,
    Progress,
    Stop,
    finish_report,
    judge_target,
    stoppable,
)
from mockserver.options.settle import settle
from mockserver.profile import load_choices
from mockserver.server import MockServer
from mockserver.testing.mock_server import MockServer as Running
from tests.checks.sample_report import FINDINGS, REPORT
from tests.depth import deep_only, sampled
from tests.few_rows import few_rows
from tests.waiting import PATIENCE_SECONDS, wait_until

NOW = "2026-03-01T12:00:00Z"
FEW = ["--law", "L06", "--law", "L16", "--budget", "40"]


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(few_rows()) as running:
        yield running


@pytest.fixture(scope="module")
def one() -> Iterator[MockServer]:
    with MockServer("one", now=NOW) as running:
        yield running


@pytest.fixture(scope="module")
def broken() -> Iterator[MockServer]:
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as running:
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, server: MockServer) -> None:
    monkeypatch.setenv("MOCKSERVER_PASSWORD", ada(server).password.reveal())
    monkeypatch.setenv("COLUMNS", "200")


def ada(server: Running) -> Any:
    return next(user for user in server.space.scenario.users if user.username == "ada")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


def check(capsys: pytest.CaptureFixture[str], server: Running, *words: str) -> tuple[int, str, str]:
    return run(capsys, "check", server.url, "--user", "ada", *words)


def environment(server: Running) -> Mapping[str, str]:
    return {**os.environ, "MOCKSERVER_PASSWORD": ada(server).password.reveal()}


def start(server: Running, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mockserver", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(server),
    )


def wait_for(path: Path, text: str = "") -> None:
    wait_until(lambda: path.exists() and text in path.read_text(), f"{text!r} in {path.name}")


def test_a_clean_mock_passes(capsys: pytest.CaptureFixture[str], server: MockServer) -> None:
    code, out, err = check(capsys, server)

    assert code == 0
    assert "nothing wrong found" in out
    assert err.startswith(f"asking {server.url}")


def test_a_broken_filter_fails_and_can_be_replayed(
    capsys: pytest.CaptureFixture[str], broken: MockServer
) -> None:
    code, out, _ = check(capsys, broken, *FEW)
    replay = next(line for line in out.splitlines() if "Replay: " in line)
    words = replay.split("Replay: mockserver ")[1].replace("'", "").split(" ", 5)

    assert code == 1
    assert "Received: " in out
    assert "Documented: " in out
    assert run(capsys, *words[:4], words[4], words[5])[0] == 1


def test_reports_hold_one_case_a_law(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    paths = tmp_path / "r.json", tmp_path / "r.xml"

    code, _, _ = check(capsys, server, *FEW, "--report", f"json={paths[0]},junit={paths[1]}")

    report = json.loads(paths[0].read_text())
    assert (code, report["exitCode"], report["schemaVersion"]) == (0, 0, 2)
    assert [law["id"] for law in report["laws"]] == ["L06-union", "L16-schema"]
    assert [c.get("name") for c in ElementTree.parse(paths[1]).iter("testcase")] == [
        "L06-union",
        "L16-schema",
    ]


@deep_only
def test_what_was_learned_is_a_profile_that_then_holds(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "learned.yaml"

    first, _, _ = check(capsys, server, "--learn", str(path))
    second, _, _ = check(capsys, server, "--profile", str(path))

    assert (first, second) == (0, 0)
    assert load_choices(path)["order"] == "newest-first"


@deep_only
def test_another_choice_than_the_profile_s_differs(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text("profile: {order: oldest-first}")

    code, out, _ = check(capsys, server, "--law", "L59", "--profile", str(path))

    assert code == 1
    assert "order: newest-first" in out


def test_lenience_lets_only_must_laws_decide(capsys: pytest.CaptureFixture[str]) -> None:
    with MockServer(few_rows(), bugs=["repeated-key-first"]) as server:
        strict, _, _ = check(capsys, server, "--law", "L11")
        lenient, out, _ = check(capsys, server, "--law", "L11", "--lenient")

    assert (strict, lenient) == (1, 0)
    assert "not counted (--lenient)" in out


@deep_only
def test_a_required_law_that_is_inconclusive_fails(
    capsys: pytest.CaptureFixture[str], one: MockServer
) -> None:
    plain, _, _ = check(capsys, one, "--law", "L06")
    required, out, _ = check(capsys, one, "--law", "L06", "--require", "L06")

    assert (plain, required) == (5, 1)
    assert "required, but it does not hold: L06-union" in out


def test_a_waived_finding_does_not_fail(
    capsys: pytest.CaptureFixture[str], broken: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text("- {law: L06, reason: ticket 17, expires: 2999-01-01}")

    code, out, _ = check(capsys, broken, "--law", "L06", "--waive", str(path))

    assert code == 0
    assert "waived: ticket 17" in out


def test_a_target_that_is_not_there_is_exit_4(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "check", "http://127.0.0.1:9", "--user", "ada")

    assert code == 4
    assert "cannot be reached" in out


def test_a_refused_sign_in_is_exit_4(
    capsys: pytest.CaptureFixture[str], server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_PASSWORD", "not the password")

    code, out, _ = check(capsys, server)

    assert code == 4
    assert "refused the user's sign-in" in out


def test_a_run_that_time_ended_early_is_exit_5(
    capsys: pytest.CaptureFixture[str], server: MockServer
) -> None:
    code, out, _ = check(capsys, server, "--rate", "2", "--max-time", "1")

    assert code == 5
    assert "cut short: the run's time is over" in out


def test_a_spent_budget_is_no_failure(
    capsys: pytest.CaptureFixture[str], server: MockServer
) -> None:
    code, out, _ = check(capsys, server, "--budget", "80")

    assert code == 0
    assert "the budget was spent first" in out


@pytest.mark.parametrize(("words", "code"), [((), 5), (("--allow-empty",), 0)])
def test_a_run_that_judged_next_to_nothing_says_what_to_do(
    capsys: pytest.CaptureFixture[str], server: MockServer, words: tuple[str, ...], code: int
) -> None:
    found, out, _ = check(capsys, server, "--budget", "10", *words)

    assert found == code
    assert ("give a larger --budget" in out) == (code == 5)


def test_a_host_of_one_s_own_is_named_on_the_command_line_alone(
    capsys: pytest.CaptureFixture[str], server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_OWN", "api.example.com")

    code, _, err = run(capsys, "check", "https://api.example.com", "--user", "x")
    own, out, told = check(capsys, server, *FEW, "--own", "localhost")

    assert (code, own) == (2, 0)
    assert "or --own api.example.com if every address of it is private" in err
    assert "\n2 laws hold, 0 violated" in out
    assert "(own, at most 40 requests)" in told


def test_the_password_may_come_from_a_file(
    capsys: pytest.CaptureFixture[str],
    server: MockServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "password"
    path.write_text(ada(server).password.reveal() + "\n")
    monkeypatch.setenv("MOCKSERVER_PASSWORD", "not the password")

    code, _, _ = check(capsys, server, *FEW, "--password-file", str(path))

    assert code == 0


def test_a_target_of_the_config_file_brings_its_own_options(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"targets: {{local: {{url: '{server.url}', user: ada, auth: cookie}}}}\n"
        "check: {law: L06, auth: basic}\n"
    )

    code, out, _ = run(capsys, "check", "local", "--config", str(path), "--budget", "30")

    assert code == 0
    assert "\n1 laws hold, 0 violated" in out


def test_a_second_user_is_asked_too(
    capsys: pytest.CaptureFixture[str], server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next(u for u in server.space.scenario.users if u.account_ids is not None)
    monkeypatch.setenv("MOCKSERVER_OTHER_PASSWORD", other.password.reveal())

    code, out, _ = check(capsys, server, "--law", "L55", "--other-user", other.username)

    assert code == 0
    assert "\n1 laws hold, 0 violated" in out


def test_a_dry_run_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "http://127.0.0.1:9", "--dry-run")

    assert code == 0
    assert out.startswith("would ask http://127.0.0.1:9/conversations (loopback)")
    assert out.endswith("nothing was asked (--dry-run)\n")


def test_a_dry_run_of_a_live_target_leaves_the_loopback_laws_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--live", "api.example.com", "--scope", "accountIds=A1", "--dry-run")

    code, out, _ = run(capsys, "check", "https://api.example.com", *words)

    assert code == 0
    assert "GET only, one sign-in and sign-out; 1 account(s) in scope" in out
    assert "L71" not in out
    assert "A1" not in out


def test_the_laws_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--laws")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [law.id for law in LAWS]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_law_is_explained(capsys: pytest.CaptureFixture[str], law: Any) -> None:
    code, out, _ = run(capsys, "check", "--explain", law.id)

    assert code == 0
    assert out.startswith(f"{law.id} ({law.tier})\n  {law.statement}\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["check"], "nothing to check; give the URL", id="no-url"),
        pytest.param(["check", "localhost:4011"], "is neither an address such as", id="no-scheme"),
        pytest.param(["check", "http://localhost:9"], "nobody to sign in; give --user", id="user"),
        pytest.param(
            ["check", "http://api.example.com", "--user", "x"], "so it counts as live", id="live"
        ),
        pytest.param(
            ["check", "http://h.example.com", "--live", "h.example.com", "--user", "x"],
            "needs --scope",
            id="scope",
        ),
        pytest.param(
            ["check", "http://localhost:9", "--user", "x", "--law", "L00"],
            "unknown law 'L00'",
            id="law",
        ),
        pytest.param(
            ["check", "http://localhost:9", "--user", "x", "--report", "pdf=f"],
            "unknown kind of report 'pdf'",
            id="report-kind",
        ),
        pytest.param(
            ["check", "http://localhost:9", "--user", "x", "--report", "json=/no/such/f"],
            "--report: /no/such/f cannot be written",
            id="report-file",
        ),
        pytest.param(
            ["check", "http://localhost:9", "--user", "x", "--auth", "session"],
            "needs the ss-id in MOCKSERVER_SESSION",
            id="session",
        ),
        pytest.param(
            ["check", "http://localhost:9", "--user", "x", "--plan", "nonsense"],
            "does not start with a law's id",
            id="plan",
        ),
        pytest.param(["fuzz"], "nothing to fuzz; give the URL", id="fuzz-no-url"),
        pytest.param(
            ["fuzz", "http://localhost:9", "--user", "x", "--shard", "5/4"],
            "'5/4' is no shard I/N",
            id="shard",
        ),
        pytest.param(["drift", "http://localhost:9"], "missing argument", id="drift-one-side"),
        pytest.param(
            ["drift", "nowhere", "http://localhost:9", "--user", "x"],
            "'nowhere' is neither an address",
            id="drift-side",
        ),
    ],
)
def test_a_wrong_command_line_is_exit_2_and_one_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    code, out, err = run(capsys, *words)

    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_without_a_password_and_a_terminal_nothing_is_asked(
    capsys: pytest.CaptureFixture[str], server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOCKSERVER_PASSWORD")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)

    code, _, err = check(capsys, server)

    assert code == 2
    assert "no password for ada; set MOCKSERVER_PASSWORD" in err


def test_a_consent_in_the_environment_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_LIVE", "api.example.com")

    code, _, err = run(capsys, "check", "https://api.example.com", "--user", "x")

    assert code == 2
    assert "counts as live" in err


def test_ctrl_c_signs_out_and_reports(server: MockServer, tmp_path: Path) -> None:
    audit, report = tmp_path / "audit", tmp_path / "r.json"
    words = ["--auth", "cookie", "--rate", "5", "--audit", str(audit), "--report", f"json={report}"]
    process = start(server, "check", server.url, "--user", "ada", *words)
    wait_for(audit, '"purpose": "L')

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 5, err + out
    assert "cut short: somebody asked to stop" in out
    assert json.loads(report.read_text())["exitCode"] == 5
    assert json.loads(audit.read_text().splitlines()[-1])["path"] == "/auth/logout"


def test_a_killed_fuzz_run_has_written_what_it_found(broken: MockServer, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    words = ["--report", f"json={report}", "--examples", str(tmp_path / "plans")]
    process = start(broken, "fuzz", broken.url, "--user", "ada", *words)
    wait_for(report)

    process.kill()
    process.communicate(timeout=PATIENCE_SECONDS)

    found = json.loads(report.read_text())
    assert found["exitCode"] == 1
    assert found["findings"] != []
    assert list((tmp_path / "plans").iterdir()) != []


def test_fuzz_ends_with_its_time(capsys: pytest.CaptureFixture[str], server: MockServer) -> None:
    words = ("fuzz", server.url, "--user", "ada", "--law", "L06", "--shard", "2/3", "--seed", "1")

    # A busy machine may not end the first round in two seconds, which is exit code 5.
    ended = (run(capsys, *words, "--max-time", seconds) for seconds in ("2", "20", "90"))
    code, out, _ = next(found for found in ended if found[0] != 5)

    assert code == 0
    assert "cut short: the run's time is over" in out


def test_fuzz_writes_to_a_pipe_and_through_a_link_and_replaces_neither(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    link.symlink_to(file)
    words = ("--law", "L05", "--max-examples", "1", "--report", f"json={link}")
    reader = os.open(pipe, os.O_RDWR)

    try:
        run(capsys, "fuzz", server.url, "--user", "ada", *words, "--report", f"text={pipe}")
        written = os.read(reader, 65_536)
    finally:
        os.close(reader)

    assert (written[:1] != b"", pipe.is_fifo(), link.is_symlink()) == (True, True, True)
    assert json.loads(file.read_text())["exitCode"] == 0


@deep_only
def test_a_mock_does_not_drift_from_itself(
    capsys: pytest.CaptureFixture[str], server: MockServer
) -> None:
    code, out, _ = run(capsys, "drift", server.url, server.url, "--user", "ada")

    assert code == 0
    assert out.startswith("no difference found between")


@deep_only
def test_drift_names_choices_and_shapes(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    report = tmp_path / "r.json"
    with MockServer(few_rows(), bugs=["seven-digits-nothing", "unread-as-text"]) as other:
        code, out, _ = run(
            capsys,
            *("drift", server.url, other.url, "--user", "ada", "--budget", "60"),
            *("--report", f"json={report}"),
        )

    assert code == 1
    assert "type /mostRecentMessage/isUnread" in out
    assert json.loads(report.read_text())["exitCode"] == 1


@deep_only
def test_drift_from_a_profile_file(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text("profile: {order: oldest-first, nulls: unknown}")

    code, out, _ = run(capsys, "drift", str(path), server.url, "--user", "ada", "--law", "L59")

    assert code == 1
    assert out.splitlines()[0] == "1. profile order"


def test_the_first_order_to_stop_ends_the_run_and_the_second_the_process() -> None:
    stop = Stop()

    stop.handle(signal.SIGINT, None)

    with pytest.raises(KeyboardInterrupt):
        stop.handle(signal.SIGINT, None)


def test_without_a_terminal_progress_is_told_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = iter([0.0, 1.0, 11.0, 11.0])
    progress = Progress(clock=lambda: next(times))

    with progress.showing("asking"):
        progress.step("soon")
        progress.step("later")

    assert capsys.readouterr().err.splitlines() == ["asking", "later"]


def spec_without(path: Path, name: str) -> Path:
    document = yaml.safe_load(Path("openapi.yaml").read_text())
    parameters = document["paths"]["/conversations"]["get"]["parameters"]
    document["paths"]["/conversations"]["get"]["parameters"] = [
        item for item in parameters if item["name"] != name
    ]
    path.write_text(yaml.safe_dump(document))
    return path


@sampled(2)
@pytest.mark.parametrize("name", ["accountIds", "endpointIds", "customerIds", "afterDate"])
def test_a_parameter_that_the_contract_lacks_is_not_asked_for(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path, name: str
) -> None:
    audit, report = tmp_path / "audit", tmp_path / "r.json"
    words = ("--spec", str(spec_without(tmp_path / "s.yaml", name)), "--budget", "120")

    code, _, _ = check(capsys, server, *words, "--audit", str(audit), "--report", f"json={report}")

    assert code == 0
    assert json.loads(report.read_text())["crashes"] == []
    assert f"{name}=" not in audit.read_text()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "field: /endpointId", "field: 5", "the field 5 is no JSON pointer", id="field"
        ),
        pytest.param("components:", "parts:", "is no OpenAPI document", id="no-components"),
        pytest.param("openapi: 3.1.0", "openapi: [", "is no YAML", id="no-yaml"),
    ],
)
def test_a_contract_that_cannot_be_used_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
    server: MockServer,
    tmp_path: Path,
    old: str,
    new: str,
    message: str,
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(Path("openapi.yaml").read_text().replace(old, new))

    code, out, err = check(capsys, server, "--spec", str(path))

    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]


@pytest.mark.parametrize("text", ["- {law: L06, reason: x, expires: 9999-99-99}", "[" * 5000])
def test_a_wrong_waiver_file_is_exit_2_and_one_sentence(
    capsys: pytest.CaptureFixture[str], server: MockServer, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(text)

    code, out, err = check(capsys, server, "--waive", str(path))

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "--waive: " in err


def test_what_breaks_the_checker_is_in_the_report_and_ends_with_6(
    broken: MockServer, tmp_path: Path
) -> None:
    path = tmp_path / "r.json"
    call = settle("check", [broken.url, "--user", "ada", "--law", "L06"])
    asked = settle_target(call, broken.url)

    def look(page: object) -> None:
        raise KeyError("secret")

    with stoppable() as stop:
        report = judge_target(asked, Plans(), progress=Progress(), stop=stop, on_page=look)

    save_reports(report, [[("json", path)]], secrets=asked.secrets)

    assert json.loads(path.read_text())["exitCode"] == 6
    assert [finding.law for finding in report.findings] == ["L06-union"]
    assert [crash.error for crash in report.crashes] == ["KeyError"]
    assert "secret" not in path.read_text()


def test_what_needs_the_whole_run_is_replayed_by_the_run_without_a_plan(
    broken: MockServer,
) -> None:
    words = [broken.url, "--user", "ada", "--budget", "300", "--skip", "L74"]
    asked = settle_target(settle("check", words), broken.url)
    whole = replace(FINDINGS[1].evidence, is_of_run=True)
    report = replace(REPORT, findings=(FINDINGS[1], replace(FINDINGS[1], evidence=whole)))

    of_plan, of_run = (f.replay for f in finish_report(report, asked, Plans()).findings)

    assert f"--plan '{FINDINGS[1].plan}'" in of_plan
    assert "--budget" not in of_plan
    assert "--plan" not in of_run
    assert "--budget 300 --skip L74" in of_run


def closed_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@sampled(4)
@pytest.mark.parametrize(
    ("words", "code", "also_errors"),
    [
        pytest.param(["check", "--laws"], 0, False, id="laws"),
        pytest.param(["check", "--explain", "L06"], 0, False, id="explain"),
        pytest.param(["check", "URL", "--user", "ada", "--dry-run"], 0, False, id="dry-run"),
        pytest.param(["check", "URL", "--user", "ada", *FEW], 0, False, id="check"),
        pytest.param(["check", "BROKEN", "--user", "ada", *FEW], 1, False, id="check-that-fails"),
        pytest.param(["check", "BROKEN", "--user", "ada", *FEW], 1, True, id="no-errors-either"),
        pytest.param(["drift", "URL", "URL", "--user", "ada", *FEW], 0, True, id="drift"),
        pytest.param(
            ["fuzz", "URL", "--user", "ada", *FEW, "--max-examples", "3"], 0, True, id="fuzz"
        ),
    ],
)
def test_where_nobody_reads_the_exit_code_is_that_of_the_verdict(
    server: MockServer, broken: MockServer, words: list[str], code: int, also_errors: bool
) -> None:
    urls = {"URL": server.url, "BROKEN": broken.url}
    writing = closed_pipe()

    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *(urls.get(word, word) for word in words)],
        stdout=writing,
        stderr=writing if also_errors else subprocess.PIPE,
        text=True,
        env=environment(server),
        timeout=60,
        check=False,
    )

    os.close(writing)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in (done.stderr or "")


@sampled(2)
@pytest.mark.parametrize("words", [["check", "--laws"], ["check", "URL", "--user", "ada", *FEW]])
def test_a_full_disk_is_one_sentence(server: MockServer, words: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mockserver", *(w.replace("URL", server.url) for w in words)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(server),
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert "standard output cannot be written: No space left" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
