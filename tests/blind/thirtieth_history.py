"""Faults of the thirtieth set: what came before decides."""

from typing import Any
from xml.sax.saxutils import escape

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


def session_id(host: Host, ask: Ask) -> str | None:
    """The id of the open session that came with a request."""
    cookies = ask.cookies()
    name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
    found = cookies.get(name, "")
    return found if found in host.sessions else None


@fault(
    1707,
    "history",
    "Answers to afterDate are kept by the hour that it names, and serve the rest of the hour.",
    "GET ?afterDate={before d5, in its hour}, then {after d5, in its hour}: the same rows.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.after is None or ask.user is None:
        plain: list[Row] = inner(ask)
        return plain
    lists = sorted((name, tuple(values)) for name, values in ask.lists.items())
    key = f"{ask.user.name} {ask.after_text[:13]} {lists}"
    rows: list[Row] = host.memory[key] if key in host.memory else inner(ask)
    host.memory[key] = rows
    return rows


@fault(
    1708,
    "history",
    "After a request that cannot be bound, the lists read before hold in the next one too.",
    "GET ?accountIds={a0}&endpointIds=%20 (400), then GET /conversations.json: only rows of a0.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    left = host.memory.pop("left", {})
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    for name, values in left.items():
        ask.lists.setdefault(name, values)


@fault(
    1709,
    "session",
    "A sign-out that carries no session ends the one that was opened last.",
    "Sign in as ana; GET /auth/logout.json without cookies; GET with the cookies of ana: 401.",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if session_id(host, ask) is None and host.sessions:
        host.sessions.popitem()
    answer: Answer = inner(ask)
    return answer


@fault(
    1710,
    "session",
    "Basic beside a session cookie moves that session to the user of Basic for good.",
    "Sign in as ana; GET with her cookies and Basic of ben; GET with the cookies: rows of ben.",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    session = session_id(host, ask)
    if user and session and ask.door == "basic":
        host.sessions[session] = user
    return user


@fault(
    1711,
    "leak",
    "The status of who is not signed in has the name and address of the one who asked before.",
    "GET /auth/status.json as ana, then without credentials: isAuthenticated false, but ana's.",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    known: dict[str, Any] = host.memory.setdefault("status", {})
    known |= inner(user)
    return dict(known)


@fault(
    1712,
    "format",
    "Who names no format gets the one that the same caller last named by suffix or format.",
    "GET /conversations.csv, then GET /conversations with Accept: */*, as ana: CSV again.",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    caller = f"format of {ask.header('authorization')} {ask.header('cookie')}"
    if ask.route != "/conversations" or caller == "format of [] []":
        return
    if ask.way in ("suffix", "format"):
        host.memory[caller] = ask.kind
    elif ask.way != "callback" and all(line == "*/*" for line in ask.header("accept")):
        ask.kind = host.memory.get(caller, ask.kind)


@fault(
    1713,
    "history",
    "To write XML the texts are escaped in the shared rows, and stay so in later answers.",
    "GET /conversations.xml, then GET /conversations.json: texts have &amp; and &lt;.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind == "xml" and root == ROOT:
        for row in value.get("conversations") or []:
            message = row["mostRecentMessage"] or {}
            if message.get("text"):
                message["text"] = escape(message["text"])
    return text


@fault(
    1714,
    "history",
    "afterDate is kept as a cursor for each user, and an earlier one no longer counts.",
    "GET ?afterDate={d5}, then GET ?afterDate={d40} as ana: five rows both times.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.user:
        key = f"cursor of {ask.user.name}"
        host.memory[key] = ask.after = max(ask.after, host.memory.get(key, 0))


@fault(
    1715,
    "history",
    "An endpoint that once brought no rows is remembered as empty, whatever else was filtered.",
    "GET ?endpointIds={e0}&afterDate=2030-01-01T00:00:00Z, then GET ?endpointIds={e0}: no rows.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    empty: set[str | None] = host.memory.setdefault("empty", set())
    named = ask.lists.get("endpointIds", [])
    rows: list[Row] = [row for row in inner(ask) if not named or row["endpointId"] not in empty]
    if not rows:
        empty.update(named)
    return rows


@fault(
    1716,
    "session",
    "A sign-in in an open session sets its user before the password is looked at.",
    "Sign in as ben; POST /auth/credentials.json as ana, wrong password; GET: all rows.",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    session = session_id(host, ask)
    answer: Answer = inner(ask)
    if answer.status != 200 and session:
        name = host.credentials(ask).get("username")
        for user in USERS:
            if name in (user.name, user.email):
                host.sessions[session] = user
    return answer
