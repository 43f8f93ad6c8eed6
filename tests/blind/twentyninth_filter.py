"""Faults of the twenty-ninth set: filters."""

from tests.blind.exchange import Ask
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1637,
    "filter",
    "The set of ids is built by toggling, so that an id which is given twice drops out.",
    "GET /conversations.json?endpointIds={e0},{e1},{e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value for value in values if values.count(value) % 2]


@fault(
    1638,
    "filter",
    "Of several parameters whose names begin with a capital only the first is applied.",
    "GET /conversations.json?AccountIds={a0}&CustomerIds={c0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    capitals = [key for key, _ in ask.query if key[:1].isupper() and key.lower() in NAMES]
    ask.query = [pair for pair in ask.query if pair[0] not in capitals or pair[0] == capitals[0]]
    inner(ask)


@fault(
    1639,
    "filter",
    "Beside accountIds the customers are joined from the left, so that rows without one pass.",
    "GET /conversations.json?accountIds={a0}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and "accountIds" in ask.lists:
        return host.member(row, name) is None or bool(inner(row, name, ask))
    return bool(inner(row, name, ask))


@fault(
    1640,
    "filter",
    "Ids beyond eight go to the database in batches of eight, and an incomplete one never goes.",
    "GET /conversations.json?customerIds={c0},...,{c11}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 8:
            ask.lists[name] = values[: len(values) // 8 * 8]
