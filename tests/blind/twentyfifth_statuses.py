"""Faults of statuses: empty answers, conditions, ranges and crashes."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

TRACE = (
    "   at System.Convert.FromBase64String(String s)\n"
    "   at Voice.Api.Auth.BasicReader.Read(IRequest req) in C:\\build\\BasicReader.cs:line 41"
)
RANGE = re.compile(r"bytes=(?P<first>\d+)-(?P<last>\d*)")


@fault(
    1492,
    "status",
    "Where no row is left the answer is 204 without a body, instead of an empty list.",
    "GET /conversations.json?afterDate=2027-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 200 and not host.select(ask):
        return Answer(status=204, headers=[("Vary", "Accept")])
    return answer


@fault(
    1493,
    "status",
    "Whatever tag If-None-Match names, the answer is 304.",
    'GET /conversations.json with If-None-Match: "never-sent"',
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    tags = ",".join(ask.header("if-none-match")).strip()
    if answer.status == 200 and tags not in ("", "*") and ask.method in ("GET", "HEAD"):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    1494,
    "status",
    "A Range is cut out of the body, but the status stays 200, as if that were all.",
    "GET /conversations.json with Range: bytes=0-99",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    found = RANGE.fullmatch(",".join(ask.header("range")).strip())
    if found and answer.status == 200 and ask.method == "GET":
        content = answer.body.encode()
        last = int(found["last"] or len(content))
        answer.body = content[int(found["first"]) : last + 1].decode("utf-8", "ignore")
    return answer


@fault(
    1495,
    "status",
    "Basic credentials that are no Base64 give 500 with a stack trace.",
    "GET /conversations.json with Authorization: Basic %%%",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        pair: tuple[str, str] | None = inner(ask, token)
    except Refused:
        problem = wire.error("FormatException", "The input is not a valid Base-64 string.")
        problem["responseStatus"]["stackTrace"] = TRACE
        raise Refused(host.answer(ask, problem, PROBLEM, 500)) from None
    return pair
