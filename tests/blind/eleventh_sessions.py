"""Eleventh faults of sign-in and sessions."""

from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

ANA = as_form("ana", "Quiet-River-81")
BEN = as_form("ben", "Tall:Cedar-47")
COUNTED = 8


@fault(
    805,
    "session",
    "A sign-out by POST empties the cookies, but the session goes on.",
    f"jar {ANA} | jar keep POST /auth/logout.json | jar GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(before)
    return answer


@fault(
    806,
    "session",
    "Of a password the first eight characters count.",
    "none GET /conversations.json auth=ana:Quiet-River-99",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((u for u in found if u.password[:COUNTED] == password[:COUNTED]), None)


@fault(
    807,
    "session",
    "The cookie X-UAId alone, which is but the number of a user, signs him in.",
    "none GET /conversations.json cookie=X-UAId=2",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    number = ask.cookies().get("X-UAId")
    return user or next((known for known in USERS if known.id == number), None)


@fault(
    808,
    "session",
    "A sign-out ends the sessions of everybody.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 GET /auth/logout.json | jar2 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask):
        host.sessions.clear()
    answer: Answer = inner(ask)
    return answer


@fault(
    809,
    "session",
    "Who signs in where somebody else is signed in gets that one's session under a new id.",
    f"jar {ANA} | jar {BEN} | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = host.session_of(ask)
    answer: Answer = inner(ask)
    if before and answer.status == 200:
        host.sessions[[*host.sessions][-1]] = before
    return answer
