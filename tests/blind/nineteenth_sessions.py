"""Faults of the set `nineteenth`: signing in and out."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1246,
    "session",
    "rememberMe is read from JSON alone: a form with it opens a session of ss-id.",
    "POST /auth/credentials as a form with rememberMe=true; its ss-opt, and ss-pid alone",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded"):
        found.pop("rememberme", None)
    return found


@fault(
    1247,
    "session",
    "A sign-out that is answered in XML empties the cookies, but the session lives on.",
    "POST /auth/credentials; GET /auth/logout.xml; GET /conversations with the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route != "/auth/logout" or ask.kind != "xml":
        inner(ask)


@fault(
    1248,
    "session",
    "A sign-in by the query string is answered with 200, but its session is never stored.",
    "POST /auth/credentials?userName=…&password=…; GET /conversations with its cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    if any(key.lower() == "password" for key, _ in ask.query):
        for session in set(host.sessions) - before:
            del host.sessions[session]
    return answer


@fault(
    1249,
    "session",
    "/auth/status tells a name and roles of a guest where nobody is signed in.",
    "GET /auth/status.json without credentials",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    told = inner(user)
    return told if user else {**told, "name": "Guest", "roles": []}
