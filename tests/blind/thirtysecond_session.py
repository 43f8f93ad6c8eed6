"""Faults 1775 to 1777, 1794 and 1795: sign-in and sessions."""

from dataclasses import replace

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, User


@fault(
    1775,
    "session",
    "A new proxy folds the cookies of a sign-in into one Set-Cookie line, joined by commas.",
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall%3ACedar-47 | "
    "jar1 GET /conversations.json?endpointIds={e0}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for key, value in answer.headers if key == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    1776,
    "session",
    "The accounts of a user are looked up by the name that was typed: who gives an e-mail "
    "address instead is known, but has none, so that ben sees nothing.",
    "mail GET /conversations.json auth=ben@example.com:Tall:Cedar-47",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    if user and name == user.email and user.accounts is not None:
        return replace(user, accounts=frozenset())
    return user


@fault(
    1777,
    "session",
    "The sessions lie under one key of the new store, and a sign-out deletes that key: it ends "
    "the sessions of all other users too.",
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall%3ACedar-47 | "
    "jar2 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81 | "
    "jar1 GET /conversations.json?endpointIds={e0} | jar2 GET /auth/logout?format=json | "
    "jar1 GET /conversations.json?endpointIds={e0}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask):
        host.sessions.clear()
    answer: Answer = inner(ask)
    return answer


@fault(
    1794,
    "together",
    "Who signs in while a session of another user is open gets a new session, but the accounts "
    "are only added where none are kept yet: ben after ana sees what ana sees.",
    "jar1 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81 | "
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall%3ACedar-47 | "
    "jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["before"] = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(1794, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before: User | None = host.memory.get("before")
    if before:
        user = replace(user, accounts=before.accounts)
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    1795,
    "together",
    "A sign-in writes the user's name into the open session before it looks at the password: "
    "after ben's failed sign-in as ana, his session is ana's.",
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall%3ACedar-47 | "
    "jar1 GET /conversations.json?accountIds={a1} | "
    "jar1 POST /auth/credentials.json form=userName=ana&password=Not-Hers-1 | "
    "jar1 GET /conversations.json?accountIds={a1}",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    name = str(host.credentials(ask).get("username") or "")
    named = next((user for user in USERS if name in (user.name, user.email)), None)
    answer: Answer = inner(ask)
    for cookie in ("ss-id", "ss-pid"):
        session = ask.cookies().get(cookie, "")
        if named and session in host.sessions:  # It is still there: the sign-in failed.
            host.sessions[session] = named
    return answer
