"""What breaks the checker is named with its place and ends with 6; it is no verdict."""

from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import Page
from mockserver.checks.failures import Failure
from mockserver.checks.fuzz import FuzzOptions, run_fuzz
from mockserver.checks.messages import Request, Response
from mockserver.checks.report import Finding, Report
from mockserver.checks.report_files import encode_json, encode_junit, summarise
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.errors import UsageError
from tests.checks.counting_server import counting_server
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only

SCOPE = Finding(fingerprint="f", law="scope", tier="must", symptom="foreign rows")
FAILURE = Failure(during="L06-union", error="KeyError", place="mockserver/checks/x.py:1")
REPORT = Report(target={}, requests=1, seconds=0.1, crashes=(FAILURE,))


class Broken(str):
    """Be a header's value that one law alone looks at, and at which it fails."""

    error: type[Exception] = LookupError

    def lower(self) -> str:
        raise self.error("secret")


class BrokenOtherwise(Broken):
    error = ValueError


def run(challenge: Broken, toy: Toy) -> Outcome:
    def send(request: Request) -> Response:
        response = toy(request)
        return replace(response, headers=(("www-authenticate", challenge), *response.headers))

    return run_laws(send, options=CheckOptions(max_drawn=1))


@pytest.mark.parametrize("challenge", [Broken("x"), BrokenOtherwise("x")], ids=["lookup", "value"])
def test_an_exception_in_a_law_is_a_crash_with_its_place(challenge: Broken) -> None:
    outcome = run(challenge, Toy(rows=build_rows(60)))

    (crash,) = outcome.crashes
    law = outcome.laws["L75-provider"]
    assert (crash.during, crash.error) == ("L75-provider", challenge.error.__name__)
    assert crash.place.startswith("mockserver/checks/laws/access.py:")
    assert law.verdict == "inconclusive"
    assert law.reason == f"the checker failed: {crash.error} at {crash.place}"
    assert "secret" not in str(crash)


def test_a_crash_ends_no_run_and_hides_no_finding() -> None:
    outcome = run(Broken("x"), Toy(rows=build_rows(120), fault="third-id-lost"))

    assert [crash.during for crash in outcome.crashes] == ["L75-provider"]
    assert "L06-union" in [finding.law for finding in outcome.findings]
    assert outcome.laws["L21-unknown-id"].verdict == "holds"


def test_who_looks_at_the_answers_breaks_no_run() -> None:
    def look(page: Page) -> None:
        raise RecursionError

    outcome = run_laws(Toy(rows=build_rows(60)), on_page=look, options=CheckOptions(only=("L06",)))

    assert [(crash.during, crash.error) for crash in outcome.crashes] == [
        ("schema", "RecursionError")
    ]
    assert outcome.laws["L06-union"].verdict == "holds"


def test_a_send_that_breaks_leaves_every_law_without_a_verdict() -> None:
    def send(request: Request) -> Response:
        raise KeyError(request.path)

    outcome = run_laws(send)

    assert [(crash.during, crash.error) for crash in outcome.crashes] == [("run", "KeyError")]
    assert {law.verdict for law in outcome.laws.values()} <= {"inconclusive", "skipped"}


@deep_only
def test_a_mock_that_breaks_vetoes_no_finding() -> None:
    def screen(request: Request) -> Response:
        raise TypeError

    outcome = run_laws(
        Toy(fault="third-id-lost"), screen=screen, options=CheckOptions(only=("L06",))
    )

    assert {(f.law, f.also_on_mock) for f in outcome.findings} == {("L06-union", None)}
    assert outcome.crashes == []


@pytest.mark.parametrize(
    "plan",
    ["L17-empty-value", "L41-id-spelling", "L17-empty-value foo=1"],
    ids=["no-filter", "no-terms", "no-filter-of-the-contract"],
)
def test_a_plan_that_is_none_of_its_law_is_told(plan: str) -> None:
    options = CheckOptions(plan=plan)

    with pytest.raises(UsageError, match="lacks what the law asks by"):
        run_laws(Toy(), options=options)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (replace(REPORT, findings=(SCOPE,)), 6),
        (replace(REPORT, trouble="x", stopped_by="x"), 6),
        (replace(REPORT, crashes=()), 0),
    ],
    ids=["over-a-finding", "over-trouble", "none"],
)
def test_a_crash_counts_most(report: Report, code: int) -> None:
    assert report.exit_code == code


def test_every_report_names_a_crash() -> None:
    texts = (summarise(REPORT), encode_json(REPORT), encode_junit(REPORT))

    assert all("mockserver/checks/x.py:1" in text for text in texts)
    assert "the checker itself failed: L06-union: KeyError at mock" in texts[0]
    assert '"exitCode": 6' in texts[1]
    assert 'errors="1"' in texts[2]


def test_fuzz_goes_on_after_a_crash_and_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError

    monkeypatch.setattr(SchemaJudge, "observe_response", broken)

    with counting_server() as server:
        options = TargetOptions(url=server.url, user="a", password=Secret("wonder"), budget=80)
        with Client(options) as client:
            report = run_fuzz(
                options,
                options=FuzzOptions(check=CheckOptions(only=("L08",), max_drawn=1)),
                client=client,
            )

    assert {crash.during for crash in report.crashes} == {"schema"}
    assert report.exit_code == 6
    # Confirming what was found has a purse of its own beside the budget.
    assert (report.stopped_by, 80 < report.requests <= 180) == ("", True)
