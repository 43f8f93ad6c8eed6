"""Faults of the list that is answered: rows lost, rows doubled, wrong members."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

PAGE = 50


@fault(
    1013,
    "list",
    "The ids are joined to the rows as a table, so that an id named twice doubles its rows.",
    "GET /conversations?endpointIds={e0},{e0}",
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


@fault(
    1014,
    "list",
    "The newest fifty rows are taken first and filtered then, so that older matches are lost.",
    "GET /conversations?accountIds={a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    seen = [row for row in host.rows if host.visible(row, ask)]
    newest = {row["id"] for row in sorted(seen, key=host.age, reverse=True)[:PAGE]}
    return [row for row in inner(ask) if row["id"] in newest]


@fault(
    1015,
    "list",
    "Rows are kept in a dictionary by date, so that one of two of the same instant is lost.",
    "GET /conversations",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    found: dict[str, Row] = {}
    for row in inner(ask):
        found.setdefault((row["mostRecentMessage"] or {}).get("date") or row["id"], row)
    return list(found.values())


@fault(
    1016,
    "list",
    "A row without a customer shows the customer of the row before it, as the variable is reused.",
    "GET /conversations",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    customer: str | None = None
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message:
            customer = message["customerId"] or customer
            rows.append({**row, "mostRecentMessage": {**message, "customerId": customer}})
        else:
            rows.append(row)
    return rows


@fault(
    1017,
    "list",
    "Pages of fifty rows are put together with the last row of each at the start of the next.",
    "GET /conversations",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [
        again
        for at, row in enumerate(rows)
        for again in ([rows[at - 1], row] if at and at % PAGE == 0 else [row])
    ]
