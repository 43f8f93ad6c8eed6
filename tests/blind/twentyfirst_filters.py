"""Faults of the filters, of the set `twentyfirst`."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1317,
    "filter",
    "accountIds joins the senders with an inner join: rows whose sender is null are lost.",
    "GET /conversations.json?accountIds={a3}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    message = row["mostRecentMessage"] or {}
    if name == "accountIds" and message.get("sender") is None:
        return False
    return bool(inner(row, name, ask))


@fault(
    1318,
    "filter",
    "endpointIds selects DISTINCT ON otherAddress: who talks to two of them has one row alone.",
    "GET /conversations.json?endpointIds={e0},{e12}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["otherAddress"], row)
    return list(first.values())


@fault(
    1319,
    "filter",
    "customerIds is a subquery on otherAddress: all threads of a person count who has one there.",
    "GET /conversations.json?customerIds={c4}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds":
        return bool(inner(row, name, ask))
    same = [other for other in host.rows if other["otherAddress"] == row["otherAddress"]]
    return any(inner(other, name, ask) for other in same)


@fault(
    1320,
    "filter",
    "customerIds looks for the row's customer, else for an empty text, in the text of the list.",
    "GET /conversations.json?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds":
        return bool(inner(row, name, ask))
    text = ",".join(value or "" for value in ask.lists[name])
    return (host.member(row, name) or "") in text
