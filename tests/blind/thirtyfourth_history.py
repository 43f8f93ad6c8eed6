"""Faults that need a history: what one request leaves behind for another."""

import time

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User


@fault(
    1861,
    "history",
    "HEAD sets ROWCOUNT to 1 on its connection, since nobody reads the rows, and the connection"
    " goes back to the pool like that: the next list has one row at most.",
    "ana GET /conversations.json | ana HEAD /conversations.json | ana GET /conversations.json"
    " | ana GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.method == "HEAD":
        host.memory["rowcount"] = 1
        return rows
    return rows[: host.memory.pop("rowcount", len(rows))]


@fault(
    1862,
    "history",
    "The statement is cached by the names of the filters, with as many placeholders as its first"
    " caller needed: a later list that is longer loses the values that have no place.",
    "ana GET /conversations.json?accountIds={a0}"
    " | ana GET /conversations.json?accountIds={a0},{a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    statements = host.memory.setdefault("statements", {})
    shape = (*sorted(ask.lists), ask.after is not None)
    places = statements.setdefault(shape, {name: len(ask.lists[name]) for name in ask.lists})
    kept = ask.lists
    ask.lists = {name: values[: places[name]] for name, values in kept.items()}
    rows: list[Row] = inner(ask)
    ask.lists = kept
    return rows


@fault(
    1863,
    "history",
    "Whether an endpoint may be asked for is remembered by the endpoint alone, without the user:"
    " what the administrator asked for by endpointIds is open to everybody who asks so, too.",
    "ben GET /conversations.json?endpointIds={e1} | ana GET /conversations.json?endpointIds={e1}"
    " | ben GET /conversations.json?endpointIds={e1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    seen = bool(inner(row, ask))
    if "endpointIds" not in ask.lists or row["endpointId"] not in ask.lists["endpointIds"]:
        return seen
    allowed: set[str] = host.memory.setdefault("allowed", set())
    if seen:
        allowed.add(row["endpointId"])
    return row["endpointId"] in allowed


@fault(
    1864,
    "history",
    "The sign-in does not send `ss-opt` to a client that has one, whatever it says: after a"
    " remembered session a plain one does not work, nor a remembered one after a plain one.",
    "jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81&rememberMe=true"
    " | jar GET /conversations.json"
    " | jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if ask.cookies().get("ss-opt"):
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-opt=")]
    return answer


@fault(
    1865,
    "history",
    "A sign-out notes for the user, in whole seconds, that no earlier session counts: it ends the"
    " user's sessions elsewhere, and one that is opened within the same second is dead, too.",
    "jar1 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar2 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar1 GET /conversations.json | jar2 GET /auth/logout.json | jar1 GET /conversations.json"
    " | jar2 POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar2 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    if user:
        host.memory[f"ended {user.id}"] = int(time.time())
    answer: Answer = inner(ask)
    return answer


@also(1865, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    for session in set(host.sessions) - before:
        host.memory[f"opened {session}"] = int(time.time())
    return answer


@also(1865, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    if user and host.memory.get(f"opened {session}", 0) <= host.memory.get(f"ended {user.id}", -1):
        return None
    return user


@fault(
    1866,
    "history",
    "The current user stands in a static field, from before the service became asynchronous: of"
    " two requests at the same time the later one is answered with the rows of the other's user.",
    "4x ana GET /conversations.json & ben GET /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    if ask.route != "/conversations":
        return user
    now = time.monotonic()
    since, other = host.memory.get("current", (0.0, user))
    if now - since < 0.06:
        ask.user = other
    else:
        host.memory["current"] = (now, user)
    return user


@also(1866, at="conversations")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        answer = refused.answer
    answer.delay = 0.08
    return answer
