"""Sixth faults of the lists."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    467,
    "filter",
    "Three or more ids select everything between the least and the greatest.",
    "ana GET /conversations.json?endpointIds={e0},{e3},{e20}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = [value for value in ask.lists[name] if value]
    own = host.member(row, name)
    if len(values) > 2 and own:
        return min(values) <= own <= max(values)
    return bool(inner(row, name, ask))


@fault(
    468,
    "filter",
    "Two or more customers bring the rows without a customer along.",
    "ana GET /conversations.json?customerIds={c1},{c2}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    orphan = name == "customerIds" and host.member(row, name) is None
    return bool(inner(row, name, ask)) or (orphan and len(ask.lists[name]) > 1)


@fault(
    469,
    "filter",
    "With accountIds only the newest conversation of each endpoint comes.",
    "ana GET /conversations.json?accountIds={a2}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "accountIds" not in ask.lists:
        return rows
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row["endpointId"], row)
    return [*newest.values()]


@fault(
    470,
    "filter",
    "Of a repeated key only the first keeps its whole list, the others their first id.",
    "ana GET /conversations.json?endpointIds={e0}&endpointIds={e1},{e2}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    seen: set[str] = set()
    query = []
    for key, value in ask.query:
        known = key.lower() in seen
        seen.add(key.lower())
        shorter = known and key.lower().endswith("ids")
        query.append((key, value.split(",")[0] if shorter else value))
    ask.query = query
    inner(ask)


@fault(
    471,
    "filter",
    "Brackets that come percent-encoded belong to the first and the last id.",
    "ana GET /conversations.json?endpointIds=%5B{e0},{e1},{e2}%5D",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "%5b" not in ask.raw_query.lower():
        return
    for name, values in ask.lists.items():
        if values and ask.raw[name][0].startswith("["):
            values[0] = f"[{values[0]}"
            values[-1] = f"{values[-1]}]"


@fault(
    472,
    "filter",
    "An id that is named twice brings its rows twice.",
    "ana GET /conversations.json?customerIds={c3},{c3}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        named = [ask.lists[name].count(host.member(row, name)) for name in ask.lists]
        rows += [row] * max(named, default=1)
    return rows


@fault(
    473,
    "filter",
    "An empty place in a list of customers stands for the rows without a customer.",
    "ana GET /conversations.json?customerIds={c4},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    empty = host.member(row, name) is None and None in ask.lists[name]
    return empty or bool(inner(row, name, ask))
