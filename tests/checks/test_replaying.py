"""A plan shows again, on a host that was just started, what it was found by."""

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from tests.checks.toy import FAULTS, Toy, build_rows
from tests.depth import sampled

# One hangs on how many requests came before, which no plan holds.
PLANNED = [fault for fault in FAULTS if fault != "every-seventh-empty"]


def run(fault: str, *, plan: str | None = None) -> Outcome:
    options = CheckOptions(max_drawn=4, plan=plan)
    toy = Toy(rows=build_rows(120), fault=fault)
    return run_laws(toy, options=options, remaining=lambda: 250 - toy.count)


@sampled(12)
@pytest.mark.parametrize("fault", PLANNED)
def test_what_was_found_is_found_by_its_plan(fault: str) -> None:
    plans = [f.plan for f in run(fault).findings if not f.evidence.is_of_run]

    assert plans
    assert [plan for plan in plans if not run(fault, plan=plan).findings] == []
