"""Faults of the twentieth set: sessions."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1299,
    "session",
    "A session with rememberMe is not found once the browser has dropped ss-id.",
    "sign in with rememberMe; GET /conversations.json with ss-pid and ss-opt alone",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user if "ss-id" in ask.cookies() else None


@fault(
    1300,
    "session",
    "POST /auth/logout empties the cookies and does not end the session.",
    "sign in; POST /auth/logout.json; GET /conversations.json with the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.method != "POST" or ask.route != "/auth/logout":
        inner(ask)


@fault(
    1301,
    "session",
    "A session that was opened with the e-mail address is not found afterwards.",
    "sign in as ana@example.com; GET /conversations.json with the cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    if "@" in str(host.credentials(ask).get("username")):
        for session in set(host.sessions) - before:
            del host.sessions[session]
    return answer


@fault(
    1308,
    "session",
    "A sign-out ends what hangs on ss-id alone: a session with rememberMe lives on.",
    "sign in with rememberMe; GET /auth/logout.json; GET /conversations.json with the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/logout":
        host.sessions.pop(ask.cookies().get("ss-id", ""), None)
    else:
        inner(ask)


@fault(
    1313,
    "session",
    "After a sign-out right Basic credentials are refused while the old cookie comes with them.",
    "sign in; GET /auth/logout.json; GET /conversations.json with Basic and the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/logout" and host.session_of(ask):
        host.memory.setdefault("ended", set()).add(ask.cookies().get("ss-id", ""))
    inner(ask)


@also(1313, at="authenticate")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    ended = ask.cookies().get("ss-id") in host.memory.get("ended", ())
    return None if ended and ask.door == "basic" else user
