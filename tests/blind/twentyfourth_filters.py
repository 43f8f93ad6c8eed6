"""Faults of the twenty-fourth set in the lists: joins, pairs, and how a list is taken apart."""

from urllib.parse import parse_qsl

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1437,
    "filter",
    "customerIds keeps the rows without a customer as well, as a left join does.",
    "GET /conversations.json?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return bool(inner(row, name, ask)) or (
        name == "customerIds" and host.member(row, "customerIds") is None
    )


@fault(
    1438,
    "filter",
    "endpointIds brings the other endpoints of the same customer along.",
    "GET /conversations.json?endpointIds={e0}, where e0 and e12 belong to one customer",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "endpointIds" or inner(row, name, ask):
        return bool(inner(row, name, ask))
    customer = host.member(row, "customerIds")
    named = [each for each in host.rows if each["endpointId"] in ask.lists[name]]
    return customer is not None and customer in {host.member(e, "customerIds") for e in named}


@fault(
    1439,
    "filter",
    "accountIds and customerIds together are matched pair by pair, by their places in the lists.",
    "GET /conversations.json?accountIds={a0},{a1}&customerIds={c1},{c0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    kept = bool(inner(row, ask))
    if kept and given(ask.lists, "accountIds", "customerIds"):
        pairs = zip(ask.lists["accountIds"], ask.lists["customerIds"], strict=False)
        return (host.member(row, "accountIds"), host.member(row, "customerIds")) in pairs
    return kept


@fault(
    1440,
    "filter",
    "An accountIds that names no account of a limited user filters nothing for that user: "
    "the empty intersection counts as no filter.",
    "BEN: GET /conversations.json?accountIds={a1} (foreign) gives all of BEN's own rows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    if own is not None and not own & set(ask.lists.get("accountIds", own)):
        del ask.lists["accountIds"]
    return list(inner(ask))


@fault(
    1441,
    "filter",
    "A comma that is encoded in lower case, %2c, does not separate the values of a list.",
    "GET /conversations.json?endpointIds={e0}%2c{e1}; with %2C it is right",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    parts = ask.raw_query.split("&")
    for at, part in enumerate(parts):
        if part.partition("=")[0].lower().endswith("ids"):
            parts[at] = part.replace("%2c", "%252c")
    ask.query = parse_qsl("&".join(parts), keep_blank_values=True)
    inner(ask)
