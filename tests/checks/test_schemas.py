import json

import pytest
from hypothesis import HealthCheck, given, settings

from mockserver.checks.messages import Request, Response
from mockserver.checks.schemas import Fault, Judge, draw_requests
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.guards import refuse
from mockserver.checks.sending.target import TargetOptions
from mockserver.contract import load_contract
from tests.checks.counting_server import counting_server
from tests.replay import VERSIONS, Record, load_records

JUDGE = Judge(load_contract())
TARGET = TargetOptions(url="http://127.0.0.1:1").resolve()
MESSAGE = {"direction": "Incoming", "isUnread": False}
FEW = settings(max_examples=10, database=None, suppress_health_check=list(HealthCheck))


def answer(
    body: object = None,
    *,
    status: int = 200,
    media: str = "application/json",
    request: Request | None = None,
) -> Response:
    return Response(
        status=status,
        reason="",
        headers=(("Content-Type", media),) if media else (),
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        elapsed_seconds=0.1,
        request=request or Request(),
    )


def rows(**members: object) -> dict[str, object]:
    return {"conversations": [{"mostRecentMessage": {**MESSAGE, **members}}]}


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(answer({"conversations": []}), id="empty"),
        pytest.param(answer(rows(text="x", sender=None)), id="row"),
        pytest.param(answer(rows(later="x")), id="further-member"),
        pytest.param(answer({"conversations": [{"mostRecentMessage": None}]}), id="null"),
        pytest.param(answer({"conversations": [], "later": 1}), id="further-member-above"),
        pytest.param(answer(b"<html>", media="text/html"), id="html"),
        pytest.param(answer(b"{conversations:[]}", media="text/JSV; a=b"), id="jsv"),
        pytest.param(answer(b"", status=302, media=""), id="redirect"),
        pytest.param(answer(b"", status=401, media=""), id="refusal"),
        pytest.param(answer(b"{}", status=400), id="service-error"),
        pytest.param(answer(b"{}", status=403), id="status-of-a-point"),
        pytest.param(
            answer(b"", status=406, media="", request=Request(headers=(("Accept", "text/csv"),))),
            id="format-not-there",
        ),
        pytest.param(
            answer(b"", status=406, media="", request=Request(headers=(("Accept", "text/jsonl"),))),
            id="lines-not-there",
        ),
        pytest.param(
            answer(b"", status=304, media="", request=Request(headers=(("If-None-Match", "x"),))),
            id="not-modified",
        ),
        pytest.param(
            answer(b"cb({})", media="text/javascript", request=Request(query="callback=cb")),
            id="jsonp",
        ),
        pytest.param(answer(b"", status=405, request=Request(method="HEAD")), id="head"),
        pytest.param(
            answer(b"", status=418, request=Request(method="POST", path="/auth/credentials")),
            id="sign-in",
        ),
    ],
)
def test_what_a_host_may_answer_is_no_fault(response: Response) -> None:
    assert JUDGE.judge(response) == ()


@pytest.mark.parametrize(
    ("response", "symptoms"),
    [
        pytest.param(answer(b"", status=204, media=""), ["status 204"], id="status"),
        pytest.param(answer(b"", status=404, media=""), ["status 404"], id="not-found-without-ids"),
        pytest.param(answer(b"x", media="image/png"), ["another media type"], id="media-type"),
        pytest.param(answer({}, media=""), ["no media type"], id="no-media-type"),
        pytest.param(answer(b"{"), ["unreadable json"], id="not-json"),
        pytest.param(answer(b"<a", media="application/xml"), ["unreadable xml"], id="not-xml"),
        pytest.param(answer({}), ["required /"], id="no-list"),
        pytest.param(
            answer(rows(direction="In")),
            ["enum /conversations/*/mostRecentMessage/direction"],
            id="enum",
        ),
        pytest.param(
            answer(rows(isUnread="no", text=3)),
            [
                "type /conversations/*/mostRecentMessage/isUnread",
                "type /conversations/*/mostRecentMessage/text",
            ],
            id="types",
        ),
    ],
)
def test_a_fault_is_named_by_its_class(response: Response, symptoms: list[str]) -> None:
    judge = Judge(load_contract(), choices={"unknown-id": "empty"})

    assert sorted(fault.symptom for fault in judge.judge(response)) == symptoms


def test_a_fault_holds_no_value_of_the_target() -> None:
    faults = JUDGE.judge(answer(rows(direction="secret-word", sender={"secret-key": "x"})))

    assert len(faults) == 2
    assert "secret" not in repr(faults)


def test_a_missing_member_is_named() -> None:
    response = answer({"conversations": [{"mostRecentMessage": {"isUnread": False}}]})

    assert JUDGE.judge(response) == (
        Fault(
            check="body",
            symptom="required /conversations/*/mostRecentMessage",
            received="no direction at /conversations/*/mostRecentMessage, which breaks `required`",
            documented="what openapi.yaml says by `required` of /conversations/*/mostRecentMessage",
        ),
    )


def recorded(version: str) -> list[Record]:
    return [
        record
        for variant in ("default", "json-default", "credentials-first", "cors")
        for record in load_records(f"servicestack-{version}-{variant}.ndjson", version)
        if is_judged(record)
    ]


def is_judged(record: Record) -> bool:
    # `jsconfig` and `debug` change names, types and dress on purpose, and the client sends no
    # such header as is refused with 431. Pages and broken bodies were not recorded.
    request, reply = record.request, record.answer
    odd = any(word in request["path"] for word in ("jsconfig", "debug")) or request["body"]
    lost = any(reply.get(mark) for mark in ("page", "incomplete", "unstable"))
    known = request["path"].partition("?")[0].lower().startswith("/conversations")
    is_sent = request["method"] == "GET" and known and reply["status"] != 431
    return is_sent and not odd and not lost


def as_response(record: Record) -> Response:
    path, _, query = record.request["path"].partition("?")
    headers = tuple((name, value) for name, value in record.request["headers"])
    body = str(record.answer.get("body", "")).encode()
    return Response(
        status=record.answer["status"],
        reason=record.answer["reason"],
        headers=tuple((name, value) for name, value in record.answer["headers"]),
        body=body,
        elapsed_seconds=0.1,
        request=Request(path=path, query=query, headers=headers),
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_no_recorded_answer_has_a_fault(version: str) -> None:
    judged = {record.id: JUDGE.judge(as_response(record)) for record in recorded(version)}

    assert len(judged) > 100
    assert {name: faults for name, faults in judged.items() if faults} == {}


@FEW
@given(request_=draw_requests(load_contract()))
def test_every_wild_query_passes_the_guards_of_loopback(request_: Request) -> None:
    """A drawn request is one that the client sends to loopback, and never to a live target."""
    refuse(request_, TARGET)

    assert request_.is_hostile


@FEW
@given(request_=draw_requests(load_contract(), is_negative=True))
def test_every_query_of_wrong_types_passes_the_guards_of_loopback(request_: Request) -> None:
    """A drawn request is one that the client sends to loopback."""
    refuse(request_, TARGET)


def test_a_drawn_query_arrives_as_drawn() -> None:
    drawn: list[Request] = []

    @FEW
    @given(request_=draw_requests(load_contract()))
    def collect(request_: Request) -> None:
        drawn.append(request_)

    collect()
    with counting_server() as server, Client(TargetOptions(url=server.url)) as client:
        client.send(drawn[-1])

    assert server.targets == [f"GET /conversations?{drawn[-1].query}".rstrip("?")]
