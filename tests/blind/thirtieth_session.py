"""Faults of the thirtieth set: sessions and cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1694,
    "session",
    "The cookie that stays, ss-pid, is not HttpOnly.",
    "POST /auth/credentials.json with rememberMe: Set-Cookie of ss-pid lacks httponly.",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (key, value.replace("; httponly", "") if value.startswith("ss-pid=") else value)
        for key, value in answer.headers
    ]
    return answer


@fault(
    1695,
    "session",
    "rememberMe is read from JSON alone; a form that has it gets a session of the browser.",
    "POST /auth/credentials.json with the form userName, password, rememberMe=true: ss-opt=temp.",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded"):
        found.pop("rememberme", None)
    return found


@fault(
    1696,
    "session",
    "A sign-out by POST empties the cookies, but the server goes on to take the session.",
    "Sign in; POST /auth/logout with the cookies; GET /conversations.json with the old ones: 200.",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(kept)
    return answer
