"""Faults that show only after what was asked before."""

import time
from dataclasses import replace

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import User


def session_key(ask: Ask) -> str:
    """The session id that a request brings."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    1911,
    "history",
    "Basic fills the session object of the request, and that object is saved at the end as after a"
    " sign-in: a request with Basic turns the session beside it into that user's.",
    "jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 GET /conversations.json | jar1 GET /auth.json auth=ana:Quiet-River-81"
    " | jar1 GET /conversations.json",
    at="authenticate",
)
def saved_session(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.door == "basic" and session_key(ask) in host.sessions:
        host.sessions[session_key(ask)] = user
    return user


@fault(
    1912,
    "history",
    "Finished answers are kept for five seconds by user and address; that the Accept header chooses"
    " the format was forgotten, so the second client gets the first one's format.",
    "ana GET /conversations?accountIds={a1} accept=application/json"
    " | ana GET /conversations?accountIds={a1} accept=application/xml",
    at="conversations",
)
def kept_by_address(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.user is None or answer.status != 200:
        return answer
    key = f"{ask.user.name} {ask.path}?{ask.raw_query}"
    when, body, headers = host.memory.get(key, (0.0, "", []))
    if headers and time.monotonic() - when < 5:
        return Answer(body=body, headers=[*headers])
    host.memory[key] = (time.monotonic(), answer.body, [*answer.headers])
    return answer


@fault(
    1913,
    "history",
    "Request objects are pooled and cleared at the end of the operation; when it raises for a date"
    " that is none they go back as they are, and the next request has the old lists.",
    "ana GET /conversations.json?accountIds={a1}&afterDate=nonsense | ana GET /conversations.json"
    " | ana GET /conversations.json",
    at="after",
)
def pooled(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["lists"] = dict(ask.lists)
        raise


@also(1913, at="bind")
def uncleared(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in host.memory.pop("lists", {}).items():
        ask.lists.setdefault(name, values)


@fault(
    1914,
    "history",
    "A sign-in copies the user into the session that is there and adds the accounts to those it"
    " has: who signs in after somebody else without a sign-out keeps the other's rights.",
    "jar1 POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    " | jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 GET /auth.json | jar1 GET /conversations.json",
    at="forget",
)
def populated(host: Host, inner: Inner, ask: Ask) -> None:
    host.memory["before"] = host.session_of(ask)
    inner(ask)


@also(1914, at="open")
def added(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before: User | None = host.memory.pop("before", None)
    if before:
        sides = before.accounts, user.accounts
        both = frozenset().union(*(side or frozenset() for side in sides))
        user = replace(user, accounts=None if None in sides else both)
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    1915,
    "history",
    "The option cookie is sent only where the client has none yet, to save bytes: who once signed"
    " in with rememberMe and now does without keeps `perm`, and the new session is not found.",
    "jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    "&rememberMe=true | jar1 GET /auth/logout?format=json"
    " | jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 GET /conversations.json",
    at="open",
)
def option_once(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if ask.cookies().get("ss-opt"):
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-opt=")]
    return answer


@fault(
    1916,
    "history",
    "The vendor's account of who is signed in is kept by session id to spare the user table, and a"
    " sign-out does not drop it: the ended session still counts as signed in there.",
    "jar1 POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    " | jar1 GET /auth/status.json | jar1 keep GET /auth/logout?format=json"
    " | jar1 keep GET /auth/status.json",
    at="routed",
)
def kept_status(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route != "/auth/status" or ask.method != "GET" or ask.header("authorization"):
        answer: Answer = inner(ask)
        return answer
    key = session_key(ask)
    user = host.session_of(ask)
    if user:
        host.memory[key] = host.status_of(user)
    if key in host.memory:
        return host.answer(ask, host.memory[key], "UserInfo")
    answer = inner(ask)
    return answer
