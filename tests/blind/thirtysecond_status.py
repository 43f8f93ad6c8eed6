"""Faults 1778, 1779, 1786 and 1796: statuses, the bodies of errors, headers."""

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User


@fault(
    1778,
    "status",
    "The response starts with an empty list since the last refactoring, so that the refusal of "
    "a text that is no date has the member `conversations`.",
    "ana GET /conversations.json?afterDate=yesterday",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        status = refused.answer.status
        raise Refused(host.answer(ask, {"conversations": []}, ROOT, status)) from None


@fault(
    1779,
    "status",
    "The handler of errors goes by the Accept header alone: wrong Basic credentials are told in "
    "JSON where the suffix asks for another format.",
    "wrong GET /conversations.xml",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if ask.way in ("suffix", "format") and not host.known(name, password):
        ask.kind = wire.negotiate(ask.header("accept"), "json")
    user: User = inner(ask, name, password)
    return user


@fault(
    1786,
    "together",
    "The sign-in is only asked for when a row is to be written: who is not signed in, and whose "
    "filters find nothing, gets 200 and an empty list.",
    "none GET /conversations.json?endpointIds=5f8e6a1effffffffffffffff",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/conversations":
        text = ",".join(value for value in ask.raw.get("afterDate", []) if value)
        ask.after = dates.parse(text) if text else None
        ask.user = USERS[0]
        found = host.select(ask)
        ask.user = None
        if not found:
            return host.answer(ask, {"conversations": []}, ROOT)
    answer: Answer = inner(ask)
    return answer


@fault(
    1796,
    "together",
    "The proxy that compresses answers over 8 KB for clients that take gzip writes its own Vary "
    "over that of the service: it names Accept-Encoding alone.",
    "ana GET /conversations accept=application/json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    takes = "gzip" in ",".join(ask.header("accept-encoding"))
    if takes and len(answer.body.encode("utf-8", "surrogatepass")) > 8192:
        answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer
