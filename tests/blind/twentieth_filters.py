"""Faults of the twentieth set: filters."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1277,
    "filter",
    "accountIds joins the endpoints' names, so that rows of a line without a name are lost.",
    "GET /conversations.json?accountIds={account of the line without a name}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    message = row["mostRecentMessage"] or {}
    if name == "accountIds" and message.get("endpointDisplayName") is None:
        return False
    return bool(inner(row, name, ask))


@fault(
    1278,
    "filter",
    "customerIds also keeps rows of no customer that are of the account of a named customer.",
    "GET /conversations.json?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and host.member(row, name) is None:
        named = [one for one in host.rows if host.member(one, name) in ask.lists[name]]
        accounts = {host.member(one, "accountIds") for one in named if host.member(one, name)}
        return host.member(row, "accountIds") in accounts
    return bool(inner(row, name, ask))


@fault(
    1279,
    "filter",
    "Of more than 20 endpointIds, asked for in batches of 20, the last short batch is lost.",
    "GET /conversations.json?endpointIds={e0},...,{e24}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = ask.lists.get("endpointIds", [])
    if len(values) > 20:
        ask.lists["endpointIds"] = values[: len(values) // 20 * 20]


@fault(
    1280,
    "filter",
    "With endpointIds beside it, customerIds also keeps rows that have no customer.",
    "GET /conversations.json?endpointIds={line of no customer}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    both = given(ask.lists, "endpointIds", "customerIds")
    if name == "customerIds" and both and host.member(row, name) is None:
        return True
    return bool(inner(row, name, ask))


@fault(
    1281,
    "filter",
    "customerIds joins the senders, so that rows whose message has no sender are lost.",
    "GET /conversations.json?customerIds={customer of a row without a sender}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and (row["mostRecentMessage"] or {}).get("sender") is None:
        return False
    return bool(inner(row, name, ask))
