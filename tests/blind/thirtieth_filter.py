"""Faults of the thirtieth set: filters and lists."""

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1677,
    "filter",
    "endpointIds joins the names of endpoints, and so misses an endpoint that has no name.",
    "GET /conversations.json?endpointIds={endpoint without a name}: no rows.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    passed: bool = inner(row, name, ask)
    message = row["mostRecentMessage"] or {}
    return passed and (name != "endpointIds" or message.get("endpointDisplayName") is not None)


@fault(
    1678,
    "filter",
    "accountIds is served by the search index, which holds no message without a text.",
    "GET /conversations.json?accountIds={a0}: the rows with an empty or no text are missing.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    passed: bool = inner(row, name, ask)
    return passed and (name != "accountIds" or bool((row["mostRecentMessage"] or {}).get("text")))


@fault(
    1679,
    "filter",
    "customerIds is looked up in batches of ten, and only the first batch is used.",
    "GET /conversations.json?customerIds={all fourteen customers}: those of the last four lack.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    passed: bool = inner(row, name, ask)
    return passed and (name != "customerIds" or host.member(row, name) in ask.lists[name][:10])


@fault(
    1687,
    "list",
    "A comma that is written as %2c, in small letters, is not decoded.",
    "GET /conversations.json?accountIds={a0}%2c{a1}: no rows, while %2C finds both.",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    query = ask.raw_query
    ask.raw_query = query.replace("%2c", "%252c")
    inner(ask)
    ask.raw_query = query


@fault(
    1688,
    "list",
    "The list is joined to the rows, so that an id given twice brings its rows twice.",
    "GET /conversations.json?endpointIds={e0},{e0}: each row comes two times.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        rows = [row for row in rows for _ in range(values.count(host.member(row, name)))]
    return rows


@fault(
    1689,
    "list",
    "Of a list of quoted values only the first one loses its quotes.",
    'GET /conversations.json?accountIds="{a0}","{a1}": the rows of a1 are missing.',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        values = ask.lists.get(name, [])
        if ask.raw.get(name, [""])[0].lstrip("[").startswith('"') and len(values) > 1:
            ask.lists[name] = [values[0], *(f'"{value}"' for value in values[1:])]
