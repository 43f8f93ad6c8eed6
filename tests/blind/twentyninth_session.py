"""Faults of the twenty-ninth set: sessions and cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []
OURS = ("ss-id", "ss-pid", "ss-opt", "X-UAId")


@fault(
    1660,
    "session",
    "The rememberMe of a form is not read, only that of JSON, and such a session does not stay.",
    "POST /auth/credentials.json as a form with rememberMe=true",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    media = "".join(ask.header("content-type")).lower()
    if media.startswith("application/x-www-form-urlencoded"):
        found.pop("rememberme", None)
    return found


@fault(
    1661,
    "session",
    "The cookies have the path /auth, so that no browser sends them to /conversations.",
    "POST /auth/credentials.json, then GET /conversations.json with what a cookie jar sends",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, line.replace("path=/;", "path=/auth;") if name == "Set-Cookie" else line)
        for name, line in answer.headers
    ]
    return answer


@fault(
    1662,
    "session",
    "The session is not found if a cookie of something else comes first in the header.",
    "POST /auth/credentials.json, then GET /conversations.json with Cookie: theme=dark; ss-id=...",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if next(iter(ask.cookies()), "ss-id") not in OURS:
        return None
    user: User | None = inner(ask)
    return user
