"""Run again what a report tells of, by the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.main import main
from mockserver.server import MockServer
from tests.depth import deep_only, sampled
from tests.few_rows import few_rows


@pytest.fixture(scope="module")
def broken() -> Iterator[MockServer]:
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as running:
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, broken: MockServer) -> None:
    user = broken.space.find_user("ada")
    assert user is not None
    monkeypatch.setenv("MOCKSERVER_PASSWORD", user.password.reveal())


@pytest.fixture
def first(broken: MockServer, tmp_path: Path) -> Path:
    """Judge a server with options of every kind, and keep the report."""
    path, profile = tmp_path / "first.json", tmp_path / "profile.yaml"
    profile.write_text("profile: {order: oldest-first}")
    words = ("--seed", "7", "--budget", "60", "--law", "L06", "--law", "L59", "--lenient")
    more = ("--user", "ada", "--profile", str(profile), "--report", f"json={path}")
    main(["check", broken.url, *words, *more])
    return path


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def faults(document: Any) -> set[tuple[str, str]]:
    return {(found["fingerprint"], found["plan"]) for found in document["findings"]}


def test_a_report_is_run_again_as_it_was(first: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.json"

    code = main(["check", "--repeat", str(first), "--report", f"json={second}"])

    one, two = read(first), read(second)
    assert code == one["exitCode"] == 1
    assert faults(one) == faults(two) != set()
    assert one["target"] == two["target"]
    assert {
        k: one["run"][k] for k in ("seed", "budget", "profile", "options", "contractDigest")
    } == {k: two["run"][k] for k in ("seed", "budget", "profile", "options", "contractDigest")}
    assert [law["id"] for law in two["laws"]] == ["L06-union", "L59-sort-key"]


@deep_only
def test_what_the_command_line_says_wins(first: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.json"
    words = ("--law", "L05", "--seed", "8", "--report", f"json={second}")

    with MockServer(few_rows()) as other:
        code = main(["check", other.url, "--repeat", str(first), *words])

        document = read(second)
        assert code == 0
        assert document["target"]["origin"] == other.url
    assert (document["run"]["seed"], document["run"]["options"]["law"]) == (8, ["L05"])


@deep_only
def test_another_contract_is_noted(
    first: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(Path("openapi.yaml").read_text() + "\n")

    main(["check", "--repeat", str(first), "--spec", str(spec)])

    assert "the contract is another one than that of the report" in capsys.readouterr().out


@deep_only
def test_it_can_be_told_without_asking(first: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--repeat", str(first), "--dry-run"]) == 0
    assert "requests: at most 60;" in capsys.readouterr().out


def spoiled(first: Path, change: dict[str, Any], *path: str) -> None:
    document = read(first)
    place = document
    for name in path:
        place = place[name]
    place.update(change)
    first.write_text(json.dumps(document))


@sampled(3)
@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        pytest.param({"schemaVersion": 1}, (), "is no report of schemaVersion 2", id="version"),
        pytest.param(
            {"own": "h.example.com"}, ("run", "options"), "--own that it may not set", id="consent"
        ),
        pytest.param({"nothing": 1}, ("run", "options"), "--nothing that it may", id="unknown"),
        pytest.param({"law": ["L00"]}, ("run", "options"), "unknown law 'L00'", id="law"),
        pytest.param({"order": "none"}, ("run", "profile"), "none", id="choice"),
        pytest.param(
            {"origin": "https://api.example.com"}, ("target",), "so it counts as live", id="live"
        ),
    ],
)
def test_a_report_that_cannot_be_repeated_is_exit_2_and_one_sentence(
    first: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, Any],
    path: tuple[str, ...],
    message: str,
) -> None:
    spoiled(first, change, *path)
    capsys.readouterr()

    code = main(["check", "--repeat", str(first)])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("text", ["", "[" * 5000, '{"left": 1}'])
def test_a_file_that_is_no_report_is_told(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)

    assert main(["check", "--repeat", str(path)]) == 2
    assert "--repeat: " in capsys.readouterr().err


def test_a_live_run_names_nobody_and_has_another_seed_each_day() -> None:
    from mockserver.cli.target_call import settle_target
    from mockserver.options.settle import settle

    words = ["https://api.example.com", "--live", "api.example.com", "--scope", "accountIds=A1"]
    call = settle("check", [*words, "--user", "robot"])

    asked = settle_target(call, words[0], asks=False)

    assert "user" not in asked.repeated
    assert 20_000_101 < asked.options.seed < 99_991_231
