from urllib.parse import unquote_plus

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import resolve
from mockserver.checks.laws.odd_inputs import INPUTS
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_query
from mockserver.errors import BrokenAnswerError
from tests.checks.answers import FACTS
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

LAW = find_laws("L96")[0]
ROWS = build_rows(20)


def sent(name: str) -> Request:
    (asked,) = LAW.asks(parse_query(f"@odd={name}"))
    return resolve(asked, FACTS)


def run(breaks: str, *, status: int = 500, only: tuple[str, ...] = ("L16", "L96")) -> Outcome:
    """Run the law on a host that breaks on one input of the table."""
    toy, odd = Toy(rows=ROWS), sent(breaks)

    def send(request: Request) -> Response:
        if (request.query, request.headers) == (odd.query, odd.headers):
            if status == 0:
                raise BrokenAnswerError("no whole answer")
            return Response(
                status=status, reason="", headers=(), body=b"", elapsed_seconds=0.1, request=request
            )
        return toy(request)

    return run_laws(send, options=CheckOptions(only=only, max_drawn=1))


def test_a_host_that_answers_odd_inputs_is_clean() -> None:
    outcome = run_laws(Toy(rows=ROWS), options=CheckOptions(only=("L16", "L96"), max_drawn=1))

    assert outcome.findings == []
    assert outcome.laws["L96-odd-inputs"].verdict == "holds"


@sampled(4)
@pytest.mark.parametrize("name", INPUTS)
def test_an_odd_input_that_breaks_a_host_is_one_finding_with_its_name(name: str) -> None:
    outcome = run(name)

    assert [(f.law, f.symptom, f.cause) for f in outcome.findings] == [
        ("L96-odd-inputs", f"5xx on {INPUTS[name][1]}", (("@odd", name),))
    ]


@sampled(4)
@pytest.mark.parametrize("name", INPUTS)
def test_a_hang_on_an_odd_input_is_one_finding(name: str) -> None:
    assert [finding.symptom for finding in run(name, status=0).findings] == ["broken answer"]


@sampled(4)
@pytest.mark.parametrize("name", sorted(INPUTS.keys() - {"leap-day"}))
def test_a_refusal_of_an_odd_input_is_no_finding(name: str) -> None:
    assert run(name, status=400).findings == []


def test_a_refusal_of_a_leap_day_is_a_finding() -> None:
    found = run("leap-day", status=400).findings

    assert [finding.symptom for finding in found] == ["leap day refused"]


def test_a_host_that_breaks_on_every_odd_input_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        if not request.is_hostile:
            return toy(request)
        return Response(
            status=500, reason="", headers=(), body=b"", elapsed_seconds=0.1, request=request
        )

    outcome = run_laws(send, options=CheckOptions(only=("L96",), max_drawn=1))

    assert {finding.law for finding in outcome.findings} == {"L96-odd-inputs"}


def test_odd_texts_go_over_the_wire_as_they_are() -> None:
    assert sent("percent-date").query == "afterDat%65=2024-01-01%"
    assert sent("odd-bytes").query == "endpointId%73=zz%FF%C3%28&customerId%73=zz%ED%A0%80"
    assert sent("two-dates").query.count("afterDate=") == 2
    assert sent("odd-names").query.startswith("=x&=&zz=%&")
    assert unquote_plus(sent("markup").query) == "afterDate=<img src=x onerror=1>"
    assert len(dict(sent("long-accept").headers)["accept"]) > 1000


def test_a_plan_of_an_unknown_input_is_refused() -> None:
    with pytest.raises(KeyError):
        LAW.asks(parse_query("@odd=no-such-input"))
