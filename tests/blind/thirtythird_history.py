"""Faults of the thirty-third set: what shows only after earlier requests."""

import dataclasses
import time

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

ANA = "POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
BEN = "POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"


@fault(
    1828,
    "history",
    "A HEAD leaves its empty body in the output cache, so that the GET of the same address that "
    "comes next has a 200 without a byte.",
    "ana HEAD /conversations.json | ana GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    held: set[tuple[str, str, str]] = host.memory.setdefault("held", set())
    key = (ask.user.id if ask.user else "", ask.raw_query, ask.kind)
    if ask.method == "HEAD":
        held.add(key)
    elif key in held:
        held.remove(key)
        answer.body = ""
    return answer


@fault(
    1829,
    "history",
    "The rows of a list are kept for a minute by user and ids, and the date is not part of the "
    "key: the same ids with another `afterDate` get the rows of the first request.",
    "ana GET /conversations.json?accountIds={a0}"
    " | ana GET /conversations.json?accountIds={a0}&afterDate=2026-02-20T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists:
        return list(inner(ask))
    kept: dict[tuple[str, str], tuple[float, list[Row]]] = host.memory.setdefault("kept", {})
    key = (ask.user.id if ask.user else "", repr(sorted(ask.lists.items())))
    now = time.monotonic()
    if key not in kept or now - kept[key][0] > 60:
        kept[key] = now, list(inner(ask))
    return kept[key][1]


@fault(
    1830,
    "history",
    "A date that cannot be read is remembered in the user's parser, which is made lazily and keeps "
    "its failure: the next date of that user is refused with 400 too, however good it is.",
    "ana GET /conversations.json?afterDate=yesterday"
    " | ana GET /conversations.json?afterDate=2026-02-20T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    failed: set[str] = host.memory.setdefault("failed", set())
    user = ask.user.id if ask.user else ""
    try:
        inner(ask)
    except Refused:
        failed.add(user)
        raise
    if ask.after is not None and user in failed:
        failed.remove(user)
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1831,
    "history",
    "To sign out ends every session of the user, also those of other clients: sessions are "
    "dropped by the user's id since they moved to another store.",
    f"jar1 {ANA} | jar2 {ANA} | jar1 GET /auth/logout?format=json | jar2 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user:
        host.sessions = {key: each for key, each in host.sessions.items() if each != user}
    return answer


@fault(
    1832,
    "history",
    "To sign out empties the cookies of a remembered session but does not end it: only what hangs "
    "on `ss-id` is removed, and the old `ss-pid` still lets its bearer in.",
    f"jar {ANA}&rememberMe=true | jar keep GET /auth/logout?format=json"
    " | jar keep GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    session = ask.cookies().get("ss-pid", "")
    user = host.sessions.get(session)
    answer: Answer = inner(ask)
    if user:
        host.sessions[session] = user
    return answer


@fault(
    1833,
    "history",
    "A sign-in writes its user into the session that came along before it looks at the password: "
    "who has a session and fails to sign in as another is the other all the same.",
    f"jar {BEN} | jar keep POST /auth/credentials?format=json form=userName=ana&password=Not-It-3"
    " | jar keep GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    name = str(host.credentials(ask).get("username") or "")
    answer: Answer = inner(ask)
    named = next((user for user in USERS if name in (user.name, user.email)), None)
    if named and answer.status in (302, 401):
        for session in ask.cookies().values():
            if session in host.sessions:
                host.sessions[session] = named
    return answer


@fault(
    1834,
    "history",
    "Who has signed in by Basic is remembered for the connection, as with NTLM: a later request "
    "on it that has no credentials at all is answered for that user.",
    "ana GET /conversations.json | none GET /conversations.json",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    bound: dict[str, User] = host.memory.setdefault("bound", {})
    user: User | None = inner(ask)
    if user and ask.door == "basic":
        bound[ask.peer] = user
    return user or bound.get(ask.peer)


@fault(
    1835,
    "history",
    "Who has had the same address three times is taken for a poller, and gets what is new since "
    "then: as a rule no row at all, although nothing in the request asks for changes.",
    "4x ana GET /conversations.json?customerIds={c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    had: dict[tuple[str, str, str], list[Row]] = host.memory.setdefault("had", {})
    times: dict[tuple[str, str, str], int] = host.memory.setdefault("times", {})
    key = (ask.user.id if ask.user else "", ask.path, ask.raw_query)
    times[key] = times.get(key, 0) + 1
    rows: list[Row] = inner(ask)
    old = had.get(key, []) if times[key] > 3 else []
    had[key] = rows
    return [row for row in rows if row not in old]


@fault(
    1836,
    "history",
    "Who signs in while another is signed in keeps the other's accounts: the claims of the new "
    "session are laid over those of the old one, and the accounts are not among the new.",
    f"jar {BEN} | jar {ANA} | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier = host.session_of(ask)
    answer: Answer = inner(ask)
    if earlier and answer.status == 200:
        session = list(host.sessions)[-1]
        user = host.sessions[session]
        host.sessions[session] = dataclasses.replace(user, accounts=earlier.accounts)
    return answer
