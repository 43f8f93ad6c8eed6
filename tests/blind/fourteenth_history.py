"""Faults of the fourteenth set: what shows when things come together or after one another."""

from xml.sax.saxutils import escape

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    989,
    "history",
    "With several endpointIds the date holds for the last alone, for want of brackets.",
    "GET /conversations.json?endpointIds={e0},{e1}&afterDate={d} has older rows of e0",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("endpointIds", [])
    if len(values) > 1 and host.member(row, "endpointIds") != values[-1]:
        return True
    return bool(inner(row, ask))


@fault(
    990,
    "history",
    "The body is kept by user and query, so the next suffix gets the body of the one before.",
    "GET /conversations.json?accountIds={a0}, then /conversations.xml with the same: JSON",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.way == "suffix" and answer.status == 200 and ask.user:
        answer.body = host.memory.setdefault(f"{ask.user.id} {ask.raw_query}", answer.body)
    return answer


@fault(
    991,
    "history",
    "The lists of a request that was refused for its date stay for the next one without lists.",
    "GET /conversations.json?accountIds={a0}&afterDate=soon, then without a query: a0 alone",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = ask.lists
        raise


@also(991, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    ask.lists = ask.lists or host.memory.get("left", {})
    host.memory.clear()
    return list(inner(ask))


@fault(
    992,
    "history",
    "With afterDate a user is given each row once, and not again when they ask again.",
    "2x GET /conversations.json?afterDate=2026-01-01T00:00:00Z: the second has no row",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or ask.user is None:
        return rows
    given_out: set[str] = host.memory.setdefault(ask.user.id, set())
    fresh = [row for row in rows if row["id"] not in given_out]
    given_out.update(row["id"] for row in fresh)
    return fresh


@fault(
    993,
    "history",
    "To write XML the texts are escaped in the rows themselves, and other formats show it later.",
    "GET /conversations.xml, then GET /conversations.json has Terms &amp; conditions &lt;v2&gt;",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    if kind == "xml" and root == ROOT:
        for row in value.get("conversations", []):
            message = row["mostRecentMessage"]
            if message and message["text"]:
                message["text"] = escape(message["text"])
    return body


@fault(
    994,
    "history",
    "Where all three lists are given accountIds filters nothing.",
    "GET /conversations.json?accountIds={a0}&endpointIds={e1}&customerIds={c1}, both of a1: rows",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "endpointIds", "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    995,
    "history",
    "With afterDate and accountIds the newest 50 of all accounts are taken before the filter.",
    "GET /conversations.json?accountIds={a0}&afterDate=2020-01-01T00:00:00Z lacks rows of a0",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or "accountIds" not in ask.lists:
        return rows
    seen = [row for row in host.rows if host.visible(row, ask) and host.later(row, ask)]
    first = sorted(seen, key=host.age, reverse=True)[:50]
    return [row for row in rows if row in first]


@fault(
    996,
    "history",
    "A Basic sign-in that was right is remembered by its name, and then any password will do.",
    "as ben, then as ben with a wrong password: GET /conversations.json is 200",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if name not in host.memory:
        host.memory[name] = inner(ask, name, password)
    user: User = host.memory[name]
    return user
