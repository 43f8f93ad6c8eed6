import pytest

from tests.mutants.making import Mutant
from tests.mutants.places import ROOT
from tests.mutants.reach import Reach

PATH = "world/timeline.py"
LINES = (ROOT / "mockserver" / PATH).read_text(encoding="utf-8").splitlines()


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if text in line)


def mutant_in(line: int) -> Mutant:
    return Mutant(path=PATH, operator="NumberReplacer", occurrence=0, line=line, column=0)


@pytest.mark.parametrize(
    ("run", "changed", "holds"),
    [
        pytest.param("return bisect(", "return bisect(", True, id="the line itself"),
        pytest.param("found = {", "for attribute, values in wanted", True, id="a later line of it"),
        pytest.param("def cut(", "return bisect(", False, id="the function's head alone"),
        pytest.param("return bisect(", "def intersect(", False, id="another statement"),
    ],
)
def test_a_mutant_is_reached_if_its_own_statement_is(run: str, changed: str, holds: bool) -> None:
    reach = Reach(lines={PATH: frozenset({line_of(run)})})

    assert reach.holds(mutant_in(line_of(changed))) is holds


def test_a_module_that_is_never_imported_is_not_reached() -> None:
    assert not Reach(lines={}).holds(mutant_in(1))
