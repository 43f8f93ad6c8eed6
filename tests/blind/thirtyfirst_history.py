"""Faults 1738 to 1740, 1751 to 1755: what was asked earlier changes a later answer."""

import time
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, ROOT, WRONG, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User


def fresh(host: Host, name: str, key: Any, seconds: float) -> Any:
    """What a cache of the host has under a key, unless it is too old."""
    when, value = host.memory.get(name, {}).get(key, (0.0, None))
    return value if time.monotonic() - when < seconds else None


def store(host: Host, name: str, key: Any, value: Any) -> None:
    """Put something into a cache of the host."""
    host.memory.setdefault(name, {})[key] = (time.monotonic(), value)


@fault(
    1738,
    "history",
    "The pattern that checks dates is global and keeps its place: each second date is refused.",
    "2x ana GET /conversations.json?afterDate=2025-12-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        host.memory["place"] = 0 if host.memory.get("place") else len(ask.after_text)
        if not host.memory["place"]:
            raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1739,
    "history",
    "A failed check of a password is cached by the user's name: for three seconds the right "
    "password fails as well.",
    "wrong GET /conversations.json | ana GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if fresh(host, "failed", name, 3) and ask.kind != "html":
        problem = wire.error("Unauthorized", WRONG)
        raise Refused(host.answer(ask, problem, PROBLEM, 200 if ask.callback else 401))
    try:
        user: User = inner(ask, name, password)
    except Refused:
        store(host, "failed", name, True)
        raise
    return user


@fault(
    1740,
    "history",
    "The cache of answers does not tell HEAD from GET: after HEAD, a GET of the same address is "
    "empty for ten seconds.",
    "ana HEAD /conversations.json | ana GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    who = ask.user.id if ask.user else ""
    key = (ask.path, ask.raw_query, ask.kind, who)
    if answer.status == 200 and ask.route == "/conversations":
        if ask.method == "HEAD":
            store(host, "heads", key, True)
        elif fresh(host, "heads", key, 10):
            answer.body = ""
    return answer


@fault(
    1751,
    "history",
    "A request object whose request failed goes back to its pool unreset: the lists of a refused "
    "request filter the next one.",
    "ana GET /conversations.json?endpointIds={e0}&afterDate=someday | ana GET /conversations.json",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["pooled"] = dict(ask.lists)
        raise


@also(1751, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.lists = {**host.memory.pop("pooled", {}), **ask.lists}


@fault(
    1752,
    "history",
    "The key of the cache of queries holds the values of the lists without their names: one id as "
    "another kind gets the rows of the first.",
    "ana GET /conversations.json?accountIds={a0} | ana GET /conversations.json?customerIds={a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists:
        return list(inner(ask))
    values = ",".join(value or "" for values in ask.lists.values() for value in values)
    key = (ask.user.id if ask.user else "", values, ask.after_text)
    rows: list[Row] | None = fresh(host, "queries", key, 30)
    if rows is None:
        rows = inner(ask)
        store(host, "queries", key, rows)
    return list(rows)


@fault(
    1753,
    "history",
    "The CSV export doubles quotes in the rows themselves, which are cached: later answers show "
    "those texts with doubled quotes.",
    "ana GET /conversations.csv | ana GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    if kind == "csv" and root == ROOT:
        for row in value.get("conversations") or []:
            message = row["mostRecentMessage"]
            if message and message["text"]:
                message["text"] = message["text"].replace('"', '""')
    return body


@fault(
    1754,
    "history",
    "A session remembers the format of ?format=: its later requests get that one, whatever their "
    "Accept says.",
    "jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations?format=xml&endpointIds={e0}"
    " | jar GET /conversations?endpointIds={e0} accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if host.session_of(ask) is None:
        return
    formats: dict[str, str] = host.memory.setdefault("formats", {})
    session = ask.cookies().get("ss-id", "")
    if ask.way == "format":
        formats[session] = ask.kind
    elif ask.way in ("accept", "default"):
        ask.kind = formats.get(session, ask.kind)


@fault(
    1755,
    "session",
    "Sign-out ends what hangs on ss-id alone: a session with rememberMe goes on.",
    "jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81&rememberMe=true"
    " | jar keep GET /auth/logout.json | jar GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    cookies = ask.cookies()
    lasting = cookies.get("ss-pid", "") if cookies.get("ss-opt") == "perm" else ""
    user = host.sessions.get(lasting)
    answer: Answer = inner(ask)
    if user:
        host.sessions[lasting] = user
    return answer
