"""The twenty-second set: filters that are joined or compared with something else."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1357,
    "filter",
    "endpointIds is joined over the customer: the endpoints that share one with it are kept too.",
    "GET /conversations.json?endpointIds={e0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if inner(row, name, ask) or name != "endpointIds":
        return bool(inner(row, name, ask))
    customers = {
        host.member(other, "customerIds") for other in host.rows if inner(other, name, ask)
    }
    return host.member(row, "customerIds") in customers - {None}


@fault(
    1358,
    "filter",
    "customerIds is looked up by who sent the message: conversations that we answered are lost.",
    "GET /conversations.json?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and row["mostRecentMessage"]:
        return bool(inner(row, name, ask)) and row["mostRecentMessage"]["direction"] == "Incoming"
    return bool(inner(row, name, ask))


@fault(
    1359,
    "filter",
    "accountIds goes by an inner join with the customers: conversations without one are lost.",
    "GET /conversations.json?accountIds={a0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and host.member(row, "customerIds") is None:
        return False
    return bool(inner(row, name, ask))
