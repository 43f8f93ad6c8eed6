"""Fourth faults that show only after something else was asked: caches and state left over."""

from dataclasses import replace
from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, ROWS, as_form
from tests.blind.host import PROBLEM, ROOT, WRONG, Host
from tests.blind.switch import Inner, fault
from tests.blind.wire import error
from tests.blind.world import Row, User

__all__: list[str] = []

DAYS = sorted(row["mostRecentMessage"]["date"] for row in ROWS)
ANA, BEN = as_form("ana", "Quiet-River-81"), as_form("ben", "Tall:Cedar-47")


@fault(
    341,
    "history",
    "What a user's lists selected is kept by the lists alone: another date gets the same rows.",
    f"{LIST}?customerIds={{c0}} | {LIST}?customerIds={{c0}}&afterDate=2026-01-01",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists:
        return list(inner(ask))
    key = f"{ask.user and ask.user.id} {sorted(ask.lists.items())}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    342,
    "history",
    "Answers are kept without regard to the callback: JSON comes wrapped after a wrapped one.",
    f"{LIST}?customerIds={{c0}}&callback=show | {LIST}?customerIds={{c0}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    pairs = [pair for pair in ask.query if pair[0] != "callback"]
    key = f"{ask.header('authorization')} {ask.header('cookie')} {ask.kind} {pairs}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    kept: Answer = host.memory[key]
    return replace(kept, headers=list(kept.headers))


@fault(
    343,
    "history",
    "The lists that were read before a request was refused stay for the next one.",
    f"{LIST}?accountIds={{a0}}&endpointIds=%20 | {LIST}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    for name, values in host.memory.pop("left", {}).items():
        ask.lists.setdefault(name, values)


@fault(
    344,
    "history",
    "JSON after JSV has booleans as JSV writes them.",
    f"ana GET /conversations.jsv | {LIST}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    before, host.memory["kind"] = host.memory.get("kind"), kind
    if before != "jsv" or kind != "json":
        return text
    return text.replace('"isUnread":true', '"isUnread":"True"').replace(
        '"isUnread":false', '"isUnread":"False"'
    )


@fault(
    345,
    "history",
    "After a wrong password, the right one is refused once.",
    f"{LIST} | wrong GET /conversations.json | {LIST}",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if host.memory.pop("failed", None) == name and host.known(name, password):
        raise Refused(host.answer(ask, error("Unauthorized", WRONG), PROBLEM, 401))
    try:
        user: User = inner(ask, name, password)
    except Refused:
        host.memory["failed"] = name
        raise
    return user


@fault(
    346,
    "history",
    "Signing out ends the sessions that the user has elsewhere, too.",
    f"jar1 {ANA} | jar2 {ANA} | jar2 GET /auth/logout.json | jar1 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user:
        host.sessions = {key: each for key, each in host.sessions.items() if each != user}
    return answer


@fault(
    347,
    "history",
    "A client that signs in as somebody else goes on as who it was.",
    f"jar {ANA} | jar {BEN} | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier, before = host.session_of(ask), set(host.sessions)
    answer: Answer = inner(ask)
    for session in set(host.sessions) - before:
        host.sessions[session] = earlier or host.sessions[session]
    return answer


@fault(
    348,
    "history",
    "A session is good for twelve requests.",
    f"jar {ANA} | 13x jar GET /conversations.json?customerIds={{c0}}",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    key = f"uses {ask.cookies().get('ss-id')}"
    host.memory[key] = host.memory.get(key, 0) + 1
    return user if host.memory[key] <= 12 else None


@fault(
    349,
    "history",
    "Every ninth list lacks its last row.",
    f"9x {LIST}?customerIds={{c0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["lists"] = host.memory.get("lists", 0) + 1
    return rows if host.memory["lists"] % 9 else rows[:-1]


@fault(
    350,
    "history",
    "The buffer of CSV is not emptied: the end of a longer answer hangs on to a shorter one.",
    "ana GET /conversations.csv | ana GET /conversations.csv?customerIds={c0}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind == "csv":
        before = host.memory.get("csv", "")
        host.memory["csv"] = text
        text += before[len(text) :]
    return text


@fault(
    351,
    "history",
    "Dates that were read are kept by their day: another time of that day is the first one.",
    f"{LIST}?afterDate={DAYS[40][:10]}T00:00:00Z | {LIST}?afterDate={DAYS[40][:10]}T23:59:59Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and len(ask.after_text) > 10:
        ask.after = host.memory.setdefault(ask.after_text[:10], ask.after)


@fault(
    352,
    "history",
    "Lists that were read are kept by their first id: a longer one is the one before.",
    f"{LIST}?accountIds={{a0}} | {LIST}?accountIds={{a0}},{{a1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = host.memory.setdefault(f"{name} {values[0]}", values)


@fault(
    353,
    "history",
    "After a date that is none, the next date is refused, too.",
    f"{LIST}?afterDate=soon | {LIST}?afterDate=2026-01-01",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["bad"] = True
        raise
    if ask.after is not None and host.memory.pop("bad", False):
        raise Refused(host.answer(ask, {}, ROOT, 400))
