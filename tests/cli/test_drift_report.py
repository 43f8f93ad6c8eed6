"""Two servers side by side, in every form, with a replay for each."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from mockserver.cli.main import main
from mockserver.server import MockServer
from tests.depth import deep_only, sampled
from tests.few_rows import few_rows

BUGS = ["unread-as-text", "endpoint-ignored"]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[MockServer, MockServer]]:
    with (
        MockServer(few_rows()) as left,
        MockServer(few_rows(), bugs=BUGS, profile={"order": "oldest-first"}) as right,
    ):
        yield left, right


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, servers: tuple[MockServer, MockServer]) -> None:
    user = servers[0].space.find_user("ada")
    assert user is not None
    monkeypatch.setenv("MOCKSERVER_PASSWORD", user.password.reveal())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drift")


@pytest.fixture
def document(servers: tuple[MockServer, MockServer], folder: Path) -> Any:
    """Compare once, in every form; the tests read what was written."""
    if not (folder / "r.json").exists():
        forms = ("json=r.json", "markdown=r.md", "html=r.html", "junit=r.xml", "text=r.txt")
        outputs = ",".join(form.replace("=", f"={folder}/") for form in forms)
        left, right = servers
        words = ("--user", "ada", "--law", "L06", "--law", "L59", "--report", outputs)
        assert main(["drift", left.url, right.url, *words]) == 1
    return json.loads((folder / "r.json").read_text())


@deep_only
def test_each_difference_has_two_sides(
    document: Any, servers: tuple[MockServer, MockServer]
) -> None:
    found = {one["symptom"]: one["sides"] for one in document["findings"]}

    assert list(found)[0] == "type /mostRecentMessage/isUnread"
    assert set(found) >= {"profile order", "law L06-union"}
    assert [side["name"] for side in found["profile order"]] == [one.url for one in servers]
    assert [side["shows"] for side in found["profile order"]] == ["newest-first", "oldest-first"]


@sampled(2)
@pytest.mark.parametrize("symptom", ["profile order", "law L06-union"])
def test_the_replay_of_a_side_asks_that_side(
    document: Any, symptom: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (sides,) = (one["sides"] for one in document["findings"] if one["symptom"] == symptom)
    words = [shlex.split(side["replay"])[1:] for side in sides]

    codes = [main(one) for one in words]

    assert [one[1] for one in words] == [side["name"] for side in sides]
    assert codes == ([0, 1] if symptom == "law L06-union" else [0, 0])


def test_the_forms_show_the_sides_beside_each_other(
    document: Any, folder: Path, servers: tuple[MockServer, MockServer]
) -> None:
    left, right = (server.url for server in servers)
    markdown, html = (folder / "r.md").read_text(), (folder / "r.html").read_text()
    count = len(document["findings"])

    assert f"| | what differs | {left} | {right} |" in markdown
    assert "| profile order | newest-first | oldest-first |" in markdown
    assert html.count("<details") == count + 1
    assert "<td>newest-first</td><td>oldest-first</td>" in html
    assert (
        f"{count} differences between {left} and {right}, exit code 1, "
        in (folder / "r.txt").read_text().splitlines()[-1]
    )


def test_junit_has_one_failure_that_names_every_difference(document: Any, folder: Path) -> None:
    (suite,) = JUnitXml.fromfile(str(folder / "r.xml"))
    (case,) = suite

    assert (case.name, len(case.result)) == ("drift", 1)
    assert all(found["symptom"] in case.result[0].text for found in document["findings"])
