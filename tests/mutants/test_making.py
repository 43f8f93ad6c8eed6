import itertools

import pytest

from tests.mutants.making import Mutant, draw_mutants, find_mutants
from tests.mutants.places import AREAS, ROOT, area_of, both_sides, module_name

ALL_PATHS = [*itertools.chain(*AREAS.values())]
PATHS = ("world/timeline.py", "dotnet/iso_time.py")


def test_the_same_seed_draws_the_same_mutants() -> None:
    assert draw_mutants(PATHS, seed=1) == draw_mutants(PATHS, seed=1)


def test_another_seed_draws_others() -> None:
    assert draw_mutants(PATHS, seed=1) != draw_mutants(PATHS, seed=2)


def test_a_place_gives_one_mutant() -> None:
    places = [(mutant.path, mutant.line, mutant.column) for mutant in draw_mutants(PATHS, seed=1)]

    assert len(set(places)) == len(places)


def test_a_mutant_differs_from_its_module_in_what_its_diff_shows() -> None:
    (mutant,) = (
        mutant
        for mutant in find_mutants("world/timeline.py")
        if mutant.operator == "ReplaceUnaryOperator_USub_UAdd"
        and "bisect(self._ages, +" in mutant.diff()
    )

    assert mutant.diff().splitlines()[1:] == [
        "-        return bisect(self._ages, -after_ticks)",
        "+        return bisect(self._ages, +after_ticks)",
    ]


@pytest.mark.parametrize("path", PATHS)
def test_no_annotation_is_mutated(path: str) -> None:
    changed = [mutant for mutant in find_mutants(path) if "_BitOr_" in mutant.operator]

    assert [mutant.name for mutant in changed if "| None:" in mutant.diff()] == []


@pytest.mark.parametrize("path", ALL_PATHS)
def test_every_module_that_is_named_is_there(path: str) -> None:
    assert (ROOT / "mockserver" / path).is_file()


def test_no_module_is_in_two_areas() -> None:
    assert len(set(ALL_PATHS)) == len(ALL_PATHS)


def test_what_no_python_reads_is_no_mutant() -> None:
    star = Mutant(
        path="world/timeline.py",
        operator="ReplaceBinaryOperator_Mul_Add",
        occurrence=0,
        line=0,
        column=0,
    )

    assert not star.is_python()


def test_a_module_is_found_by_its_path() -> None:
    assert module_name("wire/bind.py") == "mockserver.wire.bind"
    assert area_of("wire/bind.py") == "binding"
    assert both_sides()["wire/bind"] == ("wire/bind.py",)
