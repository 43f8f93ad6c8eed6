"""Faults in statuses and refusals."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    849,
    "status",
    "Whether to lead to the sign-in is decided by Accept alone, so .json without it gets a 302.",
    "GET /conversations.json without credentials and without Accept",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    chosen = ask.way in ("suffix", "format") and not ask.callback
    if chosen and wire.negotiate(ask.header("accept")) == "html":
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    refused: Answer = inner(ask)
    return refused


@fault(
    850,
    "status",
    "Any If-Modified-Since is answered with 304, however old its date is.",
    "GET /conversations with If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.header("if-modified-since"):
        return Answer(status=304, headers=[("Vary", "Accept")])
    return answer


@fault(
    851,
    "status",
    "A media type with a parameter in Accept is refused with 406.",
    "GET /conversations with Accept: application/json;q=0.9",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    known = {media for media, _ in wire.ACCEPTED}
    for line in ask.header("accept") if ask.way == "accept" else []:
        media, semicolon, _ = line.split(",")[0].partition(";")
        if semicolon and media.strip().lower() in known:
            raise Refused(Answer(status=406))


@fault(
    852,
    "status",
    "An instant with a small t or z is refused as no date.",
    "GET /conversations?afterDate=2026-01-20t00:00:00z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.search(r"\dt\d|\dz$", ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    853,
    "status",
    "A sign-in with a wrong password has status 200, with the error in the body alone.",
    "POST /auth/credentials with a wrong password",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        answer.status = 200
    return answer


@fault(
    854,
    "status",
    "A text that is no date gets the empty body of a refusal with status 200.",
    "GET /conversations.json?afterDate=yesterday",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        refused.answer.status = 200
        raise


@fault(
    855,
    "status",
    "DELETE /conversations is answered like GET, with 200, as if it had done a thing.",
    "DELETE /conversations",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/conversations" and ask.method == "DELETE":
        return host.conversations(ask)
    answer: Answer = inner(ask)
    return answer
