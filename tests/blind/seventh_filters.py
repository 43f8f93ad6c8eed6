"""Seventh faults of filters and of the spellings of a list."""

from bisect import bisect_left
from zlib import crc32

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

COLUMN = 255


@fault(
    527,
    "filter",
    "The text of a list is kept in a column of 255 characters, and cut there.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(14)),
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in list(ask.lists):
        text = ",".join(value for value in ask.raw[name] if value)
        ask.lists[name] = wire.parse_list(text[:COLUMN]) if len(text) > COLUMN else ask.lists[name]


@fault(
    528,
    "filter",
    "A Bloom filter of 24 bits stands for the list of customers.",
    " | ".join(f"{LIST}?customerIds={{c{number}}}" for number in range(12)),
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if name != "customerIds" or value is None:
        return bool(inner(row, name, ask))
    bits = {crc32(item.encode()) % 24 for item in ask.lists[name] if item}
    return crc32(value.encode()) % 24 in bits


@fault(
    529,
    "filter",
    "Each id of a list toggles it, so that one given twice is out again.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a0}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return bool(ask.lists[name].count(host.member(row, name)) % 2) and bool(inner(row, name, ask))


@fault(
    530,
    "filter",
    "Endpoints are looked up by halving a list that nobody sorted.",
    f"{LIST}?endpointIds={{e5}},{{e2}},{{e9}},{{e1}},{{e7}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if name != "endpointIds" or value is None:
        return bool(inner(row, name, ask))
    values = [item or "" for item in ask.lists[name]]
    at = bisect_left(values, value)
    return at < len(values) and values[at] == value


@fault(
    531,
    "spelling",
    "Only the first quoted item of a list loses its quotes.",
    f'{LIST}?accountIds="{{a0}}","{{a1}}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(value for value in ask.raw[name] if value)
        if '"' in text:
            ask.lists[name] = [values[0], *text.strip("[]").split(",")[1:]]


@fault(
    532,
    "null",
    "A list filter joins the contacts, and rows whose sender is null drop out.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a2}},{{a3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    sender = (row["mostRecentMessage"] or {}).get("sender")
    return sender is not None and bool(inner(row, name, ask))


@fault(
    534,
    "filter",
    "An id that nobody has ends its list: those behind it are not looked up.",
    f"{LIST}?accountIds={{a0}},5f8e6a10ffffffffffffffff,{{a1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    known = {host.member(each, name) for each in host.rows}
    values = ask.lists[name]
    end = next((at for at, item in enumerate(values) if item not in known), len(values))
    return host.member(row, name) in values[:end] and bool(inner(row, name, ask))
