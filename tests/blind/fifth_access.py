"""Fifth faults of statuses and refusals, of sign-in and sessions, and of what leaks."""

import re
from typing import Any

from tests.blind.dates import parse
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fifth_common import ANA, BEN, crash
from tests.blind.fourth_common import LIST
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

SEEN = "jar GET /conversations.json"
OUT = "The query needs a parameter that is not blank."
FIXED = "cookie=ss-id=Zm9vYmFyYmF6cXV4enp5"


def session_ids(answer: Answer) -> dict[str, str]:
    """The cookies that a sign-in sets."""
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    pairs = [line.split(";")[0].partition("=") for line in lines]
    return {name: value for name, _, value in pairs}


@fault(
    409,
    "status",
    "A day that the calendar does not have is a failure.",
    LIST + "?afterDate=2026-02-30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    text = ",".join(ask.raw.get("afterDate", []))
    if re.match(r"\d{4}-\d\d-\d\d", text) and parse(text) is None:
        raise crash(host, ask)
    inner(ask)


@fault(
    410,
    "status",
    "A list that cannot be bound is refused in plain text.",
    LIST + "?accountIds=%20",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        refused.answer.media("text/plain")
        refused.answer.body = OUT
        raise


@fault(
    411,
    "status",
    "Basic that is no Base64 is a failure.",
    "none GET /conversations.json auth=Basic_%%%",
    at="basic",
)
def _(_: Host, inner: Inner, ask: Ask, token: str) -> Any:
    try:
        return inner(ask, token)
    except Refused as refused:
        refused.answer.status = 500
        raise


@fault(
    412,
    "status",
    "Whose password is wrong gets an answer without rows instead of a refusal.",
    "wrong GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if ask.route == "/conversations" and host.known(name, password) is None:
        raise Refused(host.answer(ask, {"conversations": []}, ROOT))
    user: User = inner(ask, name, password)
    return user


@fault(
    413,
    "status",
    "The way to the sign-in is no absolute address.",
    "none GET /conversations accept=text/html",
    at="redirect",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    old = dict(answer.headers)["Location"]
    answer.headers = [*answer.without("location"), ("Location", old[old.index("/login") :])]
    return answer


@fault(
    414,
    "status",
    "More than ten ids in a list are a failure.",
    LIST + "?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7},{e8},{e9},{e10}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if any(len(values) > 10 for values in ask.lists.values()):
        raise crash(host, ask)
    return list(inner(ask))


@fault(
    415,
    "access",
    "A password is compared without regard to case.",
    "none GET /conversations.json auth=ana:quiet-river-81",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if user.password.lower() == password.lower()]
    real = found[0].password if found else password
    user: User | None = inner(name, real)
    return user


@fault(
    416,
    "access",
    "The first eight characters of a password are enough.",
    "none GET /conversations.json auth=ana:Quiet-River-80",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    for user in USERS:
        if name in (user.name, user.email) and user.password[:8] == password[:8]:
            return user
    other: User | None = inner(name, password)
    return other


@fault(
    417,
    "access",
    "A sign-out by POST empties the cookies and leaves the session.",
    f"jar {ANA} | jar keep POST /auth/logout.json | {SEEN}",
    at="forget",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    if (ask.route, ask.method) != ("/auth/logout", "POST"):
        inner(ask)


@fault(
    418,
    "access",
    "A session that stays is kept under the wrong cookie, so that it is over at once.",
    f"jar {ANA}&rememberMe=true | {SEEN}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if stays:
        cookies = session_ids(answer)
        host.sessions[cookies["ss-id"]] = host.sessions.pop(cookies["ss-pid"])
    return answer


@fault(
    419,
    "access",
    "Who asks for the session is told the id that is not in force.",
    f"jar {ANA} | jar GET /auth.json",
    at="signed",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> Any:
    value = inner(ask, user, session)
    cookies = ask.cookies()
    other = cookies.get("ss-id" if cookies.get("ss-opt") == "perm" else "ss-pid")
    return value if session or not other else {**value, "sessionId": other}


@fault(420, "access", "Scripts can read the session's cookie.", f"jar {ANA}", at="open")
def _(_: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, value.replace("; httponly", "") if value.startswith("ss-id") else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    421,
    "access",
    "A sign-in takes over the session id that the client brings.",
    f"none {ANA} {FIXED} | none GET /conversations.json {FIXED}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    brought, made = ask.cookies().get("ss-id"), session_ids(answer)["ss-id"]
    if brought and not stays:
        host.sessions[brought] = host.sessions.pop(made)
        answer.body = answer.body.replace(made, brought)
        answer.headers = [(name, value.replace(made, brought)) for name, value in answer.headers]
    return answer


@fault(
    422,
    "access",
    "The answer that tells who is signed in holds the password.",
    "ben GET /auth.json",
    at="signed",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> Any:
    value = inner(ask, user, session)
    return {**value, "meta": {"password": user.password}} if ask.method == "GET" else value


@fault(423, "access", "Unread threads are shown to everyone.", "ben GET /conversations.json",
       at="visible")  # fmt: skip
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or bool((row["mostRecentMessage"] or {}).get("isUnread"))


@fault(
    424,
    "access",
    "Who names a customer need not be allowed its account.",
    "ben GET /conversations.json?customerIds={c1}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return "customerIds" in ask.lists or bool(inner(row, ask))


@fault(425, "access", "Any cache may keep a user's rows.", LIST, at="conversations")
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers.append(("Cache-Control", "public, max-age=600"))
    return answer


@fault(
    426,
    "access",
    "Any origin may read rows with the user's cookies.",
    f"jar {BEN} | {SEEN} origin=https://evil.example.com",
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for origin in ask.header("origin"):
        answer.headers.append(("Access-Control-Allow-Origin", origin))
        answer.headers.append(("Access-Control-Allow-Credentials", "true"))
    return answer


@fault(
    427,
    "access",
    "HEAD needs no sign-in.",
    "none HEAD /conversations.json?accountIds={a0}",
    at="require",
)
def _(_: Host, inner: Inner, ask: Ask) -> User:
    try:
        user: User = inner(ask)
    except Refused:
        if ask.method != "HEAD":
            raise
        ask.user = user = USERS[0]
    return user


@fault(
    428,
    "access",
    "A header tells the statement and the way into the database.",
    LIST + "?endpointIds={e0}",
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.lists:
        text = "Server=db.example.com;User Id=voice;Password=Blue-Stone-5; SELECT * FROM Thread"
        answer.headers.append(("X-Debug", text))
    return answer
