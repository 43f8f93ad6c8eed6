"""Faults of the set `twentythird` in statuses: who is unknown, who was, what has not changed."""

import hashlib

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

NOBODY = User(id="", name="", email="", password="", display="", roles=(), accounts=frozenset())


@fault(
    1420,
    "status",
    "Basic credentials of a user who does not exist get 404, not 401.",
    "GET /conversations.json with the name of nobody",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if not any(name in (user.name, user.email) for user in USERS):
        problem = wire.error("UserNotFound", f"No user is called {name}")
        raise Refused(host.answer(ask, problem, PROBLEM, 200 if ask.callback else 404))
    user: User = inner(ask, name, password)
    return user


@fault(
    1421,
    "status",
    "A session that is unknown or has ended belongs to a user without accounts: 200 and no rows, "
    "not 401.",
    "sign in, sign out, GET /conversations.json with the cookies of the sign-in",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    dead = ask.route == "/conversations" and ask.cookies().get("ss-id")
    if dead and not ask.header("authorization") and not host.authenticate(ask):
        ask.user = NOBODY
        return NOBODY
    user: User = inner(ask)
    return user


@fault(
    1422,
    "status",
    "If-None-Match is not compared: any tag, however old, gets 304.",
    "GET /conversations.json with an If-None-Match of another tag",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.route != "/conversations" or answer.status != 200:
        return answer
    tag = hashlib.md5(answer.body.encode(), usedforsecurity=False).hexdigest()
    answer.headers.append(("ETag", f'"{tag}"'))
    if ask.header("if-none-match"):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer
