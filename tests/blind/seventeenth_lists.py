"""Faults of the set `seventeenth`: how a list is read."""

import re

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def text_of(ask: Ask, name: str) -> str:
    """The text of a list, as it was joined."""
    return ",".join(value for value in ask.raw.get(name, []) if value).strip()


@fault(
    1120,
    "list",
    "Of a list that begins with a quote the first value alone is read.",
    'GET /conversations.json?accountIds="{a0}","{a1}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        if text_of(ask, name).lstrip("[").startswith('"'):
            ask.lists[name] = ask.lists[name][:1]


@fault(
    1121,
    "list",
    "Where a key is repeated, of each of its lists the first value alone counts.",
    "GET /conversations.json?endpointIds={e0},{e1}&endpointIds={e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        parts = [value for value in ask.raw[name] if value]
        if len(parts) > 1:
            ask.lists[name] = [item for part in parts for item in wire.parse_list(part)[:1]]


@fault(
    1122,
    "list",
    "The text of a list goes into a VARCHAR(255): from the eleventh id on nothing is read.",
    "GET /conversations.json?endpointIds={e0 ... e11}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = text_of(ask, name)
        if len(text) > 255:
            ask.lists[name] = wire.parse_list(text[:255])


@fault(
    1123,
    "list",
    "Brackets that come percent-encoded belong to the first and the last id.",
    "GET /conversations.json?accountIds=%5B{a0}%2C{a1}%5D",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = text_of(ask, name)
        encoded = re.search(rf"(?:^|&){name}=%5b", ask.raw_query, re.IGNORECASE)
        if encoded and text.startswith("["):
            ask.lists[name] = [*text.split(",")]


@fault(
    1124,
    "list",
    "An empty entry of a list stands for null, and rows that have no such member pass.",
    "GET /conversations.json?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return host.member(row, name) in ask.lists[name]


@fault(
    1125,
    "list",
    "After a list in brackets the next plain list of that name loses its ends as well.",
    "GET ?accountIds=[{a0},{a1}], then ?accountIds={a0},{a1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    bracketed: set[str] = host.memory.setdefault("bracketed", set())
    for name in ask.lists:
        text = text_of(ask, name)
        if text.startswith("["):
            bracketed.add(name)
        elif name in bracketed:
            bracketed.discard(name)
            ask.lists[name] = wire.parse_list(text[1:-1])


@fault(
    1126,
    "list",
    "Parsed lists are remembered by their first id and their length.",
    "GET ?endpointIds={e0},{e1}, then ?endpointIds={e0},{e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 1:
            key = f"{name} {values[0]} {len(values)}"
            ask.lists[name] = host.memory.setdefault(key, values)
