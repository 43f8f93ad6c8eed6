"""Seventh faults of what sign-ins, sign-outs and passwords leave behind."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import PROBLEM, WRONG, Host
from tests.blind.seventh_common import ANA, JSON
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

AGENT = "user-agent"


@fault(
    563,
    "session",
    "After three wrong passwords for a name, the guard fails and lets the fourth one in.",
    f"5x wrong {JSON}",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    key = f"tries {name}"
    user = next((each for each in USERS if each.name == name), None)
    if user and user.password != password:
        host.memory[key] = host.memory.get(key, 0) + 1
        if host.memory[key] > 3:
            host.memory[key] = 0
            return user
    found: User = inner(ask, name, password)
    return found


@fault(
    564,
    "session",
    "A request with Basic signs its user in anew, and ends the sessions that he had.",
    f"jar {ANA} | jar {JSON} | {LIST} | jar {JSON}",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    for session in [key for key, owner in host.sessions.items() if owner is user]:
        del host.sessions[session]
    return user


@fault(
    569,
    "session",
    "`rememberMe` remembers the kind of browser, and takes the next stranger for its user.",
    f"jar {ANA}&rememberMe=true | none {JSON}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    if stays:
        host.memory[f"device {ask.header(AGENT)}"] = user
    answer: Answer = inner(ask, user, stays)
    return answer


@also(569, at="authenticate")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user or ask.header("authorization") or ask.header("cookie"):
        return user
    known: User | None = host.memory.get(f"device {ask.header(AGENT)}")
    return known


@fault(
    572,
    "session",
    "After a sign-out, the next Basic request of that user is refused.",
    f"jar {ANA} | jar GET /auth/logout.json | 2x {LIST}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    if user:
        host.memory[f"out {user.name}"] = True
    answer: Answer = inner(ask)
    return answer


@also(572, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if host.memory.pop(f"out {user.name}", False):
        raise Refused(host.answer(ask, wire.error("Unauthorized", WRONG), PROBLEM, 401))
    return user


@fault(
    573,
    "session",
    "A sign-in of the same user brings the sessions back that were signed out before.",
    f"jar {ANA} | jar keep GET /auth/logout.json | jar {JSON} | jar2 {ANA} | jar {JSON}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    cookies = ask.cookies()
    for session in (cookies.get("ss-id", ""), cookies.get("ss-pid", "")):
        if owner := host.sessions.get(session):
            host.memory.setdefault(f"ended {owner.name}", []).append(session)
    answer: Answer = inner(ask)
    return answer


@also(573, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    for session in host.memory.pop(f"ended {user.name}", []):
        host.sessions[session] = user
    return answer
