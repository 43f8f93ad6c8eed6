"""Faults of the fourteenth set: sessions, sign-in, sign-out and cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    983,
    "session",
    "A session with rememberMe is found only while ss-id comes too, so it ends with the browser.",
    "sign in with rememberMe, then GET /conversations.json with ss-pid and ss-opt alone is 401",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user if ask.cookies().get("ss-id") else None


@fault(
    984,
    "session",
    "The fields of a form are not percent-decoded, so a password with a colon is wrong.",
    "POST /auth/credentials.json as a form: userName=ben&password=Tall%3ACedar-47 is 401",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded"):
        for pair in ask.body.decode("utf-8", "replace").split("&"):
            key, _, value = pair.partition("=")
            found[key.lower()] = value
    return found


@fault(
    985,
    "session",
    "Another program's cookie with an equals sign in its value makes the session be overlooked.",
    "sign in, then GET /conversations.json with Cookie: prefs=lang=en; ss-id=... is 401",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    parts = [part for line in ask.header("cookie") for part in line.split(";")]
    return None if any(part.count("=") > 1 for part in parts) else user


@fault(
    986,
    "session",
    "A sign-out ends what hangs on ss-id alone, and a session with rememberMe goes on.",
    "sign in with rememberMe, sign out, then GET /conversations.json with the cookies is 200",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    host.sessions.pop(ask.cookies().get("ss-id", ""), None)


@fault(
    987,
    "session",
    "A sign-in over an open session of another user leaves that user in the session.",
    "sign in as ana, with her cookies as ben: GET /conversations.json has the rows of ana",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["before"] = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(987, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    before: User | None = host.memory.pop("before", None)
    if before:
        host.sessions[list(host.sessions)[-1]] = before
    return answer


@fault(
    988,
    "session",
    "The cookies of a sign-in come in one Set-Cookie line, joined by commas.",
    "POST /auth/credentials.json has one Set-Cookie line instead of four",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer
