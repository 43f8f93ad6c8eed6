"""Faults of how rows are chosen: joins, comparisons and patterns of a data base."""

import re
from math import prod

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1477,
    "filter",
    "The filters are joined as tables, so an id that is named twice gives each of its rows twice.",
    "GET /conversations.json?customerIds={c0},{c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    found: list[Row] = []
    for row in inner(ask):
        times = prod(values.count(host.member(row, name)) for name, values in ask.lists.items())
        found += [row] * times
    return found


@fault(
    1478,
    "filter",
    "With accountIds the customers are joined inwardly, and rows without a customer are lost.",
    "GET /conversations.json?accountIds={a0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    orphan = "accountIds" in ask.lists and host.member(row, "customerIds") is None
    return not orphan and bool(inner(row, ask))


def as_number(text: str | None) -> float | None:
    """Read hexadecimal digits as a number of 53 bits."""
    try:
        return float(int(text or "", 16))
    except (ValueError, OverflowError):
        return None


@fault(
    1479,
    "filter",
    "endpointIds are compared as floating-point numbers, so ids that differ in their last digit "
    "are one.",
    "GET /conversations.json?endpointIds={e12} gives rows of {e13} too",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    number = as_number(host.member(row, name))
    if name != "endpointIds" or number is None:
        return bool(inner(row, name, ask))
    return any(as_number(value) == number for value in ask.lists[name])


@fault(
    1480,
    "filter",
    "An id is handed to the store as a regular expression: `.*` matches every row.",
    "GET /conversations.json?endpointIds=.*",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    member = host.member(row, name)
    if inner(row, name, ask) or member is None:
        return member is not None
    for value in ask.lists[name]:
        try:
            if re.fullmatch(value or "", member):
                return True
        except re.error:
            continue
    return False
