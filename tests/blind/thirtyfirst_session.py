"""Faults 1734 to 1736, 1747 to 1750: sign-in, sessions, and whose rows they show."""

from dataclasses import replace

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User


@fault(
    1734,
    "session",
    "The session is filled before the password is checked: the cookies of a failed sign-in work.",
    "jar POST /auth/credentials.json form=userName=ana&password=Not-The-One-3"
    " | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        typed = str(host.credentials(ask).get("username"))
        for user in USERS:
            if typed in (user.name, user.email):
                opened = host.open(ask, user, False).headers
                answer.headers += [pair for pair in opened if pair[0] == "Set-Cookie"]
    return answer


@fault(
    1735,
    "session",
    "Sessions are revoked by user: who signs out of one browser is signed out of every other.",
    "jar1 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar2 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar2 GET /auth/logout.json | jar1 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user:
        host.sessions = {key: each for key, each in host.sessions.items() if each.id != user.id}
    return answer


@fault(
    1736,
    "isolation",
    "The caller's accounts are a condition of the join with messages: foreign conversations stay, "
    "without their message.",
    "ben GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    if own is None:
        return list(inner(ask))
    joined = [
        row if host.member(row, "accountIds") in own else {**row, "mostRecentMessage": None}
        for row in host.rows
    ]
    chosen = [row for row in joined if host.keep(row, ask)]
    return sorted(chosen, key=host.age, reverse=True)


@also(1736, at="visible")
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return True


@fault(
    1747,
    "isolation",
    "The caller's accounts are filled in where the list is null: an explicitly empty one, [], "
    "opens all accounts to a user of two.",
    "ben GET /conversations.json?accountIds=[]",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    text = "".join(ask.raw.get("accountIds", [])).strip()
    return text == "[]" or bool(inner(row, ask))


@fault(
    1748,
    "isolation",
    "A list of accounts is allowed where any of it is the caller's: one own account opens the "
    "foreign ones beside it.",
    "ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = (ask.user.accounts if ask.user else None) or frozenset()
    return bool(inner(row, ask)) or any(each in own for each in ask.lists.get("accountIds", []))


@fault(
    1749,
    "isolation",
    "The principal that Basic has set stays with the worker: a later request by cookie, of "
    "whomever, is served as the last user of Basic.",
    "jar POST /auth/credentials.json form=userName=ben&password=Tall:Cedar-47"
    " | ana GET /conversations.json?endpointIds={e0} | jar GET /conversations.json",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.door == "basic":
        host.memory["principal"] = user
    elif user and ask.door == "cookie":
        user = host.memory.get("principal", user)
    return user


@fault(
    1750,
    "session",
    "A session's accounts are set only where it has none: who signs in over the session of a "
    "narrower user keeps that one's accounts.",
    "jar POST /auth/credentials.json form=userName=ben&password=Tall:Cedar-47"
    " | jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier = host.session_of(ask)
    known = set(host.sessions)
    answer: Answer = inner(ask)
    if earlier and earlier.accounts is not None:
        for key in set(host.sessions) - known:
            host.sessions[key] = replace(host.sessions[key], accounts=earlier.accounts)
    return answer
