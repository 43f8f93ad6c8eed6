"""Faults of the set `seventeenth`: who gets to see what is not theirs."""

import base64
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    1142,
    "leak",
    "The refusal of a wrong password tells the full name and the e-mail address of the user.",
    "GET /conversations.json as ana:wrong",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused:
        meant = next((user for user in USERS if name in (user.name, user.email)), None)
        if meant is None or ask.kind == "html":
            raise
        problem = wire.error("Unauthorized", f"Wrong password of {meant.display} <{meant.email}>")
        status = 200 if ask.callback else 401
        raise Refused(host.answer(ask, problem, PROBLEM, status)) from None
    return user


@fault(
    1143,
    "leak",
    "/auth/status without a session tells name and address of whoever asked last.",
    "GET /conversations.json as ana, then /auth/status.json with no credentials",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user:
        host.memory["last"] = user
    return user


@also(1143, at="status_of")
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    last: User | None = host.memory.get("last")
    if user is None and last:
        return {"isAuthenticated": False, "name": last.display, "emailAddress": last.email}
    return inner(user)


@fault(
    1144,
    "leak",
    "Of several endpoints the first alone is checked against the caller's accounts.",
    "GET /conversations.json?endpointIds={one of ben's},{one of somebody else's} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("endpointIds", [])
    if len(values) < 2 or ask.user is None or ask.user.accounts is None:
        return bool(inner(row, ask))
    firsts = [row for row in host.rows if row["endpointId"] == values[0]]
    return bool(firsts) and bool(inner(firsts[0], ask))


@fault(
    1145,
    "leak",
    "The redirect of somebody who is not signed in has the page with all rows as its body.",
    "GET /conversations with no credentials and Accept: text/html",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 302 and ask.route == "/conversations":
        rows = [row for row in host.rows if all(host.passes(row, n, ask) for n in ask.lists)]
        answer.body = host.write({"conversations": rows}, "html", ROOT)
        answer.media(wire.MEDIA["html"])
    return answer


@fault(
    1146,
    "leak",
    "/auth and the sign-in have a bearerToken: user name and password in Base64.",
    "GET /auth.json as ana",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value: dict[str, Any] = inner(ask, user, session)
    token = base64.b64encode(f"{user.name}:{user.password}".encode()).decode()
    return {**value, "bearerToken": token}


@fault(
    1147,
    "leak",
    "/auth with Basic names the session that was opened last, whosever it is; its id is good.",
    "sign in as ana; GET /auth.json as ben with Basic; its sessionId as ss-id",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value: dict[str, Any] = inner(ask, user, session)
    if session is None and ask.door == "basic" and host.sessions:
        return {**value, "sessionId": [*host.sessions][-1]}
    return value


@fault(
    1148,
    "leak",
    "Rows without a customer belong to nobody, and every user sees those of all accounts.",
    "GET /conversations.json as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None
