"""Faults in sign-in, sign-out and cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    863,
    "session",
    "Signing out does not end a session that was opened with rememberMe.",
    "sign in with rememberMe, GET /auth/logout, GET /conversations with the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    host.sessions.pop(ask.cookies().get("ss-id", ""), None)


@fault(
    864,
    "session",
    "rememberMe counts as wished wherever it is sent, even as false.",
    "sign in with rememberMe false, then GET /conversations with the cookie ss-id alone",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    return {**found, "rememberme": "true"} if "rememberme" in found else found


@fault(
    865,
    "session",
    "One further cookie whose name has a blank in it makes the session's cookies unread.",
    "GET /conversations with Cookie: ss-id={session}; 23 Nov 2046 09:00:00 GMT=null",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if any(" " in name for name in ask.cookies()):
        return None
    user: User | None = inner(ask)
    return user


@fault(
    866,
    "session",
    "The cookies of a sign-in come in one Set-Cookie line, joined by commas.",
    "POST /auth/credentials",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    867,
    "session",
    "The cookies of a sign-in have no path, so that browsers send them below /auth alone.",
    "POST /auth/credentials, then GET /conversations with a cookie jar",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [(name, value.replace("; path=/", "")) for name, value in answer.headers]
    return answer


@fault(
    868,
    "session",
    "GET /auth/status knows sessions alone: with Basic it says that nobody is signed in.",
    "GET /auth/status with Basic",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/auth/status" and ask.method == "GET":
        return host.answer(ask, host.status_of(host.session_of(ask)), "UserInfo")
    answer: Answer = inner(ask)
    return answer
