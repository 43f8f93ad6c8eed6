"""Faults that show only after something else came before: caches, pools, what is kept."""

import copy
import html

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1628,
    "history",
    "Answers are cached by user, path and query, without Accept, though they vary by it.",
    "GET /conversations with Accept: application/json, then the same with application/xml",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.authenticate(ask)
    key = (user and user.id, ask.route, ask.raw_query)
    plain = user is not None and ask.way in ("accept", "default")
    if plain and key in host.memory.setdefault("cache", {}):
        kept: Answer = copy.deepcopy(host.memory["cache"][key])
        return kept
    answer: Answer = inner(ask)
    if plain and answer.status == 200:
        host.memory["cache"][key] = copy.deepcopy(answer)
    return answer


@fault(
    1629,
    "history",
    "A session's last afterDate is remembered, and holds for its next request without one.",
    "sign in; GET /conversations.json?afterDate={d5}; GET /conversations.json has 5 rows",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.door == "cookie":
        cookies = ask.cookies()
        key = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id")
        if ask.after is None:
            ask.after = host.memory.get(f"after {key}")
        else:
            host.memory[f"after {key}"] = ask.after


@fault(
    1631,
    "history",
    "After signing out, the user's Basic credentials are refused until the next sign-in.",
    "sign in as ben, GET /auth/logout with the cookies, GET /conversations.json with Basic",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if user := host.session_of(ask):
        host.memory[f"out {user.id}"] = True
    answer: Answer = inner(ask)
    return answer


@also(1631, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory.pop(f"out {user.id}", None)
    answer: Answer = inner(ask, user, stays)
    return answer


@also(1631, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if host.memory.get(f"out {user.id}"):
        raise Refused(host.challenge(ask))
    return user


@fault(
    1632,
    "history",
    "The page for people escapes texts in the stored rows, and later answers show &amp; for &.",
    "GET /conversations.html, then GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    for row in value.get("conversations") or [] if kind == "html" else []:
        message = row["mostRecentMessage"]
        if message and message["text"] and f"text {row['id']}" not in host.memory:
            host.memory[f"text {row['id']}"] = True
            message["text"] = html.escape(message["text"], quote=False)
    return body


@fault(
    1633,
    "history",
    "Requests are pooled, and the lists of one that was refused for its date narrow the next.",
    "GET /conversations.json?accountIds={a0}&afterDate=soon, then GET /conversations.json",
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
    1635,
    "history",
    "A request with afterDate drops the rows without a date from the shared list for good.",
    "GET /conversations.json has 160 rows; after one with ?afterDate={d5} it has 158",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is not None:
        host.rows[:] = [row for row in host.rows if (row["mostRecentMessage"] or {}).get("date")]
    return rows
