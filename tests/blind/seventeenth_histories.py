"""Faults of the set `seventeenth`: answers that depend on what was asked before."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []

PREVIEW = 20


@fault(
    1149,
    "history",
    "The buffer of XML is not cut: after a longer answer a shorter one has its tail.",
    "GET /conversations.xml, then /conversations.xml?accountIds={a0}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.route == "/conversations" and ask.kind == "xml" and answer.status == 200:
        before: str = host.memory.get("buffer", "")
        answer.body += before[len(answer.body) :]
        host.memory["buffer"] = answer.body
    return answer


@fault(
    1150,
    "history",
    "An account that somebody was shown nothing of is remembered as unknown, for everybody.",
    "GET ?accountIds={a1} as ben, then as ana",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    unknown: set[str | None] = host.memory.setdefault("unknown", set())
    if "accountIds" not in ask.lists:
        return list(inner(ask))
    asked = ask.lists["accountIds"]
    ask.lists["accountIds"] = [value for value in asked if value not in unknown]
    rows: list[Row] = inner(ask)
    if len(ask.lists) == 1 and ask.after is None:
        unknown |= set(asked) - {host.member(row, "accountIds") for row in rows}
    return rows


@fault(
    1151,
    "history",
    "The page shortens the texts in the rows themselves, and JSON shows them so afterwards.",
    "GET /conversations as a page, then /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "html":
        for row in host.select(ask):
            message = row["mostRecentMessage"] or {}
            text = message.get("text")
            if text and len(text) > PREVIEW:
                message["text"] = text[: PREVIEW - 1] + "…"
    return answer


@fault(
    1152,
    "history",
    "A cache in front keeps the answer to HEAD, and gives the next GET of it without a body.",
    "HEAD /conversations.json, then GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    kept: set[str] = host.memory.setdefault("kept", set())
    who = [ask.header(name) for name in ("authorization", "cookie", "accept")]
    key = f"{ask.path}?{ask.raw_query} {who}"
    if ask.method == "HEAD" and answer.status == 200:
        kept.add(key)
    elif ask.method == "GET" and key in kept:
        kept.discard(key)
        answer.body = ""
    return answer


@fault(
    1153,
    "history",
    "accountIds narrows the user's own set of accounts in place: later answers lack the others.",
    "GET ?accountIds={a0} as ben, then GET /conversations.json as ben",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.user and ask.user.accounts is not None and "accountIds" in ask.lists:
        own: set[str] = host.memory.setdefault(ask.user.id, set(ask.user.accounts))
        own &= {value for value in ask.lists["accountIds"] if value}
    return list(inner(ask))


@also(1153, at="visible")
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = host.memory.get(ask.user.id) if ask.user else None
    return bool(inner(row, ask)) and (own is None or host.member(row, "accountIds") in own)


@fault(
    1154,
    "history",
    "After two refused requests the circuit is open: the next good one gets an empty list.",
    "GET ?afterDate=soon twice (400), then GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.route == "/conversations" and answer.status in (200, 400):
        failures: int = host.memory.get("failures", 0)
        host.memory["failures"] = failures + 1 if answer.status == 400 else 0
    return answer


@also(1154, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    return [] if host.memory.get("failures", 0) >= 2 else list(inner(ask))


@fault(
    1155,
    "history",
    "As many rows as in the user's last answer means that nothing changed: it is sent again.",
    "GET ?customerIds={c0}, then ?customerIds={c1}, which has as many rows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    key = ask.user.id if ask.user else ""
    last: list[Row] = host.memory.get(key, [])
    if len(last) == len(rows):
        return last
    host.memory[key] = rows
    return rows


@fault(
    1156,
    "history",
    "A connection that carried good Basic credentials stays signed in without any.",
    "GET /conversations.json as ana, then with no credentials on the same connection",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.door == "basic":
        host.memory[ask.peer] = user
    if user is None and not ask.header("authorization") and not ask.cookies():
        return host.memory.get(ask.peer)
    return user
