"""Formats as hosts write them that are not ServiceStack: no fault, and no cover for one."""

import pytest

from mockserver.checks.decoding.decode import Row
from mockserver.checks.expectation import expect
from mockserver.checks.facts import build_facts, key_of, read_page
from mockserver.checks.laws.law import Case
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.oracle import View, compare
from mockserver.checks.plan import parse_query

MESSAGE: Row = {"id": "m1", "text": "a", "customerId": None, "isUnread": True, "tags": ["x"]}
ROWS: list[Row] = [{"id": "c1", "endpointId": "e1", "mostRecentMessage": MESSAGE}]


def judge(kind: str, body: str) -> tuple[str, str]:
    """Judge rows in a format by those of the list."""
    facts = build_facts(ROWS)
    asked = parse_query(f"@accept={kind}")
    expected = expect(asked, facts, {})
    assert expected is not None
    core = {key_of(row): row for row in ROWS}
    view = View(facts=facts, core=core, listed=frozenset(core))
    judgement = compare(read_page(asked, _answer(body, kind)), expected, view)
    return judgement.verdict, judgement.symptom


def _answer(text: str, media: str) -> Response:
    return Response(
        status=200,
        reason="",
        headers=(("content-type", media),),
        body=text.encode(),
        elapsed_seconds=0.0,
        request=Request(),
    )


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("{id:m1,text:a,isUnread:True}", id="as ServiceStack"),
        pytest.param("{id:m1,text:a,customerId:null,isUnread:true}", id="null as text"),
        pytest.param('{id:m1,text:a,customerId:"",isUnread:true,tags:[x]}', id="more members"),
    ],
)
def test_jsv_may_dress_as_it_likes(message: str) -> None:
    body = f"{{conversations:[{{id:c1,endpointId:e1,mostRecentMessage:{message}}}]}}"

    assert judge("application/jsv", body) == ("vacuous", "")


@pytest.mark.parametrize(
    "message",
    ["{id:m1,text:b,isUnread:True}", "{id:m1,isUnread:True}", "{id:m1,text:null,isUnread:True}"],
    ids=["another text", "no text", "null for a text"],
)
def test_jsv_that_says_something_else_is_found(message: str) -> None:
    body = f"{{conversations:[{{id:c1,endpointId:e1,mostRecentMessage:{message}}}]}}"

    assert judge("application/jsv", body) == ("violated", "mostRecentMessage.text differs")


def test_a_host_without_suffixes_has_two_ways() -> None:
    (law,) = find_laws("L26")
    asks = law.asks(parse_query("@format=xml"))
    body = "<R><Conversations><C><Id>c1</Id></C></Conversations></R>"
    found = _answer(body, "application/xml")
    lost = Response(
        status=404, reason="", headers=(), body=b"", elapsed_seconds=0.0, request=Request()
    )

    def judge_ways(xml: Response, suffix: Response) -> str:
        answers = (found, found, xml, suffix)
        pages = tuple(read_page(a, answer) for a, answer in zip(asks, answers, strict=True))
        case = Case(facts=build_facts(ROWS), plan=parse_query("@format=xml"), pages=pages, core={})
        return law.judge(case).symptom

    assert judge_ways(lost, lost) == ""
    assert judge_ways(lost, found) == "xml in some ways only"
