"""Faults of the twenty-ninth set: those that need something before."""

import html
from dataclasses import replace
from typing import Any
from zlib import crc32

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1663,
    "history",
    "A user's answers are cached by the first 64 characters of the query, and lists are longer.",
    "GET /conversations.json?endpointIds={e0},{e1},{e2}, then ?endpointIds={e0},{e1},{e3}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    key = f"{ask.user.id if ask.user else ''} {ask.raw_query[:64]}"
    if len(ask.raw_query) <= 64:
        return list(inner(ask))
    return list(host.memory.setdefault(key, inner(ask)) or [])


@fault(
    1665,
    "history",
    "A format in the query is kept in the session, and wins over the Accept header later.",
    "Sign in; GET /conversations?format=xml; GET /conversations with Accept: application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    if session in host.sessions and ask.way == "format":
        host.memory[session] = ask.kind
    elif session in host.sessions and ask.way in ("accept", "default"):
        ask.kind = host.memory.get(session, ask.kind)


@fault(
    1666,
    "leak",
    "Who signs in over an open session keeps the accounts of the user before.",
    "Sign in as ana; sign in as ben with these cookies; GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = host.session_of(ask)
    answer: Answer = inner(ask)
    if before and answer.status == 200:
        newest = list(host.sessions)[-1]
        host.sessions[newest] = replace(host.sessions[newest], accounts=before.accounts)
    return answer


@fault(
    1667,
    "history",
    "Once a page was written, JSON has the page's escapes too, such as &amp; for &.",
    "GET /conversations.html, then GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind == "html" and root == ROOT:
        host.memory["page"] = True
    return html.escape(text, quote=False) if kind == "json" and "page" in host.memory else text


@fault(
    1668,
    "session",
    "A failed Basic sign-in is cached by name, and the next right one of it is refused.",
    "GET /conversations.json with ben and a wrong password, then with the right one",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    failed: set[str] = host.memory.setdefault("failed", set())
    if name in failed:
        failed.discard(name)
        password = ""
    elif host.known(name, password) is None:
        failed.add(name)
    user: User = inner(ask, name, password)
    return user


@fault(
    1670,
    "session",
    "A session that was ended works again as soon as its user signs in anew elsewhere.",
    "Sign in as ben; sign out; sign in as ben without cookies; use the first cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ended: dict[str, User] = host.memory.setdefault("ended", {})
    for name in ("ss-id", "ss-pid"):
        session = ask.cookies().get(name, "")
        if session in host.sessions:
            ended[session] = host.sessions[session]
    inner(ask)


@also(1670, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    ended: User | None = host.memory.get("ended", {}).get(session)
    return ended if user is None and ended in host.sessions.values() else user


def worded(row: Row, marked: set[str]) -> Any:
    """A row as it is after XML was made of it."""
    message = row["mostRecentMessage"]
    if row["id"] not in marked or not message:
        return row
    return {**row, "mostRecentMessage": {**message, "isUnread": str(message["isUnread"]).lower()}}


@fault(
    1672,
    "history",
    "XML turns isUnread of the shared rows into text, and later JSON writes it as a string.",
    "GET /conversations.xml?endpointIds={e0}, then GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    marked: set[str] = host.memory.setdefault("marked", set())
    if "conversations" not in value:
        return str(inner(value, kind, root))
    rows = value["conversations"]
    if kind == "xml":
        marked.update(row["id"] for row in rows)
    elif kind == "json":
        value = {"conversations": [worded(row, marked) for row in rows]}
    return str(inner(value, kind, root))


@fault(
    1674,
    "leak",
    "The ETag says nothing of the user, and 304 tells ben to go on with what ana was sent.",
    "GET /conversations.json as ana, then as ben with her ETag as If-None-Match",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    url = f"{ask.path}?{ask.raw_query} {ask.kind}"
    tag = f'"{crc32(url.encode()):08x}-{len(host.rows)}-{host.arrived}"'
    answer.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
    if tag in ",".join(ask.header("if-none-match")):
        raise Refused(Answer(status=304, headers=answer.without("content-type")))
    return answer


@fault(
    1675,
    "session",
    "A sign-in without rememberMe after one with it leaves ss-opt at perm, and so has no session.",
    "Sign in with rememberMe; sign in again without it, with the jar; GET /conversations.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if not stays and ask.cookies().get("ss-opt") == "perm":
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-opt=")]
    return answer
