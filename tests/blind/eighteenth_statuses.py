"""Faults of the eighteenth set: statuses and the headers of refusals."""

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []

# The least day that a database's type holds.
LEAST = dates.parse("1753-01-01T00:00:00Z") or 0


@fault(
    1181,
    "status",
    "An afterDate before the year 1753 ends in a 500.",
    "GET /conversations.json?afterDate=1600-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after < LEAST:
        raise Refused(host.answer(ask, {}, ROOT, 500))


@fault(
    1182,
    "status",
    "Basic credentials that are no Base64 end in a 500.",
    "GET /conversations.json with `Authorization: Basic ???`",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        pair: tuple[str, str] | None = inner(ask, token)
    except Refused as refused:
        if refused.answer.status == 400:
            refused.answer.status = 500
        raise
    return pair


@fault(
    1183,
    "status",
    "The refusal of wrong Basic credentials has the challenge too.",
    "GET /conversations.json with a wrong password",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        if refused.answer.status == 401:
            refused.answer.headers.append(CHALLENGE)
        raise
    return user


@fault(
    1184,
    "status",
    "Filters that keep nothing together end in a 404.",
    "GET /conversations.json?accountIds={A}&endpointIds={an endpoint of B}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if (ask.lists or ask.after is not None) and not host.select(ask):
        return host.answer(ask, {}, ROOT, 404)
    return answer


@fault(
    1185,
    "status",
    "The way to the sign-in is a path, not an absolute URL.",
    "nobody: GET /conversations with Accept: text/html",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    location = next(value for name, value in answer.headers if name == "Location")
    path = "/" + location.partition("://")[2].partition("/")[2]
    answer.headers = [*answer.without("location"), ("Location", path)]
    return answer


@fault(
    1213,
    "status",
    "The status of a refused date is left standing: the next answer has its rows, and 400.",
    "GET …?afterDate=soon, then GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if ask.user and refused.answer.status == 400:
            host.memory["status"] = 400
        raise
    answer.status = host.memory.pop("status", answer.status)
    return answer
