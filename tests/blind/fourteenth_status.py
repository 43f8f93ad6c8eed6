"""Faults of the fourteenth set: statuses and refusals."""

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    969,
    "status",
    "An apostrophe in an id breaks the query behind, and the answer is 500.",
    "GET /conversations.json?customerIds=O%27Neil is 500",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any("'" in (value or "") for values in ask.lists.values() for value in values):
        raise Refused(host.answer(ask, {}, ROOT, 500))


@fault(
    970,
    "status",
    "Wrong Basic credentials are refused in JSON whatever format was asked for.",
    "GET /conversations.xml with a wrong password is 401 with application/json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    asked = ask.kind
    if asked != "html":
        ask.kind = "json"
    user: User = inner(ask, name, password)
    ask.kind = asked
    return user


@fault(
    971,
    "status",
    "A script in a browser that is not signed in is sent to the sign-in page, as it is a browser.",
    "GET /conversations, Accept: application/json, User-Agent: Mozilla/5.0, not signed in: 302",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if not ask.callback and any(line.startswith("Mozilla") for line in ask.header("user-agent")):
        ask.kind = "html"
    answer: Answer = inner(ask)
    return answer


@fault(
    972,
    "status",
    "A date that is none is refused only if a row is there to be compared with it.",
    "afterDate=soon is 400, but afterDate=soon&endpointIds={none has it} is 200",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        ask.after = None


@also(972, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if rows and ask.after_text and ask.after is None:
        raise Refused(host.answer(ask, {}, ROOT, 400))
    return rows


@fault(
    973,
    "status",
    "A query of more than 512 characters is answered with 404, as a filter in front does.",
    "GET /conversations.json?endpointIds={e0},...,{e29} is 404",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if len(ask.raw_query) > 512:
        return Answer(status=404)
    answer: Answer = inner(ask)
    return answer


@fault(
    974,
    "status",
    "Where no row passes the filters the answer is 204 without a body.",
    "GET /conversations.json?afterDate=2030-01-01T00:00:00Z is 204",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 200 and not host.select(ask):
        return Answer(status=204, headers=[("Vary", "Accept")])
    return answer


@fault(
    975,
    "status",
    "A sign-in with a name that nobody has is answered with 404, so that names can be tried.",
    'POST /auth/credentials.json {"userName": "nobody", "password": "x"} is 404',
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    name = str(host.credentials(ask).get("username") or "")
    if answer.status == 401 and not any(name in (user.name, user.email) for user in USERS):
        answer.status = 404
    return answer
