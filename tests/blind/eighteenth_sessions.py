"""Faults of the eighteenth set: sign-in, sign-out and cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []

FORM = "application/x-www-form-urlencoded"


def in_force(ask: Ask) -> str:
    """The id of the session cookie that counts."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    1186,
    "session",
    "A sign-out by POST empties the cookies, but does not end the session.",
    "sign in; POST /auth/logout; GET /conversations.json with the old cookie",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(kept)
    return answer


@fault(
    1187,
    "session",
    "After a sign-in with rememberMe `sessionId` is the id of ss-id, not that of ss-pid.",
    "POST /auth/credentials.json with rememberMe",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if stays:
        lines = [value for name, value in answer.headers if name == "Set-Cookie"]
        pairs = [line.partition(";")[0].partition("=") for line in lines]
        ids = {name: value for name, _, value in pairs}
        answer.body = answer.body.replace(ids["ss-pid"], ids["ss-id"])
    return answer


@fault(
    1188,
    "session",
    "rememberMe is read from JSON only: a form's is ignored.",
    "POST /auth/credentials.json with the form userName=…&password=…&rememberMe=true",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    if (ask.header("content-type") or [""])[0].lower().startswith(FORM):
        found.pop("rememberme", None)
    return found


@fault(
    1189,
    "session",
    "The cookies of a sign-in are folded into one Set-Cookie line.",
    "POST /auth/credentials.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    1203,
    "session",
    "A session is spent after twelve requests.",
    "sign in, then 13x GET /conversations.json with the cookie",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user:
        uses = host.memory.setdefault("uses", {})
        uses[in_force(ask)] = uses.get(in_force(ask), 0) + 1
        if uses[in_force(ask)] > 12:
            host.sessions.pop(in_force(ask), None)
            return None
    return user


@fault(
    1210,
    "session",
    "Basic credentials that come beside a cookie are written into the cookie's session: from then"
    " on it is theirs.",
    "sign in as ana; GET with her cookie and ben's Basic; GET with her cookie alone",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.door == "basic" and in_force(ask) in host.sessions:
        host.sessions[in_force(ask)] = user
    return user


@fault(
    1211,
    "session",
    "A sign-in without rememberMe does not send ss-opt: a browser that was remembered before looks"
    " signed out.",
    "sign in with rememberMe; sign in again without it, with the cookies; GET /conversations.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if not stays:
        answer.headers = [p for p in answer.headers if not p[1].startswith("ss-opt=")]
    return answer
