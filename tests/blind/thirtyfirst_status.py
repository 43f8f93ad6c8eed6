"""Faults 1737, 1746 and 1756: refusals, their bodies and their formats."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault


@fault(
    1737,
    "status",
    "The body of a refused date holds an empty list: the response's constructor makes one.",
    "ana GET /conversations.json?afterDate=someday",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    if root == ROOT and status >= 400:
        value = {"conversations": []}
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    1746,
    "format",
    "The handler of errors looks at Accept alone: an error is not in the format that the suffix or "
    "?format= names.",
    "ana GET /conversations.xml?afterDate=someday accept=application/json"
    " | wrong GET /conversations?format=json accept=application/xml",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    kept = ask.kind
    if status >= 400 and ask.way in ("suffix", "format"):
        ask.kind = wire.negotiate(ask.header("accept"))
    answer: Answer = inner(ask, value, root, status)
    ask.kind = kept
    return answer


@fault(
    1756,
    "header",
    "Whoever compresses large answers sets Vary anew: over 16 KB, for a client that takes gzip, it "
    "no longer names Accept.",
    "ana GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    gzip = "gzip" in ",".join(ask.header("accept-encoding"))
    if gzip and len(answer.body.encode("utf-8", "surrogatepass")) > 16_384:
        answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer
