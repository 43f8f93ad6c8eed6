"""Faults 1780 to 1785 and 1787: what was asked earlier changes a later answer."""

import re
from urllib.parse import unquote

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row


@fault(
    1780,
    "history",
    "HEAD fills the cache of answers with its empty body, which the same user's next GET of "
    "that address gets.",
    "ana HEAD /conversations.json?endpointIds={e0} | ana GET /conversations.json?endpointIds={e0}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    who = ask.user.name if ask.user else ""
    key = f"{who} {ask.kind} {ask.path}?{ask.raw_query}"
    answer.body = host.memory.setdefault(key, "" if ask.method == "HEAD" else answer.body)
    return answer


@fault(
    1781,
    "together",
    "Request objects come from a pool, and one whose date was refused goes back uncleared: the "
    "next request inherits its lists.",
    "ana GET /conversations.json?endpointIds={e0}&afterDate=yesterday | "
    "ana GET /conversations.json",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise


@also(1781, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in host.memory.pop("left", {}).items():
        ask.lists.setdefault(name, values)


@fault(
    1782,
    "together",
    "The values of a list go into a rented buffer that is read to its end: a list that is "
    "shorter than an earlier one of the same parameter gets that one's last ids too.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2} | "
    "ana GET /conversations.json?endpointIds={e5}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        rented = host.memory.get(name, [])
        ask.lists[name] = host.memory[name] = [*values, *rented[len(values) :]]


@fault(
    1783,
    "together",
    "The cache's key column holds 255 characters: of two long queries that differ only behind "
    "them, the second gets the first one's rows.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7},{e8},{e9},"
    "{e10},{e11} | ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},"
    "{e7},{e8},{e9},{e10},{e11}&afterDate=2026-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    who = ask.user.name if ask.user else ""
    key = f"{who}?{ask.raw_query}"[:255]
    rows: list[Row] = host.memory.get(key) or inner(ask)
    host.memory[key] = rows
    return rows


@fault(
    1784,
    "together",
    "The cache's key is a slug of the query in which every sign becomes a hyphen: an afterDate "
    "with +05:00 gets the rows of the earlier one with -05:00.",
    "ana GET /conversations.json?afterDate=2026-02-28T14:00:00-05:00 | "
    "ana GET /conversations.json?afterDate=2026-02-28T14:00:00%2B05:00",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    slug = re.sub(r"[^0-9a-z]+", "-", unquote(ask.raw_query).lower())
    key = f"{ask.user.name if ask.user else None} {slug}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    rows: list[Row] = host.memory[key]
    return rows


@fault(
    1785,
    "together",
    "An id that alone found nothing is remembered, and from then on every list that holds it "
    "is answered at once with no row, whatever else it holds.",
    "ana GET /conversations.json?endpointIds={e0},5f8e6a1effffffffffffffff | "
    "ana GET /conversations.json?endpointIds=5f8e6a1effffffffffffffff | "
    "ana GET /conversations.json?endpointIds={e0},5f8e6a1effffffffffffffff",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    missing: set[object] = host.memory.setdefault("missing", set())
    who = ask.user.name if ask.user else ""
    keys = [(who, name, value) for name, values in ask.lists.items() for value in values]
    if missing.intersection(keys):
        return []
    rows: list[Row] = inner(ask)
    if not rows and len(keys) == 1 and ask.after is None:
        missing.add(keys[0])
    return rows


@fault(
    1787,
    "together",
    "The ETag is the state of the table and knows neither user nor format: with the tag of "
    "ana's answer, ben gets 304 for the same address, and so does XML with that of JSON.",
    "ana GET /conversations accept=application/json | "
    'ben GET /conversations accept=application/json tag="t160-20260228172031250" | '
    'ana GET /conversations accept=application/xml tag="t160-20260228172031250"',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    newest = re.sub(r"\D", "", max(host.age(row)[0] for row in host.rows))
    tag = f'"t{len(host.rows)}-{newest}"'
    answer.headers.append(("ETag", tag))
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer
