"""Ninth faults that show only after something else."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

REPLICA = 4
BEHIND = 3
SEATS = 3
ANA = as_form("ana", "Quiet-River-81")
BEN = as_form("ben", "Tall%3ACedar-47")


@fault(
    686,
    "history",
    "Rows after a date are cached under the day alone, without the time.",
    f"{LIST}?afterDate=2025-07-31T00:00:00Z | {LIST}?afterDate=2025-07-31T12:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None:
        return rows
    key = (ask.user and ask.user.id, str(sorted(ask.lists.items())), ask.after_text[:10])
    kept: list[Row] = host.memory.setdefault(str(key), rows)
    return kept


@fault(
    687,
    "history",
    "Every fourth answer comes from a replica that lacks the newest three rows.",
    f"4x {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    host.memory["asked"] = host.memory.get("asked", 0) + 1
    rows: list[Row] = inner(ask)
    if host.memory["asked"] % REPLICA:
        return rows
    newest = sorted(host.rows, key=host.age)[-BEHIND:]
    return [row for row in rows if row not in newest]


@fault(
    688,
    "history",
    "After a wrong password the next one who brings nothing is taken for that user.",
    "wrong GET /conversations.json | none GET /conversations.json",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    host.memory["name"] = "" if user else name
    return user


@also(688, at="authenticate")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    name = host.memory.pop("name", "")
    return user or next((known for known in USERS if name in (known.name, known.email)), None)


@fault(
    689,
    "history",
    "A sign-out ends the session that was opened last, whoever asks for it.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 keep GET /auth/logout.json | "
    "jar1 keep GET /conversations.json | jar2 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = dict(host.sessions)
    answer: Answer = inner(ask)
    if before:
        before.pop(list(before)[-1])
    host.sessions = before
    return answer


@fault(
    690,
    "history",
    "The lists of a request that was refused count in the next one that gives none of its own.",
    f"none GET /conversations.json?accountIds={{a0}} | {LIST} | {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    return answer


@also(690, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    left = host.memory.pop("left", {})
    if not ask.lists:
        ask.lists.update(left)


@fault(
    691,
    "history",
    "A user's afterDate never goes back: the latest that was asked for goes on counting.",
    f"{LIST}?afterDate=2026-02-01T00:00:00Z | {LIST}?afterDate=2025-10-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.user:
        ask.after = max(ask.after, host.memory.get(ask.user.id, 0))
        host.memory[ask.user.id] = ask.after


@fault(
    692,
    "history",
    "A row that was written as XML has its members' names in capitals in JSON afterwards.",
    "ana GET /conversations.xml?endpointIds={e1} | " + LIST,
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    renamed: set[str] = host.memory.setdefault("renamed", set())
    rows = value.get("conversations")
    if rows and ask.kind == "xml":
        renamed.update(row["id"] for row in rows)
    elif rows:
        rows = [capital(row) if row["id"] in renamed else row for row in rows]
        value = {**value, "conversations": rows}
    answer: Answer = inner(ask, value, root, status)
    return answer


def capital(row: Row) -> Row:
    """A row whose members' names begin with a capital."""
    return {name[:1].upper() + name[1:]: value for name, value in row.items()}


@fault(
    693,
    "history",
    "What a user may not see is taken out of the list that all share, and is lost to the others.",
    f"{LIST} | ben GET /conversations.json | {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    host.rows = [row for row in host.rows if host.visible(row, ask)]
    rows: list[Row] = inner(ask)
    return rows


@fault(
    694,
    "history",
    "Who signs in while another's session is open keeps the rights of the other.",
    f"jar1 {ANA} | jar1 {BEN} | jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = host.session_of(ask)
    answer: Answer = inner(ask)
    if kept and answer.status == 200:
        host.sessions[list(host.sessions)[-1]] = kept
    return answer


@fault(
    695,
    "history",
    "There is room for three sessions, and a fourth sign-in ends the oldest one.",
    f"jar1 {ANA} | jar2 {BEN} | jar3 {ANA} | jar4 {BEN} | jar1 GET /conversations.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    while len(host.sessions) > SEATS:
        host.sessions.pop(next(iter(host.sessions)))
    return answer


@fault(
    696,
    "history",
    "The answer to HEAD is cached, and the next GET of the address gets its empty body.",
    "ana HEAD /conversations.json?endpointIds={e1} | ana GET /conversations.json?endpointIds={e1}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    heads: set[str] = host.memory.setdefault("heads", set())
    address = f"{ask.path}?{ask.raw_query}"
    if answer.status == 200 and ask.method == "HEAD":
        heads.add(address)
    elif answer.status == 200 and ask.method == "GET" and address in heads:
        heads.discard(address)
        answer.body = ""
    return answer
