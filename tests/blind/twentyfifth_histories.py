"""Faults that depend on what was asked before: pools, plans, caches and counters."""

import re

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

ZONE = re.compile(r"([tT]\d\d:\d\d[\d:.]*)\s*([zZ]|[+-]\d\d:?\d\d)$")


@fault(
    1503,
    "history",
    "The lists of a request that was refused for its date stay in the pooled query, and filter "
    "the next request that has none.",
    "GET /conversations.json?accountIds={a0}&afterDate=never; GET /conversations.json",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    if not ask.lists:
        ask.lists = host.memory.pop("left", {})


@fault(
    1504,
    "history",
    "The plan of the first request with accountIds is reused: later lists are cut to the number "
    "of values that it had.",
    "GET /conversations.json?accountIds={a0}; GET /conversations.json?accountIds={a0},{a1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if values := ask.lists.get("accountIds"):
        size = host.memory.setdefault("plan", len(values))
        ask.lists["accountIds"] = values[:size]


@fault(
    1505,
    "history",
    "Dates once read are kept by their text without the zone: the same clock time in another "
    "zone is taken for the first.",
    "afterDate=2025-12-25T12:00:00Z, then afterDate=2025-12-25T12:00:00-14:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ZONE.search(text):
        known = host.memory.setdefault("dates", {})
        ask.after = known.setdefault(ZONE.sub(r"\1", text), ask.after)


@fault(
    1506,
    "history",
    "The counter of wrong passwords fails open: after five for a name the sixth is let in.",
    "six times GET /conversations.json as ana with a wrong password",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    failed = host.memory.setdefault("failed", {})
    if user:
        failed[name] = 0
        return user
    failed[name] = failed.get(name, 0) + 1
    if failed[name] <= 5:
        return None
    return next((each for each in USERS if name in (each.name, each.email)), None)


@fault(
    1507,
    "history",
    "Whoever lists a single endpoint marks its messages as read.",
    "GET /conversations.json?endpointIds={e0} twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("endpointIds", [])) == 1 and ask.method == "GET":
        seen = {row["id"] for row in rows}
        for place, row in enumerate(host.rows):
            if row["id"] in seen and row["mostRecentMessage"]:
                message = {**row["mostRecentMessage"], "isUnread": False}
                host.rows[place] = {**row, "mostRecentMessage": message}
    return rows


@fault(
    1508,
    "history",
    "Ids of ended sessions are dealt out again: the cookie of one who signed out opens the next "
    "user's session.",
    "sign in and out as ben; sign in as ana; GET /conversations.json with ben's old cookie",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    cookies = ask.cookies()
    ended = [cookies.get(name, "") for name in ("ss-id", "ss-pid")]
    free = host.memory.setdefault("free", [])
    free += [name for name in ended if name in host.sessions]
    inner(ask)


@also(1508, at="new_id")
def _(host: Host, inner: Inner) -> str:
    free: list[str] = host.memory.get("free", [])
    return free.pop(0) if free else str(inner())


@fault(
    1509,
    "history",
    "The answer to HEAD is cached for GET too: after it the same address has an empty body.",
    "HEAD /conversations.json?endpointIds={e0}; GET /conversations.json?endpointIds={e0}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    who = (*ask.header("authorization"), *ask.header("cookie"))
    key = (ask.path, ask.raw_query, who, *ask.header("accept"))
    heads = host.memory.setdefault("heads", set())
    if answer.status == 200 and ask.method == "HEAD":
        heads.add(key)
    elif ask.method == "GET" and key in heads:
        answer.body = ""
    return answer


@fault(
    1510,
    "history",
    "The caller of the last request stays in its worker: who brings an unknown session id is "
    "taken for them.",
    "GET /conversations.json as ana; GET /conversations.json with Cookie: ss-id=unknown",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    if user is None and (cookies.get("ss-id") or cookies.get("ss-pid")):
        last: User | None = host.memory.get("last")
        return last
    return user


@also(1510, at="require")
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    host.memory["last"] = user
    return user
