"""In which order laws are tried, what each block of a run gets, and what a run comes to."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.laws.law import Law, holds, relational
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import Query, parse_query
from mockserver.checks.schedule import in_order, need_of, share_out
from mockserver.score.trial import Trial, run_trial
from tests.checks.toy import Toy
from tests.depth import sampled

SHARED = parse_query("accountIds=zz")
PLANS = {
    "L1": ["afterDate=1", "afterDate=2"],
    "L2": ["afterDate=3", "afterDate=4"],
    "L3": ["afterDate=5"],
}
# What measures alone, and fails no run: it waits until all others were tried.
LITTLE = {"L41-id-spelling", "L43-other-dates"}


def law(name: str, value: float, *, cost: int = 1, is_together: bool = False) -> Law:
    made = relational(
        name,
        "It holds.",
        "must",
        lambda case: holds(),
        plans=lambda facts: [],
        asks=lambda plan: (plan,) * cost,
        cost=cost,
        value=value,
    )
    return replace(made, is_together=is_together)


LAWS = (law("L1", 8.0), law("L2", 5.0, cost=3), law("L3", 0.4, cost=2))


def plans_of(law: Law) -> list[Query]:
    return [parse_query(text) for text in PLANS[law.id]]


def nothing_shared(law: Law, query: Query) -> Sequence[Query]:
    return ()


def shared_by_the_first(law: Law, query: Query) -> Sequence[Query]:
    return (SHARED,) if law.id == "L1" else ()


def order() -> list[str]:
    return [f"{law.id} {query}" for law, query, _ in in_order(LAWS, plans_of, nothing_shared)]


def test_every_law_is_tried_once_before_any_is_tried_again() -> None:
    assert order()[:2] == ["L1 afterDate=1", "L2 afterDate=3"]


def test_what_finds_little_waits_for_the_second_plans_of_others() -> None:
    assert order()[2:] == ["L1 afterDate=2", "L2 afterDate=4", "L3 afterDate=5"]


def test_each_law_needs_its_first_plan() -> None:
    assert need_of(in_order(LAWS, plans_of, nothing_shared), ()) == 1 + 3


def test_an_answer_that_plans_share_is_needed_once_and_not_again() -> None:
    asked = in_order(LAWS, plans_of, shared_by_the_first)

    assert need_of(asked, ()) == 1 + 3
    assert need_of(asked, (SHARED,)) == 3


def test_what_is_asked_at_the_same_time_is_part_of_the_array() -> None:
    laws = (law("L1", 8.0, cost=8, is_together=True),)

    assert need_of(in_order(laws, plans_of, nothing_shared), ()) == 0


@pytest.mark.parametrize("is_live", [False, True])
@pytest.mark.parametrize("budget", [40, 150, 250, 2000])
def test_no_block_takes_from_what_is_kept_for_another(budget: int, is_live: bool) -> None:
    laws, histories = 20, 10
    shares = share_out(
        budget, budget=budget, is_live=is_live, laws=laws, histories=histories, most_drawn=None
    )

    kept = laws + shares.histories + shares.drawn
    # A small budget covers a little all the same.
    assert shares.cover <= max(budget - kept, budget // 5)
    assert shares.histories == histories
    assert shares.drawn == min(60 if is_live else 30, int(budget * (0.5 if is_live else 0.13)))


def test_the_share_that_is_drawn_is_what_the_user_says_at_most() -> None:
    shares = share_out(250, budget=250, is_live=False, laws=70, histories=40, most_drawn=5)

    assert shares.drawn == 5


@sampled(3)
@pytest.mark.parametrize("variation", ["moving", "default", "sees-all"])
def test_a_default_run_comes_to_every_law_that_can_fail_it(variation: str) -> None:
    result = run_trial(Trial(variation=variation))

    assert not result.is_alarm
    assert set(result.unreached) <= LITTLE


def test_what_tells_moved_rows_from_a_fault_takes_nothing_from_the_budget() -> None:
    toy, asked = Toy(is_moving=True), list[Request]()

    def send(request: Request) -> Response:
        asked.append(request)
        return toy(request)

    outcome = run_laws(send, options=CheckOptions(max_drawn=10))

    again = [request for request in asked if request.purpose == "base" and request.is_extra]
    assert outcome.findings == []
    assert 0 < len(again) <= 30
