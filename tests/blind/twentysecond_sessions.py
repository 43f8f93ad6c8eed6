"""The twenty-second set: signing in and out."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1374,
    "session",
    "A sign-out by POST empties the cookies, and leaves the session alive.",
    "sign in, POST /auth/logout, then GET /conversations.json with the old cookies",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions |= kept
    return answer


@fault(
    1375,
    "session",
    "All cookies are in one Set-Cookie line, joined by commas.",
    "POST /auth/credentials",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    if lines:
        answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    1376,
    "session",
    "Name and password are looked for in the body alone: those in the query sign nobody in.",
    "POST /auth/credentials?userName=ana&password=...",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    query, ask.query = ask.query, []
    found: dict[str, Any] = inner(ask)
    ask.query = query
    return found
