"""Faults of signing in and out, and of the cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

LENGTH = 8


@fault(
    923,
    "session",
    "Signing out ends the session of ss-id alone: one of rememberMe lives on.",
    "Sign in with rememberMe, sign out, GET /conversations.json with the old cookies: 200.",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    host.sessions.pop(ask.cookies().get("ss-id", ""), None)


@fault(
    924,
    "session",
    "Of a password the first eight characters count.",
    "GET /conversations.json with Basic ana:Quiet-River-99 is let in.",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password[:LENGTH] == password[:LENGTH]), None)


@fault(
    925,
    "session",
    "In a form any text in rememberMe means yes, false too.",
    "POST /auth/credentials as a form with rememberMe=false sets ss-opt=perm.",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if isinstance(found.get("rememberme"), str) and found["rememberme"]:
        found["rememberme"] = True
    return found


@fault(
    926,
    "session",
    "One cookie with a blank in its name makes the server drop all that came with it.",
    "GET /conversations.json with good cookies and 23 Nov 2046 09:00:00 GMT=null: 401.",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if any(" " in name for name in ask.cookies()):
        return None
    user: User | None = inner(ask)
    return user


@fault(
    927,
    "session",
    "The cookies of a sign-in have the path /auth, so no browser sends them to /conversations.",
    "POST /auth/credentials, then GET /conversations.json with a cookie jar: 401.",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, value.replace("; path=/;", "; path=/auth;")) for name, value in answer.headers
    ]
    return answer


@fault(
    928,
    "session",
    "Wrong Basic credentials are overlooked where a good session comes along.",
    "GET /conversations.json with the session of ana and Basic ana:wrong is let in.",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused:
        kept = host.session_of(ask)
        if kept is None:
            raise
        ask.door = "cookie"
        user = kept
    return user
