"""Faults of the filters: lists of ids, names of parameters, several filters together."""

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

BATCH = 10


@fault(
    997,
    "filter",
    "Customers become their endpoints and are added to endpointIds, so that either is enough.",
    "GET /conversations?customerIds={c0}&endpointIds={an endpoint of c1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    pair = ("customerIds", "endpointIds")
    if name in pair and given(ask.lists, *pair):
        return any(inner(row, either, ask) for either in pair)
    return bool(inner(row, name, ask))


@fault(
    998,
    "filter",
    "An empty place in a list, as a trailing comma leaves it, matches rows without that member.",
    "GET /conversations?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return host.member(row, name) in ask.lists[name]


def turkish(name: str) -> str:
    """Put a name in upper case as a Turkish locale does."""
    return name.replace("i", "\u0130").upper()


@fault(
    999,
    "filter",
    "Names are put in upper case by Turkish rules, so that `accountids` is ignored.",
    "GET /conversations?accountids={a0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    known = {turkish(name) for name in NAMES.values()}
    whole = ask.query
    ask.query = [
        pair for pair in whole if pair[0].lower() not in NAMES or turkish(pair[0]) in known
    ]
    try:
        inner(ask)
    finally:
        ask.query = whole


@fault(
    1000,
    "filter",
    "Ids go in batches of ten, and what is left over after the last full batch is never sent.",
    "GET /conversations?endpointIds={12 endpoints}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > BATCH:
            ask.lists[name] = values[: len(values) // BATCH * BATCH]


@fault(
    1001,
    "filter",
    "Quotes are trimmed off the two ends of a list only, so that of two quoted ids none is found.",
    'GET /conversations?endpointIds=["{e0}","{e1}"]',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if '"' in text and name in ask.lists:
            bare = text[1:-1] if text.startswith("[") else text
            ask.lists[name] = [*bare.strip().strip('"').split(",")]


@fault(
    1002,
    "filter",
    "Where customers are given the accounts are not looked at, as a customer has but one account.",
    "GET /conversations?accountIds={a1}&customerIds={a customer of a0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "customerIds"):
        return True
    return bool(inner(row, name, ask))
