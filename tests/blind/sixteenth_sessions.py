"""Faults of the sixteenth set in signing in and out, and in cookies."""

from typing import Any
from urllib.parse import unquote

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1083,
    "session",
    "A sign-out by POST empties the cookies, but the session stays good.",
    "POST /auth/credentials, POST /auth/logout, then GET /conversations with the old cookies",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(before)
    return answer


@fault(
    1084,
    "session",
    "In a form any rememberMe is taken as true, false as well: the session then hangs on ss-pid.",
    "POST /auth/credentials with rememberMe=false in a form, then GET /conversations with ss-id",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if isinstance(stays := found.get("rememberme"), str) and stays:
        found["rememberme"] = "true"
    return found


@fault(
    1085,
    "session",
    "The blank between cookies is not cut off, so that only the first of a header is found.",
    "POST /auth/credentials, then GET /conversations with Cookie: theme=dark; ss-id=...",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    parts = [part.partition("=") for line in ask.header("cookie") for part in line.split(";")]
    cookies = {name: unquote(value) for name, _, value in parts}
    name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
    return host.sessions.get(cookies.get(name, ""))


@fault(
    1086,
    "session",
    "A sign-in whose media type names a charset is not read, and fails for want of a name.",
    "POST /auth/credentials with Content-Type: application/json; charset=utf-8",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    if ";" in (ask.header("content-type") or [""])[0]:
        ask.body = b""
    found: dict[str, Any] = inner(ask)
    return found


@fault(
    1087,
    "session",
    "Who signs in while the cookies of another user are still there is named in the answer, but "
    "the new session stays that of the other.",
    "POST /auth/credentials as ana, the same as ben with ana's cookies, then GET /conversations",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = host.session_of(ask)
    answer: Answer = inner(ask)
    if before and answer.status == 200:
        host.sessions[next(reversed(host.sessions))] = before
    return answer


@fault(
    1088,
    "session",
    "A sign-out ends every session of the user, those of other devices as well.",
    "POST /auth/credentials twice, GET /auth/logout with the second, GET /conversations with "
    "the first",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    host.sessions = {key: each for key, each in host.sessions.items() if each != user}
    return answer
