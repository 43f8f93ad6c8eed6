"""The covering array: every pair acts, on hosts of many formats and of one, still and moving."""

import random

import pytest

from mockserver.checks.asking.axes import acting, axes_of, plain_ask
from mockserver.checks.asking.covering import Covering, pairs_of
from mockserver.checks.cause import cause_of
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import build_facts
from mockserver.checks.messages import Send
from mockserver.checks.plan import parse_plan, parse_query
from mockserver.cli.screen import build_screen
from mockserver.world.scenario import load_scenario
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

FACTS = build_facts(build_rows(60))


def run(send: Send) -> Outcome:
    return run_laws(send, options=CheckOptions(max_drawn=0), remaining=lambda: 250)


@sampled(2)
@pytest.mark.parametrize(
    ("send", "formats"),
    [
        pytest.param(
            build_screen(scenario=load_scenario(clock="frozen", size=120)),
            {"json", "xml", "csv", "jsv", "jsonl", "jsonp"},
            id="the-mock",
        ),
        pytest.param(Toy(rows=build_rows(120)), {"json", "jsonp"}, id="json-alone"),
        pytest.param(
            Toy(rows=build_rows(120), is_moving=True, rng=random.Random(3)),
            {"json", "jsonp"},
            id="moving",
        ),
    ],
)
def test_every_pair_of_values_acts(send: Send, formats: set[str]) -> None:
    coverage = run(send).coverage

    assert coverage is not None
    assert coverage.of > 400
    assert coverage.covered / coverage.of >= 0.97
    held = {cell.values["format"] for cell in coverage.cells if cell.state == "held"}
    assert held == formats


def test_a_pair_that_a_fault_hides_is_told() -> None:
    coverage = run(Toy(rows=build_rows(120), fault="ignores-endpointIds")).coverage

    assert coverage is not None
    assert any("endpointIds" in pair for pair in coverage.missed)
    assert any(
        cell.state == "violated" and cell.values["parameter"] == "endpointIds"
        for cell in coverage.cells
    )


@pytest.mark.parametrize(
    ("axis", "value", "asked", "acts"),
    [
        ("spelling", "repeat", "endpointIds=$endpoint[0]", False),
        ("spelling", "repeat", "endpointIds:repeat=$endpoint[0..1]", True),
        ("ids", "reversed", "endpointIds=$endpoint[0]", False),
        ("ids", "percent-encoded", "endpointIds=$endpoint[0]!percent", True),
        ("ids", "percent-encoded", "afterDate=$row[3].date-1s", False),
        ("order", "reversed", "endpointIds=$endpoint[0]", False),
        ("order", "reversed", "endpointIds=$endpoint[0]&accountIds=$account[0]", True),
        ("customerIds", "one", "endpointIds=$endpoint[0]", False),
        ("format", "xml", "endpointIds=$endpoint[0]&@accept=application/xml", True),
    ],
)
def test_a_value_acts_where_its_query_holds_it(
    axis: str, value: str, asked: str, acts: bool
) -> None:
    ask = {**plain_ask(axes_of(FACTS, has_session=False)), axis: value}

    assert (axis in acting(ask, parse_query(asked))) is acts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@accept=text/csv", "@path=/conversations.csv"),
        ("@accept=text/csv", "format=csv"),
    ],
)
def test_a_cause_names_the_type_however_it_was_asked_for(one: str, other: str) -> None:
    assert dict(cause_of(parse_query(one)))["format"] == "csv"
    assert dict(cause_of(parse_query(other)))["format"] == "csv"


def test_what_is_drawn_is_asked_where_most_meets_for_the_first_time() -> None:
    axes = {"accountIds": ("none", "one"), "format": ("json", "xml"), "who": ("user", "other")}
    plain, xml = plain_ask(axes), {**plain_ask(axes), "format": "xml"}
    others = {"accountIds": "one", "format": "xml", "who": "other"}
    covering = Covering(axes=axes, facts=FACTS, pivots={}, acts=lambda asked, reader: 0)
    covering.of = pairs_of(xml) | pairs_of(others)

    order = covering.newest_first([[plain], [xml, plain], [xml], [others]])

    assert next(order) == 2
    covering.covered |= pairs_of(xml)
    assert list(order) == [3, 0, 1]


def test_a_plan_holds_what_comes_before_it() -> None:
    text = "L37-interleaved @method=HEAD >>  >> endpointIds=$endpoint[0]"

    plan = parse_plan(text)

    assert [str(query) for query in plan.before] == ["@method=HEAD", ""]
    assert str(plan) == text
