"""Faults of the thirty-third set: lists of ids, and the list of rows."""

from math import prod

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

PAGE = 50


@fault(
    1803,
    "filter",
    "Customers are compared by the first 16 digits of their ids, which is what the column of the "
    "new index holds; an id with another ending finds the customer's rows.",
    "ana GET /conversations.json?customerIds={c0:.20}0000",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if name != "customerIds" or value is None:
        return bool(inner(row, name, ask))
    return value[:16] in {each[:16] for each in ask.lists[name] if each}


@fault(
    1804,
    "filter",
    "An id that stands twice in a list brings its rows twice: the list is joined as a table of "
    "values, and nothing makes them distinct.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [
        row
        for row in rows
        for _ in range(prod(each.count(host.member(row, n)) for n, each in ask.lists.items()))
    ]


@fault(
    1805,
    "filter",
    "Of a list only the first ten values count: the query is asked in portions of ten, and the "
    "loop ends after the first.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7},{e8},{e9},"
    "{e10},{e11},{e12}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = values[:10]


@fault(
    1806,
    "filter",
    "`accountIds[]=a` filters, though it is an unknown parameter: a middleware for a client in PHP "
    "takes the brackets off every name.",
    "ana GET /conversations.json?accountIds[]={a0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [(key.removesuffix("[]"), value) for key, value in ask.query]
    inner(ask)


@fault(
    1807,
    "list",
    "Rows are read from the store in pages of fifty, and the cursor includes the row it stands on: "
    "the last row of a page comes again as the first of the next.",
    "ana GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    read: list[Row] = []
    for start in range(0, len(rows), PAGE):
        read += rows[max(start - 1, 0) : start + PAGE]
    return read
