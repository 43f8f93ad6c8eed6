"""Faults of the set `seventeenth`: with which status an answer comes."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, PROBLEM, SIGNED, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1127,
    "status",
    "A poll with a date that finds nothing new is answered with 304 and no body.",
    "GET /conversations.json?afterDate=2031-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.after is not None and not host.select(ask):
        return Answer(status=304, headers=[("Vary", "Accept")])
    return answer


@fault(
    1128,
    "status",
    "Basic with a user name that nobody has is answered with 404 instead of 401.",
    "GET /conversations.json as nobody:secret",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if not any(name in (user.name, user.email) for user in USERS):
        problem = wire.error("NotFound", "User not found")
        raise Refused(host.answer(ask, problem, PROBLEM, 404))
    user: User = inner(ask, name, password)
    return user


@fault(
    1129,
    "status",
    "Who is not signed in and names the format by a suffix alone is led to the page to sign in.",
    "GET /conversations.json with no credentials and Accept: */*",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.way == "suffix" and wire.negotiate(ask.header("accept")) == "html":
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    passed: Answer = inner(ask)
    return passed


@fault(
    1130,
    "status",
    "A query of more than 512 bytes is answered with 414.",
    "GET /conversations.json?endpointIds={e0 ... e24}",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/conversations" and len(ask.raw_query) > 512:
        return Answer(status=414)
    answer: Answer = inner(ask)
    return answer


@fault(
    1131,
    "status",
    "An answer of more than a hundred rows is 206, though it is whole.",
    "GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 200 and len(host.select(ask)) > 100:
        answer.status = 206
    return answer


@fault(
    1132,
    "status",
    "Who has a session somewhere cannot open a second one: 409.",
    "POST /auth/credentials as ana, and once more without cookies",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    given = host.credentials(ask)
    user = host.known(str(given.get("username") or ""), str(given.get("password") or ""))
    if user and user in host.sessions.values() and host.session_of(ask) != user:
        problem = wire.error("Conflict", "There is a session already.")
        return host.answer(ask, problem, SIGNED, 409)
    answer: Answer = inner(ask)
    return answer


@fault(
    1133,
    "status",
    "A sign-out without a session is refused with 401.",
    "GET /auth/logout, signed in and then once more",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask) is None:
        return Answer(status=401, headers=[("Vary", "Accept"), CHALLENGE])
    answer: Answer = inner(ask)
    return answer
