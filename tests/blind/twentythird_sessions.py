"""Faults of the set `twentythird` in sign-in, cookies and sign-out."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1416,
    "session",
    "Sign-out empties cookies of the path /auth, while those of the sign-in have the path /: a "
    "client keeps them.",
    "sign in, GET /auth/logout.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [
        (name, value.replace("path=/", "path=/auth") if name == "Set-Cookie" else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    1417,
    "session",
    "/auth tells ss-id as the session's id, also where the session hangs on ss-pid.",
    "sign in with rememberMe, GET /auth.json",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value: wire.Value = inner(ask, user, session)
    cookies = ask.cookies()
    if ask.door == "cookie" and session is None and "ss-id" in cookies:
        value = {**value, "sessionId": cookies["ss-id"]}
    return value


@fault(
    1418,
    "session",
    "A form is read only where its media type has no parameter; with charset=UTF-8 it is empty.",
    "POST /auth/credentials as application/x-www-form-urlencoded;charset=UTF-8",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> wire.Value:
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded") and ";" in media:
        return {key.lower(): value for key, value in ask.query}
    return inner(ask)


@fault(
    1419,
    "session",
    "The names of cookies keep the blank before them, so that only the first cookie counts.",
    "sign in with rememberMe, GET /conversations.json with its cookies",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    parts = [part for line in ask.header("cookie") for part in line.split(";")]
    cookies = dict(part.split("=", 1) for part in parts if "=" in part)
    name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
    return host.sessions.get(cookies.get(name, ""))
