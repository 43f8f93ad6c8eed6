import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.checks.engine import list_requests
from mockserver.checks.facts import Facts, Page, build_facts, read_page
from mockserver.checks.laws.law import Case
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import Query, parse_query, query, text_value
from mockserver.errors import UsageError
from tests.checks.toy import Toy, build_rows

TRANSCRIPTS = Path(__file__).parents[2] / "fixtures" / "transcripts"
FILES = sorted(path.relative_to(TRANSCRIPTS).as_posix() for path in TRANSCRIPTS.rglob("*.ndjson"))
SINGLE = [law for law in LAWS if law.reads == "each"]
FACTS = build_facts(build_rows(60))
IDENTITIES = {"basic": "user", "cookie": "session", "basic-bad": "wrong", "cookie-bad": "forged"}


def recorded(name: str) -> Iterator[tuple[str, Page]]:
    """Yield the answers of a file that are whole, as pages."""
    bodies = json.loads((TRANSCRIPTS / "bodies.json").read_text())
    for line in (TRANSCRIPTS / name).read_text().split("\n"):
        if not line:
            continue
        record = json.loads(line)
        for key in ("both", "6.11", "8.10", "status"):
            answer = record if key == "status" else record.get(key)
            if not isinstance(answer, dict) or key not in record or answer.get("incomplete"):
                continue
            yield record["id"], _page(record["request"], answer, bodies)


def _page(request: dict[str, Any], answer: dict[str, Any], bodies: dict[str, Any]) -> Page:
    body = bodies[answer["body_ref"]] if "body_ref" in answer else answer.get("body") or ""
    path, _, raw = request["path"].partition("?")
    headers = {name.lower(): value for name, value in request.get("headers", [])}
    identity = IDENTITIES.get(request.get("auth", ""), "none")
    if identity == "none" and headers.keys() & {"authorization", "cookie", "x-ss-id", "x-ss-pid"}:
        identity = "user"
    asked = query(
        ("@auth", identity),
        ("@method", request["method"]),
        ("@path", text_value(path)),
        ("raw", re.sub("[&=,$]", "", raw)),
    )
    response = Response(
        status=answer.get("status", 200),
        reason="",
        headers=tuple((name, value) for name, value in answer.get("headers", [])),
        body=str(body).encode(),
        elapsed_seconds=0.0,
        request=Request(method=request["method"], path=path, query=raw, auth=identity),
    )
    return read_page(asked, response)


def case_of(page: Page, *, facts: Facts = FACTS) -> Case:
    return Case(facts=facts, plan=page.query, pages=(page,), core={})


@pytest.mark.parametrize("name", FILES)
def test_no_recording_breaks_a_law_on_single_answers(name: str) -> None:
    broken = [
        (record, law.id, judgement.symptom)
        for record, page in recorded(name)
        for law in SINGLE
        if (judgement := law.judge(case_of(page))).verdict == "violated"
        and (law.number, judgement.symptom) != ("L16", "status 5xx")
    ]

    assert broken == []


def test_every_law_has_an_id_of_its_own() -> None:
    ids = [law.id for law in LAWS]

    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"L(\d\d|\d{3})-[a-z0-9-]+", id_)] == []


def test_every_law_says_one_sentence() -> None:
    assert [law.id for law in LAWS if not re.fullmatch(r"[A-Z].*\.", law.statement)] == []


def test_the_points_that_laws_measure_are_those_of_the_contract() -> None:
    from mockserver.contract import load_contract

    observable = {name for name, point in load_contract().points.items() if point.observable}

    assert observable <= {law.point for law in LAWS}


def test_a_law_is_found_by_its_number() -> None:
    assert [law.id for law in find_laws("L07")] == ["L07-date-only"]


def test_an_unknown_law_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean L06-union"):
        find_laws("L06-unions")


def test_a_dry_run_leaves_out_what_never_goes_to_a_live_target() -> None:
    lines = [line.split()[0] for line in list_requests(is_live=True)]

    assert "L72-session" not in lines
    assert "L06-union" in lines


def test_a_row_of_another_endpoint_is_not_sound() -> None:
    toy = Toy(fault="ignores-endpointIds")
    facts = build_facts(toy.rows)
    asked = parse_query("endpointIds=$endpoint[0]")
    page = read_page(asked, toy(Request(query=f"endpointIds={facts.pools['endpoint'][0]}")))

    judgement = find_laws("L01")[0].judge(case_of(page, facts=facts))

    assert (judgement.verdict, judgement.symptom) == ("violated", "foreign rows for endpointIds")


def test_an_answer_of_two_types_is_none() -> None:
    answer = Toy()(Request())
    twice = replace(answer, headers=(*answer.headers, ("Content-Type", "text/javascript")))

    judgement = find_laws("L16")[0].judge(case_of(read_page(Query(), twice)))

    assert (judgement.verdict, judgement.symptom) == ("violated", "two types")


@pytest.mark.parametrize(("auth", "verdict"), [("empty", "vacuous"), ("wrong", "violated")])
def test_a_sign_in_without_a_password_may_fail_as_the_framework_does(
    auth: str, verdict: str
) -> None:
    asked = query(("@method", "POST"), ("@path", "/auth/credentials"), ("@auth", auth))
    request = Request(method="POST", path="/auth/credentials", auth=auth)
    page = read_page(asked, replace(Toy()(request), status=500))

    assert find_laws("L16")[0].judge(case_of(page)).verdict == verdict


def test_no_rows_prove_nothing() -> None:
    page = read_page(Query(), Toy(rows=[])(Request()))

    assert {law.judge(case_of(page)).verdict for law in SINGLE if law.number != "L16"} == {
        "vacuous"
    }
