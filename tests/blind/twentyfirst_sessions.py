"""Faults of sessions and their cookies, of the set `twentyfirst`."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1342,
    "session",
    "A sign-out by POST empties the cookies, but the session itself goes on.",
    "sign in; POST /auth/logout; GET /auth.json with the cookies of before",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route != "/auth/logout" or ask.method != "POST":
        inner(ask)


@fault(
    1343,
    "session",
    "A remembered session needs ss-id too, which a browser loses when it is closed.",
    "sign in with rememberMe; GET /conversations.json with ss-pid and ss-opt alone",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if not ask.cookies().get("ss-id"):
        return None
    user: User | None = inner(ask)
    return user


@fault(
    1344,
    "session",
    "The cookie ss-pid is set without HttpOnly.",
    "POST /auth/credentials.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (key, line.replace("; httponly", "") if line.startswith("ss-pid=") else line)
        for key, line in answer.headers
    ]
    return answer
