"""What --evidence keeps: real values for the developer's own machine, and no credentials."""

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mockserver.cli.main import main
from mockserver.server import MockServer
from tests.checks.test_no_leaks import SHORTEST
from tests.few_rows import few_rows
from tests.programs import require_program

FEW = ("--law", "L06", "--law", "L08", "--law", "L12", "--budget", "60")


@pytest.fixture(scope="module")
def broken() -> Iterator[MockServer]:
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as running:
        yield running


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch, broken: MockServer) -> str:
    user = broken.space.find_user("ada")
    assert user is not None
    monkeypatch.setenv("MOCKSERVER_PASSWORD", user.password.reveal())
    return user.password.reveal()


def keep(broken: MockServer, folder: Path, *words: str) -> int:
    return main(
        ["check", broken.url, "--user", "ada", *FEW, "--evidence", str(folder / "kept"), *words]
    )


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.usefixtures("password")
def test_only_the_owner_may_read_it(broken: MockServer, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o755)
    (kept / "run.har").touch(mode=0o644)

    assert keep(broken, tmp_path) == 1
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert modes(kept) == {0o600}


@pytest.mark.usefixtures("password")
def test_a_browser_replays_the_har(broken: MockServer, tmp_path: Path, chromium: Browser) -> None:
    keep(broken, tmp_path)

    with chromium.new_context() as context:
        context.route_from_har(tmp_path / "kept" / "run.har", not_found="abort")
        answer = context.new_page().goto(f"{broken.url}/conversations")

        assert answer is not None
        assert answer.status == 200
        assert len(answer.json()["conversations"]) == len(broken.space.world)


@pytest.mark.usefixtures("password")
def test_a_har_says_what_each_exchange_was_for(broken: MockServer, tmp_path: Path) -> None:
    keep(broken, tmp_path)

    log = json.loads((tmp_path / "kept" / "run.har").read_text())["log"]

    assert (log["version"], log["creator"]["name"]) == ("1.2", "mockserver")
    comments = [entry["comment"] for entry in log["entries"]]
    assert comments[0] == "base"
    assert any(comment.startswith("oracle ") for comment in comments)


def test_curl_lines_show_the_finding_again(
    broken: MockServer, password: str, tmp_path: Path
) -> None:
    keep(broken, tmp_path)
    (script,) = (tmp_path / "kept").glob("*.sh")

    environment = {**os.environ, "MOCKSERVER_USER": "ada", "MOCKSERVER_PASSWORD": password}
    ended = subprocess.run(
        [require_program("sh"), str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert script.read_text().startswith("# L06-union: extra rows\ncurl -s -S -g ")
    asked = script.read_text().partition("endpointIds=")[2][:24]
    rows = json.loads(ended.stdout)["conversations"]
    assert {row["endpointId"] for row in rows} > {asked}


@pytest.mark.parametrize("auth", ["basic", "cookie"])
def test_credentials_are_masked_all_the_same(
    broken: MockServer, password: str, tmp_path: Path, auth: str
) -> None:
    keep(broken, tmp_path, "--auth", auth)

    left = "\n".join(path.read_text() for path in (tmp_path / "kept").iterdir())
    secrets = {password, password[::-1], *broken.space.sessions}
    assert [text for text in secrets if len(text) >= SHORTEST and text in left] == []
    assert '"value": "***"' in left


def test_a_live_target_needs_a_word_of_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_PASSWORD", "x")
    words = ("--live", "api.example.com", "--scope", "accountIds=A1", "--user", "robot")

    code = main(["check", "https://api.example.com", *words, "--evidence", str(tmp_path / "kept")])

    assert code == 2
    assert "a live one needs --evidence-live" in capsys.readouterr().err
    assert not (tmp_path / "kept").exists()


@pytest.mark.usefixtures("password")
def test_a_folder_that_cannot_be_made_is_told(
    broken: MockServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("")

    assert keep(broken, tmp_path) == 2
    assert "--evidence: " in capsys.readouterr().err


@pytest.mark.usefixtures("password")
def test_a_link_in_the_folder_is_not_followed(
    broken: MockServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, other = tmp_path / "kept", tmp_path / "other"
    kept.mkdir()
    other.write_text("mine")
    (kept / "run.har").symlink_to(other)

    assert keep(broken, tmp_path) == 2
    assert other.read_text() == "mine"
