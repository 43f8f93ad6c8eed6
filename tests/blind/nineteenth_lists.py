"""Faults of the set `nineteenth`: how a list is read."""

import re
from urllib.parse import unquote

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def written(ask: Ask) -> list[tuple[str, str]]:
    """The lists that were read, as they stand in the query, still encoded."""
    pairs = [part.partition("=") for part in ask.raw_query.split("&")]
    named = [(NAMES.get(unquote(key).lower(), ""), value) for key, _, value in pairs]
    return [(name, value) for name, value in named if name in ask.lists]


def joined(ask: Ask, name: str) -> str:
    """The text of one list."""
    return ",".join(value for value in ask.raw.get(name, []) if value)


@fault(
    1229,
    "list",
    "A list that has plain and encoded commas is split at the encoded ones alone.",
    "GET /conversations?endpointIds={e0}%2C{e1},{e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, value in written(ask):
        if "," in value and "%2c" in value.lower():
            ask.lists[name] = [*map(unquote, re.split("(?i)%2c", value))]


@fault(
    1230,
    "list",
    "What follows a quoted value in a list is dropped.",
    'GET /conversations?accountIds="{a0}",{a1}',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        before, quote, _ = joined(ask, name).partition('"')
        if quote:
            ask.lists[name] = ask.lists[name][: before.count(",") + 1]


@fault(
    1231,
    "list",
    "Brackets around a list that are percent-encoded are taken for part of its values.",
    "GET /conversations?accountIds=%5B{a0},{a1},{a2}%5D",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, value in written(ask):
        if value.lower().startswith("%5b"):
            ask.lists[name] = [*unquote(value).split(",")]


@fault(
    1232,
    "list",
    "A comma at the end of customerIds adds the rows that have no customer.",
    "GET /conversations?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and ask.lists[name][-1] is None and ask.lists[name][0] is not None:
        return host.member(row, name) in ask.lists[name]
    return bool(inner(row, name, ask))


@fault(
    1233,
    "list",
    "A list is cut off after 500 characters, so that its 21st id is lost.",
    "GET /conversations?endpointIds={24 endpoints}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        ask.lists[name] = wire.parse_list(joined(ask, name)[:500])


@fault(
    1234,
    "list",
    "Of a key that is given three times or more the first and the last value count.",
    "GET /conversations?endpointIds={e0}&endpointIds={e1}&endpointIds={e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        values = [value for value in ask.raw.get(name, []) if value]
        if len(values) > 2 and name in ask.lists:
            ask.lists[name] = wire.parse_list(f"{values[0]},{values[-1]}")
