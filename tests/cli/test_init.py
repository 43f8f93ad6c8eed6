import json
from pathlib import Path

import pytest

from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_instant
from mockserver.world.scenario import build_world, load_scenario
from mockserver.world.scenario_schema import scenario_schema

NOW = parse_instant("2026-03-01T12:00:00Z")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_scenario_with_comments_and_its_schema_are_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "inbox"]) == 0

    text = (folder / "inbox.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=scenario.schema.json"
    assert "mockserver serve --scenario-file inbox.yaml --watch" in text
    schema = json.loads((folder / "scenario.schema.json").read_text(encoding="utf-8"))
    assert schema == scenario_schema(load_contract())
    assert capsys.readouterr().out.splitlines() == [
        "wrote inbox.yaml, and scenario.schema.json for your editor",
        "mockserver serve --scenario-file inbox.yaml --watch",
    ]


def test_what_is_written_is_served(folder: Path) -> None:
    assert main(["init", "inbox"]) == 0

    scenario = load_scenario(path=folder / "inbox.yaml", now_ticks=NOW)
    world = build_world(scenario, anchor_ticks=NOW)

    assert (scenario.name, len(world), world.warnings) == ("inbox", 5, ())
    assert [user.username for user in scenario.users] == ["ada", "uma"]
    assert [account.name for account in world.directory.accounts] == ["Acme", "Globex"]


@pytest.mark.parametrize("line", ["size", "now", "arrivals", "profile", "faults"])
def test_each_line_that_is_commented_out_may_be_taken_in(line: str, folder: Path) -> None:
    assert main(["init", "inbox"]) == 0
    path = folder / "inbox.yaml"
    text = path.read_text(encoding="utf-8")
    assert f"\n# {line}: " in text

    path.write_text(text.replace(f"\n# {line}: ", f"\n{line}: "), encoding="utf-8")

    assert load_scenario(path=path).name == "inbox"


@pytest.mark.parametrize(
    ("given", "file", "name"),
    [
        ([], "my-scenario.yaml", "my-scenario"),
        (["Team_A"], "Team_A.yaml", "team-a"),
        (["inbox.yml"], "inbox.yml", "inbox"),
        (["below/inbox.yaml"], "below/inbox.yaml", "inbox"),
    ],
    ids=["no-name", "capitals", "suffix", "folder"],
)
def test_a_name_is_a_files(given: list[str], file: str, name: str, folder: Path) -> None:
    (folder / "below").mkdir()

    assert main(["init", *given]) == 0

    assert load_scenario(path=folder / file).name == name
    assert (folder / file).with_name("scenario.schema.json").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("inbox", "inbox.yaml is there already, and stays; give another name"),
        ("none/inbox", "cannot write none/inbox.yaml: No such file or directory"),
        ("...", "is no name of a scenario"),
        ("x" * 41, "is no name of a scenario"),
    ],
)
def test_nothing_is_overwritten(
    name: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "inbox.yaml").write_text("mine", encoding="utf-8")

    assert main(["init", name]) == 2

    assert message in capsys.readouterr().err
    assert (folder / "inbox.yaml").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in folder.iterdir()] == ["inbox.yaml"]


def test_a_schema_that_is_there_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "scenario.schema.json").write_text("{}", encoding="utf-8")

    assert main(["init", "inbox"]) == 0

    assert (folder / "scenario.schema.json").read_text(encoding="utf-8") == "{}"
    assert capsys.readouterr().out.startswith("wrote inbox.yaml\n")
