"""Ninth faults of filters."""

from collections import Counter
from zlib import crc32

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

BUCKETS = 61
NEWEST_OF_EACH = 3


def as_number(text: str | None) -> float | str | None:
    """What a client in JavaScript makes of the last sixteen digits."""
    try:
        return float(int((text or "")[8:], 16))
    except ValueError:
        return text


def bucket(text: str | None) -> int:
    """Where a Bloom filter of one hash puts a value."""
    return crc32((text or "").encode()) % BUCKETS


@fault(
    637,
    "filter",
    "Ids are compared as floating-point numbers, so that two whose last digits differ are equal.",
    f"{LIST}?endpointIds={{e12}} | {LIST}?endpointIds={{e13}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return value is not None and as_number(value) in {as_number(v) for v in ask.lists[name]}


@fault(
    638,
    "filter",
    "A customer is joined by its account: customerIds keeps all rows of the customer's account.",
    f"{LIST}?customerIds={{c3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds":
        return bool(inner(row, name, ask))
    accounts = {host.member(r, "accountIds") for r in host.rows if inner(r, name, ask)}
    return host.member(row, "accountIds") in accounts


@fault(
    639,
    "filter",
    "Two ids or more are asked for as a range, from the least to the greatest.",
    f"{LIST}?customerIds={{c1}},{{c7}} | {LIST}?endpointIds={{e0}},{{e5}},{{e9}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    wanted = [value for value in ask.lists[name] if value is not None]
    value = host.member(row, name)
    if len(wanted) < 2 or value is None:
        return bool(inner(row, name, ask))
    return min(wanted) <= value <= max(wanted)


@fault(
    640,
    "filter",
    "An empty item of a list stands for NULL, and finds the rows without the member.",
    f"{LIST}?customerIds={{c1}}, | {LIST}?customerIds={{c1}},,{{c2}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return host.member(row, name) in ask.lists[name]


@fault(
    641,
    "filter",
    "A Bloom filter decides alone whether an id is in a list, so that some others pass too.",
    " | ".join(f"{LIST}?endpointIds={{e{number}}}" for number in range(34)),
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return value is not None and bucket(value) in {bucket(v) for v in ask.lists[name]}


@fault(
    642,
    "filter",
    "customerIds is matched with who wrote the message, so that outgoing ones are lost.",
    f"{LIST}?customerIds={{c1}} | {LIST}?customerIds={{c2}},{{c3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    incoming = (row["mostRecentMessage"] or {}).get("direction") == "Incoming"
    return bool(inner(row, name, ask)) and (name != "customerIds" or incoming)


@fault(
    643,
    "filter",
    "With endpointIds each endpoint is asked for its newest three rows only.",
    f"{LIST}?endpointIds={{e1}} | {LIST}?endpointIds={{e1}},{{e2}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    seen: Counter[str] = Counter()
    kept = []
    for row in rows:
        seen[row["endpointId"]] += 1
        if seen[row["endpointId"]] <= NEWEST_OF_EACH:
            kept.append(row)
    return kept
