"""Faults of sessions: sign-in, sign-out, cookies."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1028,
    "session",
    "A sign-out by POST empties the cookies, but the session lives on for who has kept them.",
    "sign in, POST /auth/logout, GET /conversations with the old cookies",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions = before
    return answer


@fault(
    1029,
    "session",
    "A session with rememberMe ends with the browser, as it is not found unless ss-id comes too.",
    "sign in with rememberMe, GET /conversations with ss-pid and ss-opt alone",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user if ask.cookies().get("ss-id") else None


@fault(
    1030,
    "session",
    "Who signs in as somebody else in a browser that has a session stays who they were.",
    "sign in as ana, sign in as ben with ana's cookies, GET /conversations with the new cookies",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier = host.session_of(ask)
    known = set(host.sessions)
    answer: Answer = inner(ask)
    for session in set(host.sessions) - known:
        host.sessions[session] = earlier or host.sessions[session]
    return answer


@fault(
    1031,
    "session",
    "A cookie with a name that is none makes the server drop the session that stands beside it.",
    "sign in, GET /conversations with the cookies and `23 Nov 2046 09:00:00 GMT=null`",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if any(" " in name for name in ask.cookies()):
        return None
    user: User | None = inner(ask)
    return user
