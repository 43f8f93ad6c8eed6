import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page

from mockserver.checks.messages import Request
from mockserver.cli.main import main
from mockserver.score.bench import Score
from mockserver.score.score_report import (
    encode_score_html,
    encode_score_json,
    encode_score_markdown,
)
from mockserver.score.trial import Trial, is_provoked, run_trial
from mockserver.score.variations import VARIATIONS
from mockserver.world.scenario import load_scenario
from tests.score.test_bench import FOUND, LOST, QUIET
from tests.server.pages.looks import look_at

UNSEEN = replace(LOST, is_provoked=False)
MISSED = replace(LOST, trial=Trial(bug="list-bare"), is_provoked=True)
ALARM = replace(QUIET, plans=("L12-xml x: <wrong>",), laws=("L12-xml",))
SCORE = Score(still=(FOUND, UNSEEN, MISSED), moving=(FOUND,), variations=(QUIET, ALARM))


def test_markdown_tells_kills_by_category_and_why_bugs_survive() -> None:
    text = encode_score_markdown(SCORE)

    assert "| schema | 1 of 3 | 33 % |" in text
    assert "**Survivors, never provoked (1):**\n\n- `id-missing`" in text
    assert "**Survivors, not recognised (1):**\n\n- `list-bare`" in text
    assert "Alarms: 1 in 2 runs" in text
    assert MarkdownIt("gfm-like", {"linkify": False}).render(text).count("<table>") == 2


def test_a_page_is_whole_and_axe_finds_nothing(
    page: Page, node_modules: Path, tmp_path: Path
) -> None:
    text = encode_score_html(SCORE)
    HTMLParser().feed(text)
    (tmp_path / "s.html").write_text(text)
    page.goto((tmp_path / "s.html").as_uri())
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())

    looks = (("light", 390), ("dark", 1280))
    assert [look_at(page, *one) for one in looks] == [([], width) for _, width in looks]
    assert "&lt;wrong&gt;" in text


def test_json_says_why_a_bug_survived() -> None:
    written = json.loads(encode_score_json(SCORE))

    assert [one["survivor"] for one in written["still"]] == [
        None,
        "never provoked",
        "not recognised",
    ]


@pytest.mark.parametrize(
    ("accept", "shown"), [("application/xml", True), ("application/json", False)]
)
def test_a_bug_is_provoked_by_a_request_that_shows_it(accept: str, shown: bool) -> None:
    asked = [Request(headers=(("accept", accept),))]
    scenario = load_scenario(clock="frozen")

    assert is_provoked("xml-seconds", VARIATIONS["default"], scenario, asked) is shown


def test_a_bug_that_nobody_asked_for_was_never_provoked() -> None:
    # Two requests read the list as JSON; nobody asks for XML.
    result = run_trial(Trial(bug="xml-seconds", budget=2))

    assert (result.laws, result.is_provoked) == ((), False)


def test_every_kind_is_written(tmp_path: Path) -> None:
    names = {"json": "s.json", "markdown": "s.md", "html": "s.html"}
    outputs = ",".join(f"{kind}={tmp_path / name}" for kind, name in names.items())

    code = main(["score", "--bug", "list-bare", "--jobs", "1", "--report", outputs])

    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names.values())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--report", "junit=f"], "unknown kind of report 'junit'"),
        (["--report", "json"], "'json' is no KIND=FILE"),
    ],
)
def test_a_wrong_report_is_exit_2(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *words]) == 2
    assert message in capsys.readouterr().err
