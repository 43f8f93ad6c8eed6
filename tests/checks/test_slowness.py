import random
from collections.abc import Callable

import pytest

from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.facts import Page
from mockserver.checks.messages import Request, Response
from tests.checks.answers import answer, judge
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

PLAIN, DATED, BOTH = (
    "endpointIds=$endpoint[0]",
    "afterDate=$row[3].date-1s",
    "customerIds=$customer[0]&afterDate=$row[3].date-1s",
)
Slow = Callable[[int, str], float]


def pages(seconds: Slow, *, count: int = 120) -> list[Page]:
    plans = [(PLAIN, "", DATED, BOTH)[number % 4] for number in range(count)]
    return [answer(plan, seconds=seconds(number, plan)) for number, plan in enumerate(plans)]


def by_chance(share: float) -> Slow:
    rng = random.Random(7)
    return lambda number, plan: 5.0 if rng.random() < share else 0.05


@sampled(3)
@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(lambda number, plan: 0.05, id="quick"),
        pytest.param(lambda number, plan: 4.0, id="all-slow"),
        pytest.param(lambda number, plan: 1.9 if plan == BOTH else 0.01, id="below-two-seconds"),
        pytest.param(lambda number, plan: 3.0 if plan == BOTH else 0.5, id="not-ten-times"),
        pytest.param(lambda number, plan: 9.0 if number == 7 else 0.05, id="once"),
        pytest.param(lambda number, plan: 9.0 if 40 <= number < 46 else 0.05, id="a-busy-while"),
        pytest.param(
            lambda number, plan: 9.0 if plan == BOTH and number % 8 == 3 else 0.05,
            id="now-and-then",
        ),
        pytest.param(by_chance(0.02), id="by-chance"),
        pytest.param(by_chance(0.1), id="often-by-chance"),
    ],
)
def test_a_host_that_is_slow_for_no_query_by_itself_is_clean(seconds: Slow) -> None:
    assert judge("L98", *pages(seconds)) == ("holds", "")


@pytest.mark.parametrize(
    ("seconds", "symptom"),
    [
        pytest.param(
            lambda number, plan: 3.0 if plan == BOTH else 0.02,
            "slow with customerIds",
            id="one-filter",
        ),
        pytest.param(
            lambda number, plan: 3.0 if "afterDate" in plan else 0.02,
            "slow with afterDate",
            id="half-of-all",
        ),
    ],
)
def test_a_query_that_is_always_slow_is_found(seconds: Slow, symptom: str) -> None:
    assert judge("L98", *pages(seconds, count=119)) == ("violated", symptom)


def test_two_filters_that_are_slow_together_alone_are_named_together() -> None:
    found = [
        *pages(lambda number, plan: 3.0 if plan == BOTH else 0.02),
        answer("customerIds=$customer[1]"),
    ]

    assert judge("L98", *found) == ("violated", "slow with afterDate and customerIds")


def test_a_few_answers_tell_nothing() -> None:
    assert judge("L98", answer(), answer(PLAIN, seconds=9.0)) == ("vacuous", "")


def test_a_run_finds_a_host_that_takes_seconds_for_a_kind_of_query() -> None:
    toy = Toy(rows=build_rows(60))

    def send(request: Request) -> Response:
        given = toy(request)
        seconds = 3.0 if "customerIds" in request.query else 0.01
        return Response(
            status=given.status,
            reason="",
            headers=given.headers,
            body=given.body,
            elapsed_seconds=seconds,
            request=request,
        )

    outcome = run_laws(
        send, options=CheckOptions(only=("L06", "L07", "L10", "L27", "L32", "L98"), max_drawn=2)
    )

    assert [(f.law, f.symptom) for f in outcome.findings] == [
        ("L98-slow-combination", "slow with customerIds")
    ]
