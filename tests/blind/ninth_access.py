"""Ninth faults of access, sign-in and sessions."""

from typing import Any
from urllib.parse import unquote

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

WRONG = "Invalid Username or Password"


@fault(
    664,
    "access",
    "Without accountIds the rows of one's accounts are found by their customers, and a row that "
    "has none is everybody's.",
    "ben GET /conversations.json | ben GET /conversations.json?accountIds={a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    shared = "accountIds" not in ask.lists and host.member(row, "customerIds") is None
    return shared or bool(inner(row, ask))


@fault(
    665,
    "access",
    "Where no list is given the unread rows of every account are added.",
    "ben GET /conversations.json | ben GET /conversations.json?accountIds={a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    unread = (row["mostRecentMessage"] or {}).get("isUnread") is True
    return (unread and not ask.lists) or bool(inner(row, ask))


@fault(
    666,
    "access",
    "A password is right if anybody has it.",
    "none GET /conversations.json auth=ana:Tall:Cedar-47",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    anybody = any(user.password == password for user in USERS)
    return next((u for u in USERS if anybody and name in (u.name, u.email)), None)


@fault(
    667,
    "access",
    "The cookie X-UAId is believed where there is no session.",
    "none GET /conversations.json cookie=X-UAId=2 | "
    f"jar1 {as_form('ben', 'Tall%3ACedar-47')} | jar1 keep GET /auth/logout.json | "
    "jar1 keep GET /conversations.json",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    wanted = ask.cookies().get("X-UAId")
    user: User | None = inner(ask)
    return user or next((known for known in USERS if known.id == wanted), None)


@fault(
    668,
    "access",
    "HEAD needs no sign-in.",
    "none HEAD /conversations.json | wrong HEAD /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    try:
        ask.user = inner(ask)
    except Refused:
        if ask.method != "HEAD":
            raise
        ask.user = USERS[0]
    assert ask.user
    return ask.user


@fault(
    669,
    "access",
    "The refusal of a wrong password repeats the password.",
    "wrong GET /conversations.json | wrong GET /conversations.xml",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        told = "".join(letter for letter in password if letter not in '"\\<&')
        refused.answer.body = refused.answer.body.replace(WRONG, f"{WRONG}: {name} / {told}")
        raise
    return user


@fault(
    670,
    "session",
    "A sign-in with a wrong password is refused, but its cookies are those of a session.",
    f"jar1 {as_form('ana', 'Not-The-One-3')} | jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        name = str(host.credentials(ask).get("username"))
        user = next((known for known in USERS if name in (known.name, known.email)), None)
        if user:
            opened = host.open(ask, user, stays=False)
            answer.headers += [pair for pair in opened.headers if pair[0] == "Set-Cookie"]
    return answer


@fault(
    671,
    "session",
    "The values of a form are not decoded, so that a password with a colon does not sign in.",
    f"jar1 {as_form('ben', 'Tall%3ACedar-47')} | jar1 GET /conversations.json",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if "form" in (ask.header("content-type") or [""])[0].lower():
        for part in ask.body.decode("utf-8", "replace").split("&"):
            name, _, value = part.partition("=")
            found[unquote(name).lower()] = value
    return found


@fault(
    672,
    "session",
    "A sign-out does not end the session of one who wished to be remembered.",
    f"jar1 {as_form('ana', 'Quiet-River-81', '&rememberMe=true')} | "
    "jar1 keep GET /auth/logout.json | jar1 keep GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = ask.cookies().get("ss-pid", "")
    user = host.sessions.get(kept)
    answer: Answer = inner(ask)
    if user:
        host.sessions[kept] = user
    return answer
