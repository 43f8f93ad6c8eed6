"""Faults that show when two things come together, or when something else came before."""

import hashlib
from dataclasses import replace

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    929,
    "history",
    "Answers are kept by user and URL, whatever Accept says.",
    "GET /conversations with Accept: application/json, then with application/xml: JSON again.",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.authenticate(ask)
    if user is None:
        refused: Answer = inner(ask)
        return refused
    key = repr((user.id, ask.path, ask.raw_query))
    if key not in host.memory:
        host.memory[key] = inner(ask)
    kept: Answer = host.memory[key]
    return replace(kept, headers=list(kept.headers))


@fault(
    930,
    "history",
    "The ETag is made of URL and format alone, so another user's rows count as unchanged.",
    "GET /conversations.json as ana, then as ben with If-None-Match of her ETag: 304.",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status != 200:
        return answer
    text = f"{ask.path}?{ask.raw_query} {ask.kind} {len(host.rows)}"
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    answer.headers.append(("ETag", tag))
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    931,
    "history",
    "The lists of a request that was refused for its date filter the next request as well.",
    "GET /conversations.json?customerIds={c0}&afterDate=never, then GET /conversations.json.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = ask.lists
        raise


@also(931, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    ask.lists = {**host.memory.pop("left", {}), **ask.lists}
    rows: list[Row] = inner(ask)
    return rows


@fault(
    932,
    "history",
    "The rows of lists of ids are kept for the next time without regard to afterDate.",
    "GET /conversations.json?accountIds={a0}, then with afterDate=2026-01-01T00:00:00Z added.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists or ask.user is None:
        return list(inner(ask))
    key = repr((ask.user.id, [(name, ask.lists[name]) for name in sorted(ask.lists)]))
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    933,
    "history",
    "When somebody signs out everybody's session ends.",
    "Sign in as ana and as ben, sign ana out, GET /conversations.json as ben: 401.",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask):
        host.sessions.clear()
    answer: Answer = inner(ask)
    return answer


@fault(
    934,
    "history",
    "With afterDate a session gets no row a second time.",
    "Sign in, then twice GET /conversations.json?afterDate=2026-01-01T00:00:00Z: none comes.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or ask.door != "cookie":
        return rows
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    sent: set[tuple[str, str]] = host.memory.setdefault(session, set())
    fresh = [row for row in rows if host.age(row) not in sent]
    sent.update(host.age(row) for row in fresh)
    return fresh


@fault(
    935,
    "history",
    "With two endpoints or more afterDate is not applied.",
    "GET /conversations.json?endpointIds={e0},{e4}&afterDate=2026-01-01T00:00:00Z has older rows.",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return len(ask.lists.get("endpointIds", [])) > 1 or bool(inner(row, ask))


@fault(
    936,
    "history",
    "Who signs in over another's live session keeps the accounts of the former user.",
    "Sign in as ana, with her cookies sign in as ben, GET /conversations.json: rows of {a1}.",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["before"] = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(936, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before: User | None = host.memory["before"]
    answer: Answer = inner(ask, replace(user, accounts=before.accounts) if before else user, stays)
    return answer
