"""Faults of the set `twentythird` that show by what came before, or comes at the same time."""

import time

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


def session_id(ask: Ask) -> str:
    """The cookie that the session hangs on."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    1407,
    "history",
    "HEAD fills the kept answers with no body: the next GET of that address is empty.",
    "HEAD, GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.route != "/conversations" or answer.status != 200:
        return answer
    names = ("accept", "authorization", "cookie")
    key = (ask.path, ask.raw_query, *(tuple(ask.header(name)) for name in names))
    kept: dict[object, float] = host.memory.setdefault("kept", {})
    if ask.method == "HEAD":
        kept[key] = time.monotonic() + 30
    elif kept.pop(key, 0) > time.monotonic():
        answer.body = ""
    return answer


@fault(
    1408,
    "history",
    "A page shortens the texts in the rows that it shares with the other formats: the answer "
    "after it has them so.",
    "GET /conversations.json, /conversations.html, /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.kind == "html":
        host.memory["shortened"] = True
        return rows
    if not host.memory.pop("shortened", False):
        return rows
    shown: list[Row] = []
    for row in rows:
        message = row["mostRecentMessage"]
        if message and len(message["text"] or "") > 16:
            message = {**message, "text": message["text"][:15] + "…"}
        shown.append({**row, "mostRecentMessage": message})
    return shown


@fault(
    1409,
    "history",
    "A connection remembers its challenge: the right Basic credentials that follow on it are "
    "challenged once more.",
    "GET /conversations.json without credentials, then with them, on one connection",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    peers: set[str] = host.memory.setdefault("challenged", set())
    if ask.peer in peers and ask.header("authorization"):
        answer = host.challenge(ask)
        peers.discard(ask.peer)
        raise Refused(answer)
    user: User = inner(ask)
    return user


@also(1409, at="challenge")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        host.memory.setdefault("challenged", set()).add(ask.peer)
    return answer


@fault(
    1434,
    "history",
    "A request that is refused with 400 goes back to the pool uncleared: its lists filter the "
    "next request.",
    "GET /conversations.json?accountIds={a0}&afterDate=never, then /conversations.json",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in host.memory.pop("left", {}).items():
        ask.lists.setdefault(name, values)


@also(1434, at="respond")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 400 and ask.lists:
        host.memory["left"] = dict(ask.lists)
    return answer


@fault(
    1435,
    "history",
    "A single account in accountIds becomes the session's current account: later requests of that "
    "session by endpoint or customer stay within it.",
    "in a session: GET /conversations.json?accountIds={a0}, then ?endpointIds={e1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.door != "cookie":
        return rows
    current: dict[str, str | None] = host.memory.setdefault("current", {})
    session = session_id(ask)
    accounts = ask.lists.get("accountIds")
    if accounts and len(accounts) == 1:
        current[session] = accounts[0]
    elif not accounts and ask.lists and session in current:
        rows = [row for row in rows if host.member(row, "accountIds") == current[session]]
    return rows


@fault(
    1436,
    "history",
    "A session is locked while a request of it is served: a second one at the same time finds "
    "none, and is refused.",
    "in a session: 2x GET /conversations.json at the same time",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    locked: dict[str, float] = host.memory.setdefault("locked", {})
    session = session_id(ask)
    if locked.get(session, 0) > time.monotonic():
        return None
    if user:
        locked[session] = time.monotonic() + 0.05
    return user


@also(1436, at="respond")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.door == "cookie":
        answer.delay += 0.07
    return answer
