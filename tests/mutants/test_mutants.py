"""Try three mutants as `make mutants` tries all: two that count and are found, one that is none."""

import pytest

from tests.depth import deep_only, sampled
from tests.mutants.making import Mutant, find_mutants
from tests.mutants.reference import Reference, make_reference
from tests.mutants.trial import try_mutant

# A part of the recordings, and of a run of `check`, shows these.
EVERY = 40
FEW_POINTS = ("after-date-boundary", "nulls")
FEW_REQUESTS = ("--budget=40",)


def the_mutant(path: str, operator: str, line: str) -> Mutant:
    """Return the first mutant that an operator makes in a line, wherever that stands now."""
    return next(
        mutant
        for mutant in find_mutants(path)
        if mutant.operator == operator and f"\n-{line}\n" in mutant.diff()
    )


@pytest.fixture(scope="module")
def reference() -> Reference:
    return make_reference(step=EVERY, points=FEW_POINTS)


@sampled(2)
@pytest.mark.parametrize(
    ("path", "operator", "line"),
    [
        pytest.param(
            "world/timeline.py",
            "ReplaceUnaryOperator_USub_UAdd",
            "        return bisect(self._ages, -after_ticks)",
            id="dates",
        ),
        pytest.param(
            "wire/formats/json_text.py",
            "ReplaceBinaryOperator_Add_BitAnd",
            """    return b'{"conversations":[' + b",".join(rows) + b"]}\"""",
            id="encoding",
        ),
    ],
)
def test_a_mutant_that_counts_is_killed(
    path: str, operator: str, line: str, reference: Reference
) -> None:
    result = try_mutant(the_mutant(path, operator, line), reference, check_options=FEW_REQUESTS)

    assert (result.outcome, result.code) == ("killed", 1)
    assert result.witnesses != ()


@deep_only
def test_a_mutant_of_a_reason_phrase_does_not_count(reference: Reference) -> None:
    mutant = the_mutant(
        "server/request/refusal.py",
        "ReplaceOrWithAnd",
        "        answer.reason = reason or HTTPStatus(error.status).phrase",
    )

    assert try_mutant(mutant, reference).outcome == "does not count"
