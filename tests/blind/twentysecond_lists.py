"""The twenty-second set: lists that are read wrong."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1371,
    "list",
    "A name that ends in [] is taken for a list, as PHP has it.",
    "GET /conversations.json?accountIds[]={a0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [(key.removesuffix("[]"), value) for key, value in ask.query]
    inner(ask)


@fault(
    1372,
    "list",
    "An empty customerIds is a list of one empty text, which is in the rows without a customer.",
    "GET /conversations.json?customerIds=",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.raw.get("customerIds")
    if values and not any(values) and host.member(row, "customerIds"):
        return False
    return bool(inner(row, ask))


@fault(
    1373,
    "list",
    "The values are joined as a table: one that is given twice has its rows twice.",
    "GET /conversations.json?endpointIds={e0},{e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        rows = [row for row in rows for value in values if value == host.member(row, name)]
    return rows
