"""Eighth faults of sessions and of the sign-in."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.seventh_common import ANA, BEN
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []

FORM = "application/x-www-form-urlencoded"


@fault(
    597,
    "session",
    "Whatever rememberMe says, the session stays as soon as it is there at all.",
    f"jar1 {ANA}&rememberMe=false",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    return {**found, "rememberme": "true"} if "rememberme" in found else found


@fault(
    598,
    "session",
    "A sign-out ends the session that was opened last, whoever has it.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 GET /auth/logout.json | jar2 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    known = dict(host.sessions) if host.session_of(ask) else {}
    answer: Answer = inner(ask)
    if known:
        host.sessions = known
        host.sessions.popitem()
    return answer


@fault(
    599,
    "session",
    "The form of a sign-in is cut at its signs, but what is percent-encoded stays so.",
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall%3ACedar-47",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if (ask.header("content-type") or [""])[0].lower().startswith(FORM):
        for pair in ask.body.decode("utf-8", "replace").split("&"):
            key, _, value = pair.partition("=")
            if key:
                found[key.lower()] = value.replace("+", " ")
    return found


@fault(
    600,
    "session",
    "Who is not signed in has the status of a guest, with a name and a role.",
    "none GET /auth/status.json",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    value: dict[str, Any] = inner(user)
    return value if user else {"id": "0", **value, "name": "Guest", "roles": ["Anonymous"]}


@fault(
    601,
    "session",
    "The session's cookies hold for the paths below the sign-in alone.",
    f"jar1 {ANA}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, value.replace("path=/;", "path=/auth;") if name == "Set-Cookie" else value)
        for name, value in answer.headers
    ]
    return answer
