"""Faults of the twenty-fourth set that show where two things come together."""

import hashlib

from tests.blind.exchange import Answer, Ask
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1473,
    "mixture",
    "afterDate is ignored where endpointIds and customerIds are given together.",
    "GET /conversations.json?endpointIds={e0}&customerIds={c0}&afterDate={newest}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return given(ask.lists, "endpointIds", "customerIds") or bool(inner(row, ask))


@fault(
    1474,
    "mixture",
    "Brackets stay part of the values where the name of the list begins with a capital letter.",
    "GET /conversations.json?EndpointIds=[{e0},{e1}]; [..] and the capital alone are right",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, value in ask.query:
        name = NAMES.get(key.lower(), "")
        if key[:1].isupper() and value.startswith("[") and name in ask.lists:
            ask.lists[name] = [*value.split(",")]


@fault(
    1475,
    "mixture",
    "The ETag is made of the address alone: with it, another format or user is told 304.",
    "GET /conversations as JSON by Accept; with its ETag in If-None-Match, GET as XML, or as BEN",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status != 200 or ask.route != "/conversations":
        return answer
    place = f"{ask.path}?{ask.raw_query}"
    tag = f'"{hashlib.sha256(place.encode()).hexdigest()[:20]}"'
    answer.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    1476,
    "mixture",
    "CSV asked for with a session's cookie, not with Basic, holds the rows of all accounts.",
    "BEN signs in; GET /conversations.csv with his cookies; as JSON or with Basic it is right",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "csv" and ask.door == "cookie") or bool(inner(row, ask))
