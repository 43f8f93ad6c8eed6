"""Texts that are no dates, in each type: what one type makes of them has to be what others do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from tests.checks.toy import Toy, build_rows

ROWS = build_rows(60)
TEXTS = {
    "json": "yesterday",
    "csv": "2026-02-30T00:00:00Z",
    "xml": "2026-13-01T00:00:00Z",
    "jsv": "2026-01-01T25:00:00Z",
}
Answer = Callable[[Request], Response]


def kind_of(request: Request) -> str:
    accept = dict(request.headers).get("accept", "application/json")
    return next(kind for kind, name in MEDIA_TYPES.items() if name == accept)


def run(kind: str, answered: Answer, *only: str) -> tuple[Outcome, list[Request]]:
    """Run laws on a host that answers bad dates in one type otherwise."""
    toy, asked = Toy(rows=ROWS), list[Request]()

    def send(request: Request) -> Response:
        asked.append(request)
        given = toy(request)
        if "afterDate=" in request.query and given.status == 400 and kind_of(request) == kind:
            return replace(answered(request), request=request)
        return given

    return run_laws(send, options=CheckOptions(only=only, max_drawn=1)), asked


def whole_list(request: Request) -> Response:
    return Toy(rows=ROWS)(replace(request, query=""))


def refusal(status: int, kind: str, body: bytes) -> Answer:
    return lambda request: Response(
        status=status,
        reason="",
        headers=(("content-type", kind),),
        body=body,
        elapsed_seconds=0,
        request=request,
    )


@pytest.mark.parametrize("kind", TEXTS)
def test_a_type_that_ignores_bad_dates_where_others_refuse_them_is_found(kind: str) -> None:
    outcome, _ = run(kind, whole_list, "L42")

    assert {f.symptom for f in outcome.findings} == {"bad dates answered in two ways"}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_type_that_breaks_on_a_bad_date_is_found(kind: str) -> None:
    outcome, _ = run(kind, refusal(500, "text/plain", b""), "L42")

    assert {f.symptom for f in outcome.findings} == {"status 5xx"}


@pytest.mark.parametrize(
    ("kind", "answered", "symptom"),
    [
        ("xml", refusal(400, "text/plain", b"no date"), "media type"),
        ("csv", refusal(400, "text/html", b"<p>no date"), "media type"),
        ("json", refusal(400, "application/json", b"{no date"), "unreadable body"),
        ("xml", refusal(400, "application/xml", b"<a>no date"), "unreadable body"),
    ],
    ids=["text-for-xml", "page-for-csv", "broken-json", "broken-xml"],
)
def test_an_error_in_a_wrong_type_is_found_in_the_answers_of_another_law(
    kind: str, answered: Answer, symptom: str
) -> None:
    outcome, _ = run(kind, answered, "L42", "L52")

    assert {(f.law, f.symptom) for f in outcome.findings} == {("L52-error-type", symptom)}


@pytest.mark.parametrize(
    "answered",
    [
        refusal(400, "application/problem+xml", b"<problem/>"),
        refusal(400, "application/xml", b"<Error><Code>1</Code></Error>"),
        refusal(406, "", b""),
        refusal(400, "", b""),
    ],
    ids=["problem", "xml", "no-such-type", "bare"],
)
def test_an_error_in_a_type_of_its_own_is_no_finding(answered: Answer) -> None:
    outcome, _ = run("xml", answered, "L42", "L52")

    assert outcome.findings == []
    assert {law.verdict for law in outcome.laws.values()} == {"holds"}


def test_two_laws_on_bad_dates_ask_once() -> None:
    _, both = run("", whole_list, "L42", "L52")
    _, one = run("", whole_list, "L42")

    assert len(both) == len(one)


def test_the_law_on_types_of_errors_asks_by_itself_too() -> None:
    outcome, asked = run("", whole_list, "L52")

    assert outcome.laws["L52-error-type"].verdict == "holds"
    assert sum("afterDate=" in request.query for request in asked) == 4


@pytest.mark.parametrize("year", ["0001", "9998", "9999"])
def test_a_date_at_the_ends_of_time_that_breaks_the_server_is_found(year: str) -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        broken = f"afterDate={year}" in request.query
        return replace(given, status=500, body=b"") if broken else given

    outcome = run_laws(send, options=CheckOptions(only=("L16", "L44"), max_drawn=1))

    assert {f.symptom for f in outcome.findings} == {"status 5xx"}
    assert {dict(f.cause)["afterDate"].partition(",")[0] for f in outcome.findings} == {"date"}


def test_a_last_date_that_selects_rows_in_one_type_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        is_last = "afterDate=9999" in request.query
        return replace(toy(replace(request, query="") if is_last else request), request=request)

    outcome = run_laws(send, options=CheckOptions(only=("L44",), max_drawn=1))

    assert [f.symptom for f in outcome.findings] == ["extra rows"]
