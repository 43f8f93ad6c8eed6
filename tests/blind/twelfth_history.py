"""Faults that show when two things come together, or after something else came before."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


def session_key(ask: Ask) -> str:
    """The session cookie that is in force."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    869,
    "history",
    "Who signs in while another user's session is open gets a session of that other user.",
    "sign in as ana, sign in as ben with her cookies, GET /conversations with the new cookies",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["before"] = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(869, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    known = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    for session in set(host.sessions) - known:
        host.sessions[session] = host.memory["before"] or user
    return answer


@fault(
    870,
    "history",
    "Asking for the rows of an endpoint marks their messages as read for all later answers.",
    "GET /conversations?endpointIds={e0}, then the same again",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    seen = {row["id"] for row in rows} if "endpointIds" in ask.lists else set()
    for at, row in enumerate(host.rows):
        if row["id"] in seen and row["mostRecentMessage"]:
            message = {**row["mostRecentMessage"], "isUnread": False}
            host.rows[at] = {**row, "mostRecentMessage": message}
    return rows


@fault(
    871,
    "history",
    "The newest hundred rows are taken before those of foreign accounts are left out.",
    "ben: GET /conversations beside GET /conversations?accountIds={his first} and {his second}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    chosen = [
        row
        for row in host.rows
        if all(host.passes(row, name, ask) for name in ask.lists) and host.later(row, ask)
    ]
    newest = sorted(chosen, key=host.age, reverse=True)[:100]
    return [row for row in newest if host.visible(row, ask)]


@fault(
    872,
    "history",
    "A session keeps its last accountIds, and filters by them where a later request has none.",
    "with a session: GET /conversations?accountIds={a0}, then GET /conversations",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if host.session_of(ask) is None:
        return
    kept: dict[str, Any] = host.memory.setdefault("accounts", {})
    key = session_key(ask)
    if "accountIds" in ask.lists:
        kept[key] = ask.lists["accountIds"]
    elif key in kept:
        ask.lists["accountIds"] = kept[key]


@fault(
    873,
    "history",
    "Once CSV has been fetched, answers in other formats are sent as a download of that file too.",
    "GET /conversations.csv, then GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv":
        host.memory["name"] = answer.headers[-1]
    elif "name" in host.memory:
        answer.headers.append(host.memory["name"])
    return answer


@fault(
    874,
    "history",
    "With several accountIds the rows of the first account pass whatever afterDate says.",
    "GET /conversations?accountIds={a0},{a1}&afterDate=2026-02-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds", [])
    if len(named) > 1 and host.member(row, "accountIds") == named[0]:
        return True
    return bool(inner(row, ask))


@fault(
    875,
    "history",
    "A session that polls with afterDate is not sent a row again that it was sent before.",
    "with a session: GET /conversations?afterDate=2026-02-01T00:00:00Z, then the same again",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or ask.door != "cookie":
        return rows
    sent: set[tuple[str, ...]] = host.memory.setdefault(session_key(ask), set())
    fresh = [row for row in rows if (row["id"], host.age(row)[0]) not in sent]
    sent.update((row["id"], host.age(row)[0]) for row in fresh)
    return fresh


@fault(
    876,
    "history",
    "Where two or more filters come together, the cache goes by their names and not their values.",
    "GET /conversations?accountIds={a0}&endpointIds={e0}, then with another account and endpoint",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    names = [*sorted(ask.lists), *(["afterDate"] if ask.after is not None else [])]
    if len(names) < 2:
        return list(inner(ask))
    key = " ".join((ask.user.id if ask.user else "", *names))
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])
