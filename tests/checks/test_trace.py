"""One cause is one finding, whatever budget, seed, law or waiver; nothing ends with it."""

import datetime
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.bugs.table import apply_bugs
from mockserver.checks.cause import FLAKY, Cause, cause_of, is_within
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan, parse_query
from mockserver.checks.report import Finding, Report
from mockserver.checks.report_files import encode_json, summarise
from mockserver.checks.waivers import Waiver, apply_waivers
from mockserver.cli.screen import build_screen
from mockserver.errors import BrokenAnswerError, BudgetError
from mockserver.world.scenario import load_scenario
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, deep_or

BUGS = (
    "endpoint-ignored", "third-id-lost", "or-across-filters", "csv-drops-last",
    "union-repeats-row", "xml-seconds", "refusal-is-200", "date-as-wcf", "date-reversed",
    "zone-ignored", "password-prefix", "jsonp-typed-html",
)  # fmt: skip
Fault = tuple[str, str, str, Cause]


def run(
    send: Callable[[Request], Response], *, budget: int = 250, seed: int = 0, **options: object
) -> Outcome:
    """Run the laws; as in the client, what confirms and reduces is not of the budget."""
    asked: list[Request] = []

    def metered(request: Request) -> Response:
        if not request.is_extra:
            if len(asked) >= budget:
                raise BudgetError("spent", guard="requests")
            asked.append(request)
        return send(request)

    chosen = CheckOptions(seed=seed, **options)  # type: ignore[arg-type]  # each test names real options
    return run_laws(metered, options=chosen, remaining=lambda: budget - len(asked))


def faults(outcome: Outcome) -> set[Fault]:
    return {(f.fingerprint, f.law, f.symptom, f.cause) for f in outcome.findings}


def report_of(outcome: Outcome) -> Report:
    return Report(
        target={},
        requests=1,
        seconds=0.1,
        laws=tuple(outcome.laws.values()),
        findings=tuple(outcome.findings),
    )


def waive(report: Report, finding: Finding) -> Report:
    day = datetime.date(2026, 6, 1)
    waiver = Waiver(reason="ticket 17", expires=day, fingerprint=finding.fingerprint)
    return apply_waivers(report, [waiver], today=day)


@deep_only
@pytest.mark.parametrize("bug", deep_or(BUGS[::4], deep=BUGS))
def test_fingerprints_are_those_of_every_larger_budget_and_of_every_seed(bug: str) -> None:
    scenario = load_scenario(clock="frozen", size=80)

    def found(budget: int, seed: int) -> set[Fault]:
        screen = build_screen(scenario=scenario, steps=apply_bugs([bug]))
        return faults(run(screen, budget=budget, seed=seed))

    small = [found(150, seed) for seed in (1, 2, 3)]
    usual, many = found(250, 2), found(500, 3)

    # What is reached in one parameter by chance alone may be missing; nothing has another name.
    common = small[0] & small[1] & small[2]
    assert common != set()
    assert all(common <= found <= many for found in (*small, usual))


@deep_only
def test_many_laws_that_meet_one_fault_are_one_finding() -> None:
    screen = build_screen(steps=apply_bugs(["endpoint-ignored"]))

    outcome = run(screen, only=("L01", "L06", "L10", "L11", "L19", "L31", "L37", "L47", "L83"))

    (finding,) = outcome.findings
    assert (finding.law, finding.cause) == ("L06-union", (("endpointIds", "one id"),))
    assert {"L01-row-soundness", "L11-repeated-key", "L83-other-kind"} <= set(finding.also)
    assert outcome.laws["L11-repeated-key"].verdict == "violated"


def test_a_finding_ends_no_law_and_hides_no_other_cause() -> None:
    outcome = run(Toy(fault="or-for-and"), only=("L10",))

    assert {finding.cause for finding in outcome.findings} >= {
        (("accountIds", "one id"), ("customerIds", "one id")),
        (("customerIds", "one id"), ("endpointIds", "one id")),
    }


def test_a_waiver_covers_its_own_cause_only() -> None:
    report = report_of(run(Toy(fault="or-for-and"), only=("L10",)))

    waived = waive(report, report.findings[0])

    assert [bool(f.waived) for f in waived.findings].count(True) == 1
    assert waived.exit_code == 1


@deep_only
def test_what_lies_behind_a_waiver_is_told_first() -> None:
    report = report_of(run(Toy(fault="or-for-and"), only=("L10",)))

    text = summarise(waive(report, report.findings[0]))

    assert text.startswith("1. L10-intersection (must): ")
    assert "waived" not in text.split("\n")[0]
    assert ", waived: ticket 17\n" in text


@deep_only
def test_a_report_says_the_cause_and_whether_the_mock_does_the_same() -> None:
    toy = Toy(fault="third-id-lost")
    outcome = run_laws(toy, screen=toy, options=CheckOptions(only=("L06",)))

    first = json.loads(encode_json(report_of(outcome)))["findings"][0]

    assert (first["cause"], first["alsoOnMock"]) == ({"endpointIds": "several ids"}, True)
    assert "; the mock does the same [" in summarise(report_of(outcome))


def test_what_fails_now_and_then_is_one_flaky_finding_a_symptom() -> None:
    outcome = run(Toy(fault="every-seventh-empty"))

    flaky = [finding for finding in outcome.findings if finding.cause == FLAKY]
    assert [f.symptom for f in flaky if f.symptom == "missing rows"] == ["missing rows"]
    assert {f.evidence.certainty for f in flaky} == {"flaky"}


@deep_only
def test_a_plan_of_a_finding_fails_again_when_it_is_replayed() -> None:
    screen = build_screen(steps=apply_bugs(["third-id-lost"]))
    finding = run(screen, only=("L06", "L10")).findings[-1]

    again = run(screen, plan=finding.plan)

    assert parse_plan(finding.plan).law == finding.law
    assert [f.symptom for f in again.findings] == [finding.symptom]


@pytest.mark.parametrize(
    ("cause", "query", "expected"),
    [
        pytest.param("endpointIds=$endpoint[3]", "endpointIds=$endpoint[0..4]", True, id="more"),
        pytest.param("endpointIds=$endpoint[0..1]", "endpointIds=$endpoint[3]", False, id="fewer"),
        pytest.param(
            "endpointIds=$endpoint[0]",
            "accountIds=$account[1]&endpointIds:repeat=$endpoint[2..3]",
            True,
            id="other-axes-too",
        ),
        pytest.param("afterDate=$row[1].date", "afterDate=$row[7].date-1s!+02:00", True, id="zone"),
        pytest.param("afterDate=$row[1].date!day", "afterDate=$row[1].date", False, id="form"),
        pytest.param("endpointIds=$endpoint[0]!drop", "endpointIds=$unknown[0]", True, id="nobody"),
        pytest.param("", "accountIds=$account[0]", True, id="nothing-had-to-stay"),
    ],
)
def test_a_cause_is_in_whatever_has_all_that_had_to_stay(
    cause: str, query: str, expected: bool
) -> None:
    assert is_within(cause_of(parse_query(cause)), parse_query(query)) is expected


def test_a_hang_on_an_odd_input_is_a_finding() -> None:
    toy = Toy(rows=build_rows(60))

    def send(request: Request) -> Response:
        if "%00" in request.query:
            raise BrokenAnswerError("no whole answer within the time for one answer")
        return toy(request)

    outcome = run(send, only=("L16", "L25"))

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L16-schema", "broken answer")]


def test_schemathesis_adds_what_the_law_on_schemas_did_not_tell() -> None:
    # Imported here: it brings Schemathesis, which only this test needs.
    from mockserver.checks.schema_judge import SchemaJudge
    from mockserver.contract import load_contract

    own = Finding(fingerprint="f1", law="L16-schema", tier="must", symptom="type of id")
    report = replace(
        report_of(run(Toy(rows=build_rows(20)), only=("L16",), max_drawn=1)), findings=(own,)
    )
    judge = SchemaJudge.of(load_contract(), {})
    told, new = (
        Finding(
            fingerprint=f"f{place}",
            law="L16-schema",
            tier="must",
            symptom=f"body: type /conversations/*/{place}",
        )
        for place in ("id", "otherAddress")
    )
    judge.findings.update({told.fingerprint: told, new.fingerprint: new})

    assert judge.apply(report).findings == (own, new)


@deep_only
def test_what_a_law_on_dates_sees_of_dates_that_do_not_count_is_no_cause_of_its_own() -> None:
    outcome = run_laws(Toy(fault="date-backwards"), options=CheckOptions(max_drawn=4))

    dated = [f.law for f in outcome.findings if any("ate" in axis for axis, _ in f.cause)]
    assert len(dated) == 1
    assert "L78-naive-zone" in {law for f in outcome.findings for law in (f.law, *f.also)}
