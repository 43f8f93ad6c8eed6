"""Faults of the set `nineteenth`: what the filters keep."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1217,
    "filter",
    "customerIds finds the rows of a customer's first endpoint alone.",
    "GET /conversations?customerIds={customer with rows at two endpoints}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds" or not inner(row, name, ask):
        return bool(inner(row, name, ask))
    customer = host.member(row, name)
    lines = [each["endpointId"] for each in host.rows if host.member(each, name) == customer]
    return bool(row["endpointId"] == min(lines))


@fault(
    1218,
    "filter",
    "accountIds loses the rows whose newest message has no sender.",
    "GET /conversations?accountIds={account of a row without sender}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    kept = bool(inner(row, name, ask))
    return kept and (name != "accountIds" or row["mostRecentMessage"]["sender"] is not None)


@fault(
    1219,
    "filter",
    "With several endpointIds the other filters bind to the last one alone (no parentheses).",
    "GET /conversations?endpointIds={e0},{e1}&accountIds={account of e1}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if row["endpointId"] in ask.lists.get("endpointIds", [])[:-1]:
        return host.visible(row, ask)
    return bool(inner(row, ask))


@fault(
    1220,
    "filter",
    "endpointIds leaves out the threads with an e-mail address.",
    "GET /conversations?endpointIds={endpoint of a row whose otherAddress is an e-mail address}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    kept = bool(inner(row, name, ask))
    return kept and not (name == "endpointIds" and "@" in row["otherAddress"])


@fault(
    1221,
    "filter",
    "An endpoint that is named twice in endpointIds gives each of its rows twice.",
    "GET /conversations?endpointIds={e0},{e1},{e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    values = ask.lists.get("endpointIds")
    if values is None:
        return rows
    return [row for row in rows for _ in range(values.count(row["endpointId"]))]


@fault(
    1222,
    "filter",
    "customerIds is dropped where none of its customers is of an account of accountIds.",
    "GET /conversations?accountIds={a0}&customerIds={customer of a1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and given(ask.lists, "accountIds", "customerIds"):
        places = {(host.member(r, "accountIds"), host.member(r, name)) for r in host.rows}
        if not any(
            account in ask.lists["accountIds"] and customer and customer in ask.lists[name]
            for account, customer in places
        ):
            return True
    return bool(inner(row, name, ask))
