"""Fourth faults of statuses, of who may see what, of headers, of secrets and of time."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import NAMES, PROBLEM, SIGNED, WRONG, Host
from tests.blind.switch import Inner, fault
from tests.blind.wire import error
from tests.blind.world import ACCOUNTS, USERS, Row, User

__all__: list[str] = []

SLOW = 6.0
RESERVED = {"format", "callback", "jsconfig", "debug", "v", "version", "noredirect", "continue"}
IN = as_form("ana", "Quiet-River-81")


@fault(
    301,
    "status",
    "Basic credentials that are no Base64 make the server fail.",
    "none GET /conversations.json auth=Basic_%%%",
    at="basic",
)
def _(_: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        pair: tuple[str, str] | None = inner(ask, token)
    except Refused as refused:
        refused.answer.status = 500
        raise
    return pair


@fault(
    302,
    "status",
    "A date that is none is refused with 422 and a problem of another framework.",
    f"{LIST}?afterDate=soon",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        body = '{"title":"One or more validation errors occurred.","status":422}'
        refused.answer = Answer(status=422, headers=[("Vary", "Accept")], body=body)
        refused.answer.media("application/problem+json")
        raise


@fault(
    303,
    "status",
    "The proxy in front takes queries of at most 1,500 characters.",
    f"{LIST}?endpointIds=" + ",".join(["{e0}", "{e1}", "{e2}", "{e3}"] * 17),
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    if len(ask.raw_query) > 1500:
        return Answer(status=414)
    answer: Answer = inner(ask)
    return answer


@fault(
    304,
    "status",
    "A parameter that the operation does not know is refused.",
    f"{LIST}?colour=red",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    unknown = [key for key, _ in ask.query if key.lower() not in {*NAMES, *RESERVED}]
    if unknown:
        return host.answer(ask, error("ArgumentException", "Unknown parameter"), PROBLEM, 400)
    answer: Answer = inner(ask)
    return answer


@fault(
    305,
    "access",
    "Passwords are compared without regard to case.",
    "none GET /conversations.json auth=ana:QUIET-RIVER-81",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    for user in USERS:
        if name in (user.name, user.email) and user.password.lower() == password.lower():
            return user
    found: User | None = inner(name, password)
    return found


@fault(
    306,
    "access",
    "A thread without a customer belongs to nobody, and everybody sees it.",
    "ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None


@fault(
    307,
    "access",
    "Nobody can open a session by an e-mail address.",
    f"jar {as_form('ana@example.com', 'Quiet-River-81')}",
    at="credentials",
)
def _(_: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if "username" in found:
        found["username"] = str(found["username"]).replace("@", " ")
    return found


@fault(
    308,
    "access",
    "A session that is to stay is not found again.",
    f"jar {IN}&rememberMe=true | jar GET /conversations.json",
    at="session_of",
)
def _(_: Host, inner: Inner, ask: Ask) -> User | None:
    if ask.cookies().get("ss-opt") == "perm":
        return None
    user: User | None = inner(ask)
    return user


@fault(
    309,
    "access",
    "Signing out by POST empties the cookies, and leaves the session.",
    f"jar {IN} | jar keep POST /auth/logout.json | jar keep GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions |= before
    return answer


@fault(
    310,
    "access",
    "`/auth` tells somebody who is not signed in nothing, with 200.",
    "none GET /auth.json",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/auth" and host.authenticate(ask) is None:
        return host.answer(ask, {}, SIGNED)
    answer: Answer = inner(ask)
    return answer


@fault(
    311,
    "header",
    "The cookie of a session that stays can be read by scripts.",
    f"jar {IN}&rememberMe=true",
    at="open",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, value.replace("; httponly", "") if value.startswith("ss-pid=") else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    312,
    "header",
    "The way to the sign-in is a path, no address.",
    "none GET /conversations.html",
    at="redirect",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [
        (name, "/login" + value.partition("/login")[2] if name == "Location" else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    313,
    "leak",
    "Who gives a wrong password reads it again in the answer.",
    "wrong GET /conversations.json",
    at="check",
)
def _(_: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        told = f"{WRONG}: {password}"
        refused.answer.body = refused.answer.body.replace(WRONG, told)
        raise
    return user


@fault(
    314,
    "leak",
    "`/auth/status` tells everybody which accounts there are.",
    "none GET /auth/status.json",
    at="status_of",
)
def _(_: Host, inner: Inner, user: User | None) -> Any:
    status = inner(user)
    return status if user else {**status, "accountIds": ACCOUNTS}


@fault(
    315,
    "slow",
    "Every list in XML takes six seconds.",
    "ana GET /conversations.xml?customerIds={c0}",
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.delay = SLOW if ask.kind == "xml" else 0.0
    return answer


@fault(
    316,
    "slow",
    "A list of ten ids or more takes six seconds.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(10)),
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.delay = SLOW if any(len(values) > 9 for values in ask.lists.values()) else 0.0
    return answer
