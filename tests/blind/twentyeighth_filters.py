"""Faults of the filters: batches, joins, spelling of names, quotes."""

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1597,
    "filter",
    "endpointIds are looked up in batches of ten, and only the last batch's rows are kept.",
    "GET /conversations?endpointIds={e0},...,{e11} lacks the rows of e0 to e9",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if values := ask.lists.get("endpointIds"):
        ask.lists["endpointIds"] = values[(len(values) - 1) // 10 * 10 :]


@fault(
    1598,
    "filter",
    "With customerIds given, accountIds is skipped, as a customer belongs to an account anyway.",
    "GET /conversations?accountIds={a0}&customerIds={c1} has rows, though c1 is of a1",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    1599,
    "filter",
    "Under its name in Pascal case, CustomerIds is one text that is not split at commas.",
    "GET /conversations?CustomerIds={c0},{c1} has no rows",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = [value for key, value in ask.query if key == "CustomerIds" and value]
    if values and given(ask.lists, "customerIds"):
        ask.lists["customerIds"] = [",".join(values)]


@fault(
    1600,
    "filter",
    "In a bracketed list of quoted ids only the first one is freed of its quotes.",
    'GET /conversations?endpointIds=["{e0}","{e1}"] lacks the rows of e1',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(ask.raw.get(name, [])).strip()
        if text.startswith('["') and (values := ask.lists.get(name)):
            rest = [f'"{value}"' if f',"{value}"' in text else value for value in values[1:]]
            ask.lists[name] = [values[0], *rest]
