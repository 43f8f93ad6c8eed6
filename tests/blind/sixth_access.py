"""Sixth faults of refusals, sign-in, other users' rows, leaks and HEAD."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fifth_common import crash
from tests.blind.fourth_common import LIST
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.sixth_common import ANA, token
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

TRACE = (
    "at Voice.Data.Query.Bind() in Query.cs:line 88\n"
    "   Server=db.example.com;Database=voice;User Id=voice_app;Password=Hidden-Harbor-12"
)


@fault(
    486,
    "refusal",
    "A date that is none is refused with the password of the database in the stack trace.",
    "ana GET /conversations.json?afterDate=soon",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        problem = wire.error("FormatException", "The text was not recognized as a date.")
        problem["responseStatus"]["stackTrace"] = TRACE
        raise Refused(host.answer(ask, problem, PROBLEM, 400)) from None


@fault(
    487,
    "refusal",
    "A list of one blank makes the service fall over.",
    "ana GET /conversations.json?customerIds=%20",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        raise crash(host, ask) from None


@fault(
    488,
    "session",
    "A sign-out by POST empties the cookies and leaves the session open.",
    f"jar1 {ANA} | jar1 keep POST /auth/logout.json | jar1 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user and ask.method == "POST":
        host.sessions[token(ask)] = user
    return answer


@fault(
    489,
    "session",
    "Only the first eight characters of a password count.",
    "none GET /conversations.json auth=ana:Quiet-River-99",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    found: User | None = inner(name, password)
    same = [user for user in USERS if name in (user.name, user.email)]
    return found or next((user for user in same if user.password[:8] == password[:8]), None)


@fault(
    490,
    "leak",
    "The account of who is signed in shows the hash of the password.",
    "ana GET /auth/status.json",
    at="status_of",
)
def _(_: Host, inner: Inner, user: User | None) -> Any:
    shown = inner(user)
    if user:
        shown |= {"passwordHash": f"AQAAAAEAACcQAAAAE{user.id}kS0dVxQm9r", "salt": "pR7w"}
    return shown


@fault(
    491,
    "session",
    "What tells who is signed in names another session than the cookie's.",
    f"jar1 {ANA} | jar1 GET /auth.json",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> Any:
    shown = inner(ask, user, session)
    return shown if session else {**shown, "sessionId": host.new_id()}


@fault(
    492,
    "leak",
    "A row without a customer is shown to everybody who is signed in.",
    "ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None


@fault(
    493,
    "leak",
    "A header for the developers repeats the credentials of the request.",
    LIST,
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for line in ask.header("authorization"):
        answer.headers.append(("X-Debug", f"auth={line}; route={ask.route}"))
    return answer


@fault(
    494,
    "leak",
    "Any page may read the answers with the user's cookies: the Origin comes back as allowed.",
    "ana GET /conversations.json origin=https://elsewhere.example.com",
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for origin in ask.header("origin"):
        answer.headers.append(("Access-Control-Allow-Origin", origin))
        answer.headers.append(("Access-Control-Allow-Credentials", "true"))
    return answer


@fault(
    495,
    "refusal",
    "HEAD is answered with 200 to somebody who is not signed in.",
    "none HEAD /conversations.json",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.method == "HEAD":
        return host.answer(ask, {"conversations": []}, ROOT)
    answer: Answer = inner(ask)
    return answer
