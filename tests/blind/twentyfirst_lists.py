"""Faults of how lists are read, of the set `twentyfirst`."""

from bisect import bisect_left

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1339,
    "list",
    "A value is searched by bisection in the list as it came: one in falling order loses rows.",
    "GET /conversations.json?accountIds=(all four, the greatest first)",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    values = [item for item in ask.lists[name] if item is not None]
    if value is None:
        return False
    place = bisect_left(values, value)
    return place < len(values) and values[place] == value


@fault(
    1340,
    "list",
    "Where a key is repeated each value counts as one id: its commas separate nothing.",
    "GET /conversations.json?endpointIds={e0},{e1}&endpointIds={e2},{e3}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        texts = [text for text in ask.raw.get(name, []) if text]
        if len(texts) > 1:
            ask.lists[name] = [*texts]


@fault(
    1341,
    "list",
    "The list is joined as a table: a value that is given twice brings its rows twice.",
    "GET /conversations.json?customerIds={c0},{c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        times = 1
        for name, values in ask.lists.items():
            times *= values.count(host.member(row, name))
        rows += [row] * times
    return rows
