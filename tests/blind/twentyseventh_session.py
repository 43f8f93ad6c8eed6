"""Faults of the twenty-seventh set in sessions, sign-in, sign-out and cookies."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []

OWN = {"ss-id", "ss-pid", "ss-opt", "X-UAId"}


@fault(
    1580,
    "session",
    "A sign-out by POST empties the cookies, but the session goes on.",
    "sign in as ana, POST /auth/logout.json, then GET /conversations.json with the old cookies",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(kept)
    return answer


@fault(
    1581,
    "session",
    "The session is not found where a cookie of another name comes first.",
    "sign in, then GET /conversations.json with Cookie: theme=dark; ss-id=... is 401",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    first = next(iter(ask.cookies()), "")
    return inner(ask) if first in OWN else None


@fault(
    1582,
    "session",
    "rememberMe is not read from a form, so that the session ends with the browser.",
    "POST /auth/credentials.json as a form with rememberMe=true sets ss-opt=temp",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    media = (ask.header("content-type") or [""])[0].lower()
    form = media.startswith("application/x-www-form-urlencoded")
    answer: Answer = inner(ask, user, stays and not form)
    return answer


@fault(
    1586,
    "session",
    "Sessions are kept by client address: a sign-in ends another user's session from there.",
    "sign in as ana, sign in as ben without cookies, then GET with ana's cookies is 401",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    address = ask.peer.partition(",")[0]
    places: dict[str, list[str]] = host.memory.setdefault("places", {})
    for session in places.get(address, []):
        if host.sessions.get(session, user) != user:
            host.sessions.pop(session)
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    places.setdefault(address, []).extend(set(host.sessions) - before)
    return answer


@fault(
    1591,
    "session",
    "Who signs in with the cookies of another user's session goes on as that other user.",
    "sign in as ana, sign in as ben with her cookies, then GET with the new ones: ana's rows",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier = host.session_of(ask)
    before = set(host.sessions)
    answer: Answer = inner(ask)
    for session in set(host.sessions) - before:
        host.sessions[session] = earlier or host.sessions[session]
    return answer


@fault(
    1592,
    "session",
    "A sign-out ends the session of ss-id alone, so that one with rememberMe goes on.",
    "sign in with rememberMe, GET /auth/logout.json, then GET with the old cookies is 200",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    host.sessions.pop(ask.cookies().get("ss-id", ""), None)
