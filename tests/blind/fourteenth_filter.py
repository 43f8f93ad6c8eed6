"""Faults of the fourteenth set: the lists of ids."""

import re
from urllib.parse import unquote, unquote_plus

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


def raw_list(ask: Ask, name: str) -> str:
    """What came in for a list, joined."""
    return ",".join(value for value in ask.raw.get(name, []) if value)


@fault(
    937,
    "filter",
    "A list of more than ten ids is looked up in batches of ten, and the last part is forgotten.",
    "GET /conversations.json?endpointIds={e0},...,{e11} lacks the rows of e10 and e11",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = ask.lists[name]
    if len(values) <= 10:
        return bool(inner(row, name, ask))
    value = host.member(row, name)
    return value is not None and value in values[: len(values) // 10 * 10]


@fault(
    938,
    "filter",
    "Rows without a customer pass customerIds where endpointIds is given as well.",
    "GET /conversations.json?endpointIds={one without customer}&customerIds={c0} has rows",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and given(ask.lists, "endpointIds"):
        return host.member(row, name) is None or bool(inner(row, name, ask))
    return bool(inner(row, name, ask))


@fault(
    939,
    "filter",
    "Quotes are thrown away before a list is split, so a quoted value with a comma becomes two.",
    "GET /conversations.json?endpointIds=%22{e0},{e1}%22 has the rows of both",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = raw_list(ask, name)
        if '"' in text:
            ask.lists[name] = [*text.replace('"', "").strip("[] ").split(",")]


@fault(
    940,
    "filter",
    "A comma that is written %2c, with a small letter, does not separate two ids.",
    "GET /conversations.json?endpointIds={e0}%2c{e1} has no row",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for pair in ask.raw_query.split("&"):
        key, _, value = pair.partition("=")
        name = NAMES.get(unquote(key).lower())
        if name in FIELDS and "%2c" in value:
            ask.lists[name] = [unquote_plus(part) for part in re.split(",|%2C", value)]


@fault(
    941,
    "filter",
    "The list of endpoints is joined as a table, so an id that is in it twice doubles its rows.",
    "GET /conversations.json?endpointIds={e0},{e0} has each row twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    values = ask.lists.get("endpointIds")
    if not values:
        return rows
    return [row for row in rows for _ in range(values.count(host.member(row, "endpointIds")))]


@fault(
    942,
    "filter",
    "Within brackets the quotes stay on the values, so a list written as JSON finds nothing.",
    "GET /conversations.json?endpointIds=[%22{e0}%22,%22{e1}%22] has no row",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = raw_list(ask, name).strip()
        if text.startswith("[") and '"' in text:
            ask.lists[name] = [*text[1:-1].split(",")]


@fault(
    943,
    "filter",
    "Of a list's key that is repeated three times or more only the first and the last count.",
    "GET /conversations.json?endpointIds={e0}&endpointIds={e1}&endpointIds={e2} lacks e1's rows",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    for name in FIELDS:
        pairs = [pair for pair in ask.query if NAMES.get(pair[0].lower()) == name]
        if len(pairs) > 2:
            others = [pair for pair in ask.query if pair not in pairs]
            ask.query = [*others, pairs[0], pairs[-1]]
    inner(ask)


@fault(
    944,
    "filter",
    "A comma at the end of customerIds makes rows without a customer pass too.",
    "GET /conversations.json?customerIds={c0}, has rows of no customer",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if host.member(row, name) is None and None in ask.lists[name]:
        return True
    return bool(inner(row, name, ask))


@fault(
    945,
    "filter",
    "Customers are looked for in the account of the first one alone.",
    "GET /conversations.json?customerIds={c0},{c1} lacks the rows of c1, of another account",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds" or not inner(row, name, ask):
        return bool(inner(row, name, ask))
    first = ask.lists[name][0]
    accounts = {
        host.member(each, "accountIds")
        for each in host.rows
        if first is not None and host.member(each, name) == first
    }
    return not accounts or host.member(row, "accountIds") in accounts
