"""What Hypothesis and Schemathesis draw: the same by number, whole whatever is found, small."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from mockserver.checks.asking.axes import axes_of, plain_ask
from mockserver.checks.asking.blocks import Blocks
from mockserver.checks.asking.draw import Drawn, asks, draw_each, histories
from mockserver.checks.asking.draw_schema import draw_conforming, draw_odd
from mockserver.checks.demand import demand, violation_of
from mockserver.checks.discovery import discover
from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.facts import build_facts, resolve
from mockserver.checks.laws.table import LAWS
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.plan import parse_query
from mockserver.cli.screen import build_screen
from mockserver.contract import load_contract
from mockserver.errors import BrokenAnswerError, CheckFailure
from mockserver.world.scenario import load_scenario
from tests.checks.toy import Toy, build_rows

ROWS = build_rows(60)
FACTS = build_facts(ROWS)
AXES = axes_of(FACTS, has_session=False)


def blocks_on(send: Send) -> Blocks:
    """Return the blocks of a run, with what the target knows already learned."""
    runner = discover(send)
    blocks = Blocks(
        runner=runner,
        laws=LAWS,
        settle=lambda: None,
        left=lambda: 100,
        on_scope=lambda error: None,
        at_once=lambda asks: None,
    )
    blocks.prepare()
    return blocks


def drawn_by(number: int) -> list[list[Drawn]]:
    found: list[list[Drawn]] = []
    draw_each(histories(AXES), lambda drawn: found.append(list(drawn)), number=number, count=20)
    return found


def test_the_same_number_draws_the_same_histories_and_another_one_others() -> None:
    assert drawn_by(4) == drawn_by(4)
    assert drawn_by(4) != drawn_by(5)


def test_no_ask_comes_twice_and_each_value_comes_in_some() -> None:
    drawn = [one for history in drawn_by(4) for one in history]

    assert len({(tuple(one.ask.items()), one.number) for one in drawn}) == len(drawn)
    for axis, values in AXES.items():
        assert {one.ask[axis] for one in drawn} == set(values)


def test_of_what_is_drawn_no_query_is_asked_twice() -> None:
    toy, asked = Toy(rows=ROWS), []

    def send(request: Request) -> Response:
        asked.append((request.path, request.query, str(request.headers)))
        return toy(request)

    blocks = blocks_on(send)
    asked.clear()
    blocks.draw(40, number=1)
    blocks.draw(20, number=1)

    assert blocks.drawn == len(asked) >= 60
    assert len(set(asked)) == len(asked)


def test_what_a_number_draws_does_not_hang_on_the_code_that_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def constants() -> Constants:
        asked.append(None)
        return Constants()

    monkeypatch.setattr(providers, "_get_local_constants", constants)
    drawn_by(4)

    assert asked == []


def test_what_a_use_raises_comes_out_once_and_ends_the_drawing() -> None:
    used: list[object] = []

    def use(drawn: object) -> None:
        used.append(drawn)
        raise KeyError("third" if len(used) == 3 else "first")

    with pytest.raises(KeyError, match="first"):
        draw_each(histories(AXES), use, number=1, count=20)

    assert len(used) == 1


def test_a_fault_at_the_third_draw_does_not_end_the_share() -> None:
    toy, drawn = Toy(rows=ROWS), [0]

    def send(request: Request) -> Response:
        drawn[0] += request.purpose == "oracle"
        if drawn[0] == 3:
            raise BrokenAnswerError("no whole answer within the time for one answer")
        return toy(request)

    outcome = run_laws(send, options=CheckOptions(contract=load_contract()))

    assert outcome.coverage is not None
    assert outcome.coverage.drawn >= 30


@given(asks(AXES))
def test_a_drawn_ask_is_read_as_it_is_printed(drawn: Drawn) -> None:
    """What `str` prints of the query of an ask, `parse_query` reads."""
    asked = BLOCKS.covering.draw(drawn.ask, drawn.number)

    assert asked is not None
    assert parse_query(str(asked)) == asked
    assert resolve(asked, BLOCKS.runner.facts).method == "GET"


BLOCKS = blocks_on(Toy(rows=ROWS))
SCENARIO = load_scenario(clock="frozen", size=120)
MOCK = blocks_on(build_screen(scenario=SCENARIO))


@settings(max_examples=60, deadline=None)
@given(asks(MOCK.covering.axes))
def test_every_combination_is_right_on_the_mock(drawn: Drawn) -> None:
    asked = MOCK.covering.draw(drawn.ask, drawn.number)

    assert asked is not None
    demand(MOCK.runner, asked)


def test_a_violation_raises_and_is_made_small() -> None:
    blocks = blocks_on(Toy(rows=ROWS, fault="ignores-customerIds"))
    failed: list[Drawn] = []

    @settings(
        max_examples=200,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(asks(blocks.covering.axes))
    def search(drawn: Drawn) -> None:
        asked = blocks.covering.draw(drawn.ask, drawn.number)
        assert asked is not None
        try:
            demand(blocks.runner, asked)
        except CheckFailure:
            failed.append(drawn)
            raise

    with pytest.raises(violation_of("L87-one-list", "extra rows"), match="L06-union customerIds"):
        search()

    plain = plain_ask(blocks.covering.axes)
    assert {axis for axis, value in failed[-1].ask.items() if value != plain[axis]} == {
        "customerIds"
    }


def test_each_law_and_symptom_has_a_class_of_its_own() -> None:
    one, other = violation_of("L06-union", "extra rows"), violation_of("L06-union", "missing rows")

    assert one is violation_of("L06-union", "extra rows")
    assert (one.__name__, other.__name__) == ("L06UnionExtraRows", "L06UnionMissingRows")


def test_conforming_queries_name_only_what_was_read() -> None:
    drawn = draw_conforming(load_contract(), FACTS, seed=3, count=15)

    values = [value for query in drawn for term in query.terms for value in term.values]
    assert len(drawn) >= 5
    assert [value for value in values if not value.startswith("$")] == []


def test_a_seed_draws_the_same_odd_inputs_and_another_seed_others() -> None:
    first, again, other = (
        {str(query) for query in draw_odd(load_contract(), seed=seed, count=20)}
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


@given(st.integers(0, 1000))
def test_the_row_of_an_ask_is_among_those_that_it_selects(number: int) -> None:
    plain = plain_ask(BLOCKS.covering.axes)
    ask = {**plain, "endpointIds": "two", "customerIds": "two", "afterDate": "second"}

    asked = BLOCKS.covering.draw(ask, number)

    assert asked is not None
    page = BLOCKS.runner.ask(asked)
    assert page.rows
