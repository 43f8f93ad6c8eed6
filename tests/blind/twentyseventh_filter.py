"""Faults of the twenty-seventh set in the lists of ids and in filters that come together."""

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1557,
    "filter",
    "Only the first value of a list is unquoted; later ones keep their quotes and match nothing.",
    'GET /conversations.json?endpointIds="{e0}","{e1}" has the rows of e0 alone',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(ask.raw[name])
        rest = [f'"{value}"' if f',"{value}"' in text else value for value in values[1:]]
        ask.lists[name] = [*values[:1], *rest]


@fault(
    1558,
    "filter",
    "Of a list of ids the first ten are looked up, and the others are dropped.",
    "GET /conversations.json?endpointIds= with twelve ids lacks the rows of the last two",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = values[:10]


@fault(
    1559,
    "filter",
    "A list whose name begins with a capital letter is taken as one id and not split at commas.",
    "GET /conversations.json?CustomerIds={c0},{c1} is empty",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, _value in ask.query:
        name = NAMES.get(key.lower())
        if name and name in ask.lists and key[:1].isupper():
            ask.lists[name] = [",".join(value for value in ask.raw[name] if value)]


@fault(
    1560,
    "filter",
    "Where endpointIds are given accountIds are not looked at, as an endpoint has its account.",
    "GET /conversations.json?accountIds={a0}&endpointIds={an endpoint of a1} is not empty",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and "endpointIds" in ask.lists:
        return True
    return bool(inner(row, name, ask))


@fault(
    1588,
    "filter",
    "Where all three lists are given afterDate is left out of the query that is built.",
    "GET /conversations.json?accountIds={a}&endpointIds={e}&customerIds={c}&afterDate={d5}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return given(ask.lists, *FIELDS) or bool(inner(row, ask))
