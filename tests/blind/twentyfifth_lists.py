"""Faults of how a list of ids is read and searched."""

from bisect import bisect_left

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1481,
    "list",
    "The query parser keeps twenty values of a list, and drops the further ones in silence.",
    "GET /conversations.json?endpointIds= with 25 ids",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.lists = {name: values[:20] for name, values in ask.lists.items()}


@fault(
    1482,
    "list",
    "A list of more than eight values is searched by halves without being sorted first, so in "
    "most orders ids are missed.",
    "GET /conversations.json?endpointIds= with ten ids, descending",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = [value or "" for value in ask.lists[name]]
    member = host.member(row, name)
    if len(values) <= 8 or member is None:
        return bool(inner(row, name, ask))
    place = bisect_left(values, member)
    return place < len(values) and values[place] == member


@fault(
    1483,
    "list",
    "A value that is quoted keeps its quotes, and so finds nothing.",
    'GET /conversations.json?accountIds="{a0}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value)
        if '"' in text:
            ask.lists[name] = [*text.strip("[]").split(",")]
