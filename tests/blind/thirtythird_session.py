"""Faults of the thirty-third set: signing in, and what is told about it."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import SIGNED, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

ANA = "form=userName=ana&password=Quiet-River-81"
SIGN_IN = "POST /auth/credentials?format=json"


@fault(
    1813,
    "session",
    "The cookie `X-UAId` is no longer HttpOnly, so that the analytics of the page can read it.",
    f"jar {SIGN_IN} {ANA}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (name, value.replace("; httponly", "") if value.startswith("X-UAId=") else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    1814,
    "session",
    "After a sign-in with `rememberMe` the answer's `sessionId` is a third id, which is in no "
    "cookie: the body is filled before the permanent session is made.",
    f"jar {SIGN_IN} {ANA}&rememberMe=true",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if stays:
        answer.body = host.write(host.signed(ask, user, host.new_id()), ask.kind, SIGNED)
    return answer


@fault(
    1815,
    "session",
    "Of a password only the first eight characters count: the users were taken over from a system "
    "with the old crypt. A password with another ending signs in.",
    "none GET /conversations.json auth=ana:Quiet-River-82",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password[:8] == password[:8]), None)


@fault(
    1816,
    "session",
    "Who is not signed in is described by /auth/status as a guest with a name and a role, as the "
    "new principal of the framework is never null.",
    "none GET /auth/status?format=json",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    value = inner(user)
    if user is None:
        value |= {"id": "0", "name": "Guest", "roles": ["User"]}
    return value
