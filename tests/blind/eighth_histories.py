"""Eighth faults that show only after something came before."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.seventh_common import ANA, BEN
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row

__all__: list[str] = []

KEY = 64
POLLS = 3


@fault(
    627,
    "history",
    "A HEAD is kept as an answer without a body, and the next GET of its address gets it.",
    "ana HEAD /conversations.json?endpointIds={e1} | " + f"{LIST}?endpointIds={{e1}}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    key = ("head", ask.path, ask.raw_query)
    if answer.status == 200 and ask.method == "HEAD":
        host.memory[str(key)] = True
    elif answer.status == 200 and ask.method == "GET" and host.memory.pop(str(key), False):
        answer.body = ""
    return answer


@fault(
    628,
    "history",
    "The lists of a refused request stay behind, for the next one that has none of its own.",
    f"none GET /conversations.json?customerIds={{c3}} | {LIST}?accountIds={{a3}} | {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused:
        host.memory["lists"] = dict(ask.lists)
        raise
    return answer


@also(628, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    left: dict[str, list[str | None]] = host.memory.pop("lists", {})
    for name, values in left.items():
        ask.lists.setdefault(name, values)


@fault(
    629,
    "history",
    "Who asks the same three times running is taken to poll, and gets what is new since the last.",
    f"4x {LIST}?accountIds={{a2}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    who = "poll " + (ask.user.id if ask.user else "")
    address, times, seen = host.memory.get(who, ("", 0, set()))
    asked = f"{ask.path}?{ask.raw_query}"
    times = times + 1 if asked == address else 1
    host.memory[who] = (asked, times, {row["mostRecentMessage"]["id"] for row in rows})
    if times < POLLS:
        return rows
    return [row for row in rows if row["mostRecentMessage"]["id"] not in seen]


@fault(
    630,
    "history",
    "The id of a session that ended is given to the next one, so that an old cookie opens it.",
    f"jar1 {ANA} | jar1 keep POST /auth/logout.json | jar2 {BEN}"
    " | jar1 keep GET /conversations.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    known = set(host.sessions)
    inner(ask)
    host.memory.setdefault("free", []).extend(known - set(host.sessions))


@also(630, at="new_id")
def _(host: Host, inner: Inner) -> str:
    free: list[str] = host.memory.get("free", [])
    return free.pop() if free else str(inner())


@fault(
    631,
    "history",
    "What a user was answered is kept by the first 64 characters of the query.",
    f"{LIST}?endpointIds={{e1}},{{e2}},{{e3}} | {LIST}?endpointIds={{e1}},{{e2}},{{e4}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    key = f"kept {ask.user.id if ask.user else ''} {ask.raw_query[:KEY]}"
    if len(ask.raw_query) >= KEY and key in host.memory:
        return list(host.memory[key])
    rows: list[Row] = inner(ask)
    host.memory[key] = rows
    return rows


@fault(
    632,
    "history",
    "Who names no format gets the one that the same user named by a suffix the last time.",
    "ana GET /conversations.xml?endpointIds={e1} | ana GET /conversations?endpointIds={e1}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    who = "".join(ask.header("authorization")) or ask.cookies().get("ss-id", "")
    lines = ask.header("accept")
    if who and ask.way == "suffix":
        host.memory[f"format {who}"] = ask.kind
    elif ask.way in ("default", "accept") and all(line.startswith("*/*") for line in lines):
        ask.kind = host.memory.get(f"format {who}", ask.kind)


@fault(
    633,
    "history",
    "A question is compiled once for a set of filters, with the accounts of who put it first.",
    f"{LIST}?customerIds={{c0}} | ben GET /conversations.json?customerIds={{c1}}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    names = sorted(ask.lists) + ["afterDate"] * (ask.after is not None)
    asking = ask.user
    ask.user = host.memory.setdefault("compiled " + " ".join(names), asking)
    seen = bool(inner(row, ask))
    ask.user = asking
    return seen


@fault(
    634,
    "history",
    "How far a user has read is noted: a date before the latest one given counts as that.",
    f"{LIST}?afterDate=2026-02-10T10:00:00Z | {LIST}?afterDate=2025-11-10T10:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        key = "read " + (ask.user.id if ask.user else "")
        ask.after = host.memory[key] = max(ask.after, host.memory.get(key, 0))


@fault(
    635,
    "history",
    "A sign-in puts the name into the session before it looks at the password.",
    f"jar1 {BEN} | jar1 POST /auth/credentials.json form=userName=ana&password=No-Idea-5"
    " | jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    given: dict[str, Any] = host.credentials(ask)
    answer: Answer = inner(ask)
    named = [user for user in USERS if given.get("username") in (user.name, user.email)]
    if named and answer.status == 401:
        for session in set(ask.cookies().values()) & set(host.sessions):
            host.sessions[session] = named[0]
    return answer


@fault(
    636,
    "history",
    "Customers for whom a narrower question found nothing are noted as having nothing at all.",
    f"{LIST}?customerIds={{c2}}&afterDate=2030-05-01T00:00:00Z | {LIST}?customerIds={{c2}},{{c4}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    asked = ask.lists.get("customerIds", [])
    empty: set[str | None] = host.memory.setdefault("empty", set())
    if asked:
        ask.lists["customerIds"] = [value for value in asked if value not in empty]
    rows: list[Row] = inner(ask)
    if asked and not rows and (len(ask.lists) > 1 or ask.after is not None):
        empty.update(asked)
    return rows
