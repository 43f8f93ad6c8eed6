"""Faults of the set `twentythird` in how lists are read and searched."""

import json
from bisect import bisect_left

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1413,
    "list",
    "Values are found by binary search, though a client's list need not be sorted.",
    "GET /conversations.json?endpointIds={e1, e0 where e0 < e1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = [value or "" for value in ask.lists[name]]
    wanted = host.member(row, name)
    if wanted is None:
        return False
    at = bisect_left(values, wanted)
    return at < len(values) and values[at] == wanted


@fault(
    1414,
    "list",
    "An empty value between or behind commas is null, and so equals a member that is null.",
    "GET /conversations.json?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if host.member(row, name) is None and None in ask.lists[name]:
        return True
    return bool(inner(row, name, ask))


@fault(
    1415,
    "list",
    "A list in brackets is read as JSON; ids without quotes are none, and nothing is filtered.",
    "GET /conversations.json?accountIds=[{a0},{a1}]",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if text.startswith("["):
            try:
                json.loads(text)
            except ValueError:
                ask.lists.pop(name, None)
