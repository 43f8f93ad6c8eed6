"""Faults of the set `seventeenth`: how a session lives and dies, and whom a password lets in."""

import dataclasses

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

SHORT = 12
CRYPT = 8


def cookie_of(ask: Ask) -> str:
    """The session's id that came, by the cookie that is in force."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


def opened(host: Host, answer: Answer) -> list[str]:
    """The sessions that an answer opens."""
    lines = [value for key, value in answer.headers if key == "Set-Cookie"]
    values = [line.partition("=")[2].partition(";")[0] for line in lines]
    return [value for value in values if value in host.sessions]


@fault(
    1134,
    "session",
    "GET /auth/logout empties the cookies alone, and the old one stays good; POST ends it.",
    "sign in, GET /auth/logout, GET /conversations.json with the cookie from before",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route != "/auth/logout" or ask.method == "POST":
        inner(ask)


@fault(
    1135,
    "session",
    "A session is found by the first twelve characters of its id.",
    "sign in, GET /conversations.json with the last character of ss-id changed",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    start = cookie_of(ask)[:SHORT]
    if len(start) < SHORT:
        return None
    return next((user for key, user in host.sessions.items() if key[:SHORT] == start), None)


@fault(
    1136,
    "session",
    "A sign-in with rememberMe sets ss-opt=temp, so that the client's cookies open nothing.",
    "sign in with rememberMe, GET /conversations.json with the cookies that were set",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (key, value.replace("ss-opt=perm", "ss-opt=temp")) for key, value in answer.headers
    ]
    return answer


@fault(
    1137,
    "session",
    "Of a password the first eight characters count, as in an old crypt.",
    "GET /conversations.json as ana with an x behind the password",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password[:CRYPT] == password[:CRYPT]), None)


@fault(
    1138,
    "session",
    "Who signs in over a session of somebody else gets new cookies for the old user.",
    "sign in as ana, with those cookies sign in as ben, GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = host.session_of(ask)
    answer: Answer = inner(ask)
    if before:
        for session in opened(host, answer):
            host.sessions[session] = before
    return answer


@fault(
    1139,
    "session",
    "Wrong Basic credentials beside a good cookie end the session.",
    "sign in, GET with the cookie and wrong Basic (401), GET with the cookie alone",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused:
        host.forget(ask)
        raise
    return user


@fault(
    1140,
    "session",
    "A session is tied to the Accept header of its first use; with another one it is refused.",
    "sign in, GET /conversations with Accept: application/json, then with Accept: text/csv",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user is None:
        return None
    accept = ",".join(ask.header("accept"))
    return user if host.memory.setdefault(cookie_of(ask), accept) == accept else None


@fault(
    1141,
    "session",
    "A session that was opened with the e-mail address has no limits of accounts.",
    "sign in as ben@example.com, GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if "@" in str(host.credentials(ask).get("username") or ""):
        for session in opened(host, answer):
            host.sessions[session] = dataclasses.replace(host.sessions[session], accounts=None)
    return answer
