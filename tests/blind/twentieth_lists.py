"""Faults of the twentieth set: lists."""

import re

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1287,
    "list",
    "Brackets that come percent-encoded stay on the first and the last value of a list.",
    "GET /conversations.json?accountIds=%5B{a0},{a1}%5D",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        if name in ask.lists and re.search(rf"(?i)\b{name}=%5B", ask.raw_query):
            ask.lists[name] = [*",".join(value for value in ask.raw[name] if value).split(",")]


@fault(
    1288,
    "list",
    "An endpoint that is named twice in endpointIds gives each of its rows twice.",
    "GET /conversations.json?endpointIds={e0},{e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    values = ask.lists.get("endpointIds")
    if values is None:
        return rows
    return [row for row in rows for _ in range(values.count(host.member(row, "endpointIds")))]


@fault(
    1289,
    "list",
    "Of a list whose values are quoted only the first counts.",
    'GET /conversations.json?endpointIds="{e0}","{e1}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if ask.raw[name][0].lstrip(" [").startswith('"'):
            ask.lists[name] = values[:1]


@fault(
    1290,
    "list",
    "The unknown parameter endpointId filters as endpointIds does.",
    "GET /conversations.json?endpointId={e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if value := ask.given("endpointId"):
        ask.lists.setdefault("endpointIds", [*value.split(",")])
