"""Faults of the set `seventeenth`: which rows the lists keep."""

import datetime

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import NEWEST, Row, written

__all__: list[str] = []

RECENT = dates.parse(written(NEWEST - datetime.timedelta(days=30))) or 0
DIGITS = set("0123456789abcdefABCDEF")


def number(text: str | None) -> float | str | None:
    """An id as the number of a script language."""
    return float(int(text, 16)) if text and len(text) == 24 and not set(text) - DIGITS else text


@fault(
    1105,
    "filter",
    "Ids are compared as 64-bit floating point numbers: the last digits do not count.",
    "GET /conversations.json?endpointIds={e12, whose neighbour differs in the last digit}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return value is not None and number(value) in [number(item) for item in ask.lists[name]]


@fault(
    1106,
    "filter",
    "An id that is given twice in a list switches itself off again.",
    "GET /conversations.json?accountIds={a0},{a1},{a0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return bool(inner(row, name, ask)) and ask.lists[name].count(value) % 2 == 1


@fault(
    1107,
    "filter",
    "customerIds and endpointIds together are two joins, and each row comes twice.",
    "GET /conversations.json?customerIds={c0}&endpointIds={e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if given(ask.lists, "customerIds", "endpointIds"):
        return [row for row in rows for _ in range(2)]
    return rows


@fault(
    1108,
    "filter",
    "More than eight ids become BETWEEN the least and the greatest of them.",
    "GET /conversations.json?endpointIds={e0 ... e8}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = {value for value in ask.lists[name] if value}
    if len(values) > 8:
        value = host.member(row, name)
        return value is not None and min(values) <= value <= max(values)
    return bool(inner(row, name, ask))


@fault(
    1109,
    "filter",
    "Who ticks all of their accounts has `all` chosen, and the WHERE clause goes away.",
    "GET /conversations.json?accountIds={a0},{a2} as ben",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and own <= set(ask.lists.get("accountIds", [])):
        others = [name for name in ask.lists if name != "accountIds"]
        return all(host.passes(row, name, ask) for name in others) and host.later(row, ask)
    return bool(inner(row, ask))


@fault(
    1110,
    "filter",
    "With a date of the last thirty days the partial index is taken, and customerIds forgotten.",
    "GET /conversations.json?customerIds={c0}&afterDate=2026-02-10T00:00:00Z",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and ask.after is not None and ask.after >= RECENT:
        return True
    return bool(inner(row, name, ask))


@fault(
    1111,
    "filter",
    "A shorter list of endpoints keeps the tail of the longer one before it.",
    "GET ?endpointIds={e0},{e1},{e2}, then ?endpointIds={e3}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "endpointIds" in ask.lists:
        new = ask.lists["endpointIds"]
        old: list[str | None] = host.memory.get("parameters", [])
        ask.lists["endpointIds"] = host.memory["parameters"] = new + old[len(new) :]


@fault(
    1112,
    "filter",
    "HEAD leaves its lists in the scope, and the next GET without a filter is filtered by them.",
    "HEAD ?accountIds={a0}, then GET /conversations.json",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.method == "HEAD":
        host.memory["scope"] = dict(ask.lists)
    elif not ask.raw:
        ask.lists.update(host.memory.pop("scope", {}))
