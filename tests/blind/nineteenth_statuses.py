"""Faults of the set `nineteenth`: statuses, refusals and their headers."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1241,
    "status",
    "A blank customerIds is refused with the empty response of the service, no ErrorResponse.",
    "GET /conversations.json?customerIds=%20",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        if "customerIds" in refused.answer.body:
            raise Refused(host.answer(ask, {}, ROOT, refused.answer.status)) from None
        raise


@fault(
    1242,
    "status",
    "Basic with a user name that nobody has is answered with 404 instead of 401.",
    "GET /conversations.json as nobody:x",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    known = any(name in (user.name, user.email) for user in USERS)
    if not known and ask.kind != "html" and not ask.callback:
        problem = wire.error("NotFound", "No such user")
        raise Refused(host.answer(ask, problem, PROBLEM, 404))
    user: User = inner(ask, name, password)
    return user


@fault(
    1243,
    "status",
    "The 401 of /auth names no provider: it lacks WWW-Authenticate.",
    "GET /auth.json without credentials",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.route == "/auth" and answer.status == 401:
        answer.headers = answer.without("www-authenticate")
    return answer


@fault(
    1244,
    "status",
    "An answer in CSV has no Vary, though Accept chose it.",
    "GET /conversations with Accept: text/csv",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv":
        answer.headers = answer.without("vary")
    return answer


@fault(
    1245,
    "status",
    "Where afterDate leaves no row, the answer is 204 without a body.",
    "GET /conversations.json?afterDate=2031-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.after is not None and answer.status == 200 and not host.select(ask):
        return Answer(status=204, headers=[("Vary", "Accept")])
    return answer
