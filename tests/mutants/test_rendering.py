import json
import re
from xml.etree import ElementTree

import pytest

from tests.mutants.figures import as_document, as_row
from tests.mutants.making import Mutant, find_mutants
from tests.mutants.oracle import Difference
from tests.mutants.rendering import to_html, to_markdown
from tests.mutants.sequences import Ask
from tests.mutants.trial import Outcome, Result


def result_of(mutant: Mutant, outcome: Outcome) -> Result:
    ask = Ask(target="/conversations?accountIds=<b>&x")
    found = Difference(label="bind.two-comma", ask=ask, parts=("rows",))
    return Result(mutant=mutant, outcome=outcome, witnesses=(found,), code=0, provoked=(found,))


@pytest.fixture(scope="module")
def results() -> list[Result]:
    mutants = find_mutants("world/timeline.py")
    outcomes: tuple[Outcome, ...] = (
        "killed",
        "killed",
        "provoked, not recognised",
        "never provoked",
        "does not count",
        "killed at start",
    )
    return [result_of(next(mutants), outcome) for outcome in outcomes]


def test_the_figures_leave_out_what_does_not_count(results: list[Result]) -> None:
    document = as_document([as_row(result) for result in results], title="Mutants", seeds="1")

    assert [document[name] for name in ("tried", "counting", "killed", "share")] == [6, 4, 2, 50.0]
    assert [document[name] for name in ("killedAtStart", "doNotCount")] == [1, 1]
    assert [len(found) for found in document["survivors"].values()] == [1, 1]


def test_the_figures_are_json(results: list[Result]) -> None:
    document = as_document([as_row(result) for result in results], title="Mutants", seeds="1")

    assert json.loads(json.dumps(document)) == document


def test_markdown_has_a_row_an_area_and_each_survivor(results: list[Result]) -> None:
    text = to_markdown(
        as_document([as_row(result) for result in results], title="Mutants", seeds="1")
    )

    assert "| index | 2 | 4 | 50.0 | 1 | 1 |" in text
    assert text.count("<details>") == text.count("</details>") == 2
    assert "2 of 4 mutants that count are killed, 50.0 %." in text


def test_html_is_well_formed_and_asks_nobody_for_anything(results: list[Result]) -> None:
    text = to_html(
        as_document([as_row(result) for result in results], title="Mutants <1>", seeds="1")
    )

    main = re.search("<main>.*</main>", text, re.DOTALL)
    assert main is not None
    assert ElementTree.fromstring(main[0]).findtext("h1") == "Mutants <1>"
    assert re.findall(r"https?://|src=|@import|url\(", text) == []


def test_nothing_tried_is_rendered_too() -> None:
    document = as_document([], title="Mutants", seeds="1")

    assert document["share"] == 100.0
    assert "0 of 0 mutants" in to_markdown(document)
