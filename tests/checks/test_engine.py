import random
from collections.abc import Callable

import pytest

from mockserver.checks import run_checks
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan, parse_query
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.shrink import shrink_query
from mockserver.contract import load_contract
from mockserver.errors import BudgetError, StoppedError
from mockserver.server import MockServer
from mockserver.world.scenario import Scenario, load_scenario
from tests.checks.toy import FAULTS, WAYS, Toy, build_rows
from tests.depth import deep_only, deep_or, sampled

# Most faults show in few requests; a run that has found one need not go on.
BUDGETS = (60, 250)
# How many ways of hosts are tried while rows move, too.
MOVING_WAYS = deep_or(1, deep=100)
# Faults of one kind stand beside each other.
TRIED = deep_or(FAULTS[::3], deep=FAULTS)


def run(toy: Toy, *, budget: int = 250, **options: object) -> Outcome:
    def send(request: Request) -> Response:
        if toy.count >= budget:
            raise BudgetError("spent", guard="requests")
        return toy(request)

    chosen = CheckOptions(**options)  # type: ignore[arg-type]  # each test names real options
    return run_laws(send, options=chosen, remaining=lambda: budget - toy.count)


def target_of(mock: MockServer, scenario: Scenario) -> TargetOptions:
    user = scenario.users[0]
    password = Secret(user.password.reveal())
    return TargetOptions(url=mock.url, user=user.username, password=password)


def findings(outcome: Outcome) -> list[tuple[str, str]]:
    return [(finding.law, finding.symptom) for finding in outcome.findings]


def test_a_server_of_the_contract_breaks_no_law() -> None:
    outcome = run(Toy())

    assert findings(outcome) == []
    assert sum(law.verdict == "holds" for law in outcome.laws.values()) >= 60


@sampled(5)
@pytest.mark.parametrize(
    ("way", "is_moving"),
    [
        *[pytest.param(way, False, id=f"{way}-still") for way in WAYS],
        *[pytest.param(way, True, id=f"{way}-moving") for way in list(WAYS)[:MOVING_WAYS]],
    ],
)
def test_a_well_mannered_host_of_another_way_breaks_no_law(way: str, is_moving: bool) -> None:
    schemas = SchemaJudge.of(load_contract(), {})

    outcome = run_laws(
        Toy(way=way, is_moving=is_moving),
        options=CheckOptions(max_drawn=8),
        on_page=schemas.observe,
    )

    assert (findings(outcome), list(schemas.findings)) == ([], [])
    assert outcome.crashes == []


@sampled(2)
@pytest.mark.parametrize("seed", range(4))
def test_rows_that_move_raise_no_alarm(seed: int) -> None:
    outcome = run(Toy(is_moving=True, rng=random.Random(seed)), seed=seed)

    assert findings(outcome) == []
    assert sum(law.verdict == "holds" for law in outcome.laws.values()) >= 55


def fleeting(toy: Toy) -> Callable[[Request], Response]:
    """Return a host in which now and then a row is there for one answer alone."""

    def send(request: Request) -> Response:
        is_there = toy.count % 11 == 3
        new = build_rows(300 + toy.count)[:1] if is_there else []
        toy.rows = [*new, *toy.rows]
        response = toy(request)
        toy.rows = [row for row in toy.rows if row not in new]
        return response

    return send


@deep_only
def test_rows_that_come_and_go_between_two_reads_raise_no_alarm() -> None:
    outcome = run_laws(fleeting(Toy(is_moving=True)), options=CheckOptions(max_drawn=30))

    assert findings(outcome) == []


@sampled(3)
@pytest.mark.parametrize("fault", TRIED)
def test_a_fault_is_found(fault: str) -> None:
    toys = ((Toy(rows=build_rows(120), fault=fault), budget) for budget in BUDGETS)

    assert any(findings(run(toy, budget=budget, max_drawn=4)) for toy, budget in toys)


@pytest.mark.parametrize("fault", TRIED[::5])
def test_a_fault_is_found_while_rows_move(fault: str) -> None:
    toys = ((Toy(rows=build_rows(120), fault=fault, is_moving=True), b) for b in BUDGETS)

    assert any(findings(run(toy, budget=budget, max_drawn=4)) for toy, budget in toys)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_tiny_world_raises_no_alarm(count: int) -> None:
    outcome = run(Toy(rows=build_rows(count)))

    assert findings(outcome) == []


def test_an_empty_world_is_inconclusive() -> None:
    outcome = run(Toy(rows=[]))

    assert outcome.laws["L06-union"].verdict == "inconclusive"


def test_a_finding_is_made_small() -> None:
    outcome = run(Toy(fault="third-id-lost"), only=("L06",))

    sizes = [len(parse_plan(f.plan).query.terms[0].values) for f in outcome.findings]
    assert sizes
    assert max(sizes) == 3


def test_shrinking_keeps_what_fails_and_counts_its_requests() -> None:
    asked: list[str] = []

    def fails(candidate: object) -> bool:
        asked.append(str(candidate))
        return "$endpoint[3]" in str(candidate)

    plan = parse_query("accountIds=$account[0]&endpointIds=$endpoint[1],$endpoint[3],$endpoint[5]")

    assert str(shrink_query(plan, fails, cost=1)) == "endpointIds=$endpoint[3]"
    assert len(asked) <= 10


def test_shrinking_puts_a_known_id_where_nobodys_does_not_matter() -> None:
    plan = parse_query("accountIds=$account[0]&customerIds:repeat=$unknown[0]")

    def fails(candidate: object) -> bool:
        return all(part in str(candidate) for part in ("accountIds=", "customerIds:repeat="))

    small = shrink_query(plan, fails, cost=1)
    kept = shrink_query(plan, lambda candidate: "$unknown" in str(candidate), cost=1)

    assert str(small) == "accountIds=$account[0]&customerIds:repeat=$customer[0]"
    assert str(kept) == "customerIds=$unknown[0]"


def test_a_plan_is_replayed_alone() -> None:
    toy = Toy(fault="first-id-only")

    outcome = run(toy, plan="L06-union endpointIds=$endpoint[0..2]")

    assert findings(outcome) == [("L06-union", "missing rows")]
    assert list(outcome.laws) == ["L06-union"]


def test_a_plan_at_the_very_date_of_a_row_is_judged_alone() -> None:
    toy = Toy(rows=build_rows(120), fault="inclusive-with-ids")

    outcome = run(toy, plan="L31-date-and-ids accountIds=$account[1..2]&afterDate=$row[60].date")

    assert findings(outcome) == [("L31-date-and-ids", "extra rows")]
    assert list(outcome.laws) == ["L31-date-and-ids"]


@sampled(2)
def test_the_same_seed_asks_the_same() -> None:
    def record(asked: list[str]) -> None:
        toy = Toy()

        def send(request: Request) -> Response:
            asked.append(f"{request.path}?{request.query}")
            return toy(request)

        run_laws(send, options=CheckOptions(seed=9, max_drawn=3))

    first: list[str] = []
    second: list[str] = []
    record(first)
    record(second)

    assert first == second


@sampled(2)
@pytest.mark.parametrize(
    ("screen", "also"),
    [
        pytest.param(Toy(fault="third-id-lost"), True, id="so-does-the-mock"),
        pytest.param(Toy(), False, id="the-mock-does-not"),
        pytest.param(None, None, id="no-mock"),
    ],
)
def test_what_the_mock_does_is_a_note_and_drops_no_finding(
    screen: Toy | None, also: bool | None
) -> None:
    outcome = run_laws(
        Toy(fault="third-id-lost"), screen=screen, options=CheckOptions(only=("L06",))
    )

    assert {(f.law, f.symptom, f.also_on_mock) for f in outcome.findings} == {
        ("L06-union", "missing rows", also)
    }
    assert outcome.laws["L06-union"].verdict == "violated"


def test_a_spent_budget_leaves_laws_inconclusive() -> None:
    outcome = run(Toy(), budget=20)

    assert outcome.is_spent
    assert findings(outcome) == []
    assert (
        outcome.laws["L25-hostile-ids"].reason
        == "the budget was spent first; a larger --budget reaches it"
    )
    assert outcome.laws["L25-hostile-ids"].is_reached


def test_a_guard_that_ends_the_run_leaves_laws_unreached() -> None:
    toy = Toy()

    def send(request: Request) -> Response:
        if toy.count == 30:
            raise StoppedError("too many bytes", guard="bytes")
        return toy(request)

    outcome = run_laws(send)

    assert outcome.stopped_by == "too many bytes"
    assert not outcome.laws["L25-hostile-ids"].is_reached


def test_a_learned_choice_that_is_not_expected_differs() -> None:
    outcome = run(Toy(), profile={"after-date-boundary": "inclusive"}, only=("L35",))

    assert outcome.laws["L35-boundary"].verdict == "differs"
    assert findings(outcome) == [("L35-boundary", "after-date-boundary is exclusive")]


@sampled(10)
@pytest.mark.parametrize("fault", ["wrong-account", "stale-cache", "date-by-day", "or-for-and"])
def test_no_word_of_an_outcome_is_the_targets_data(fault: str) -> None:
    toy = Toy(fault=fault)
    values = {
        value
        for row in toy.rows
        for value in (*row.values(), *row["mostRecentMessage"].values())
        if isinstance(value, str) and value not in ("Incoming", "Outgoing")
    }

    text = repr(run(toy))

    assert [value for value in values if value in text] == []


def test_the_mock_itself_breaks_no_law() -> None:
    scenario = load_scenario("default")
    user = scenario.users[0]
    with MockServer(scenario) as mock:
        options = TargetOptions(
            url=mock.url, user=user.username, password=Secret(user.password.reveal())
        )
        report = run_checks(options)

    assert report.findings == ()
    assert report.exit_code == 0
    assert report.requests <= 250


@sampled(2)
@pytest.mark.parametrize("name", ["empty", "one", "nulls", "unicode"])
def test_no_shipped_scenario_raises_an_alarm(name: str) -> None:
    scenario = load_scenario(name)
    user = scenario.users[0]
    with MockServer(scenario) as mock:
        options = TargetOptions(
            url=mock.url, user=user.username, password=Secret(user.password.reveal())
        )
        report = run_checks(options, options=CheckOptions(max_drawn=5))

    assert report.findings == ()
