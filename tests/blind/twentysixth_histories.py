"""Faults of the twenty-sixth set that show after other requests."""

import base64
import zlib
from dataclasses import replace

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


def who(ask: Ask) -> str:
    """What identifies the caller."""
    return ask.user.id if ask.user else ""


def cookie_of(ask: Ask) -> str:
    """The session id that came in."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    1543,
    "history",
    "Selections are cached under the XOR of the values' hashes, where a value given twice cancels"
    " out.",
    "GET /conversations; GET /conversations?accountIds={a0},{a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    mixed = 0
    for name, values in ask.lists.items():
        for value in values:
            mixed ^= zlib.crc32(f"{name}={value}".encode())
    key = (who(ask), mixed, ask.after)
    cache: dict[object, list[Row]] = host.memory.setdefault("selections", {})
    if key not in cache:
        cache[key] = inner(ask)
    return [*cache[key]]


@fault(
    1544,
    "history",
    "The JSV writer doubles the quotes in the stored text itself: later answers show them doubled.",
    "GET /conversations.jsv; GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind == "jsv" and root == ROOT:
        done: set[str] = host.memory.setdefault("escaped", set())
        for row in value.get("conversations") or []:
            message = row["mostRecentMessage"] or {}
            if row["id"] not in done and '"' in (message.get("text") or ""):
                done.add(row["id"])
                message["text"] = message["text"].replace('"', '""')
    return text


@fault(
    1545,
    "history",
    "The lists of a request that is refused for its date stay behind, and filter the next one.",
    "GET /conversations?accountIds={a0}&afterDate=never; GET /conversations",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    ask.lists = {**host.memory.pop("left", {}), **ask.lists}


@fault(
    1546,
    "history",
    "The answer to HEAD is cached without its body: the next GET of that URL is a 200 with none.",
    "HEAD /conversations.json; GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    key = (who(ask), ask.path, ask.raw_query, ask.kind)
    cached: set[object] = host.memory.setdefault("heads", set())
    if ask.method == "HEAD":
        cached.add(key)
    elif key in cached:
        cached.discard(key)
        answer.body = ""
    return answer


@fault(
    1547,
    "history",
    "A session remembers the last ?format, which then wins over the Accept header.",
    "with a cookie: GET /conversations?format=xml; GET /conversations, Accept: application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    session = cookie_of(ask)
    if session not in host.sessions or ask.route != "/conversations":
        return
    formats: dict[str, str] = host.memory.setdefault("formats", {})
    if ask.way == "format":
        formats[session] = ask.kind
    elif ask.way == "accept":
        ask.kind = formats.get(session, ask.kind)


@fault(
    1548,
    "history",
    "The index entry of a customer is made of the rows that its first asker may see, and serves"
    " everybody after.",
    "as ben: GET /conversations?customerIds={c1}; as ana: the same",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds":
        return bool(inner(row, name, ask))
    index: dict[str | None, set[str]] = host.memory.setdefault("customers", {})
    for value in ask.lists[name]:
        if value not in index:
            seen = [each for each in host.rows if host.visible(each, ask)]
            index[value] = {each["id"] for each in seen if host.member(each, name) == value}
    return any(value and row["id"] in index[value] for value in ask.lists[name])


@fault(
    1549,
    "history",
    "Checked Basic credentials are cached under the first 12 characters of their Base64: after a"
    " right password, a wrong one with the same beginning is right.",
    "GET /conversations.json with ana's password; the same with its last character changed",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    key = base64.b64encode(f"{name}:{password}".encode())[:12]
    cache: dict[bytes, User] = host.memory.setdefault("checked", {})
    if key not in cache:
        cache[key] = inner(ask, name, password)
    return cache[key]


@fault(
    1550,
    "history",
    "A query with afterDate that is repeated gets only the rows that it was not sent before.",
    "2x GET /conversations?afterDate=2025-06-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None:
        return rows
    polls: dict[object, set[str]] = host.memory.setdefault("polls", {})
    sent = polls.setdefault((who(ask), ask.raw_query), set())
    fresh = [row for row in rows if row["id"] not in sent]
    sent |= {row["id"] for row in fresh}
    return fresh


@fault(
    1551,
    "history",
    "GET /auth gives the session a new id and sends no cookie: the next request is refused.",
    "with a cookie: GET /auth; GET /conversations.json",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    session = cookie_of(ask)
    if ask.route == "/auth" and ask.door == "cookie" and session in host.sessions:
        host.sessions[host.new_id()] = host.sessions.pop(session)
    return answer


@fault(
    1552,
    "history",
    "Who signs in while the cookies still hold another user's session keeps that user's accounts.",
    "sign in as ana; with her cookies sign in as ben; GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    ask.user = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(1552, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    if ask.user:
        user = replace(user, accounts=ask.user.accounts)
    answer: Answer = inner(ask, user, stays)
    return answer
