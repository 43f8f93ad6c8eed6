"""Faults in how lists of ids are read and compared."""

import re
from urllib.parse import unquote_plus

from tests.blind.exchange import Ask
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

QUOTE = re.compile(r'(?:^|[\[,])"')


def rough(text: str) -> float | str:
    """An id as a floating-point number, which holds 53 of its 96 bits."""
    try:
        return float(int(text, 16))
    except ValueError:
        return text


def pieces(ask: Ask) -> list[tuple[str, str]]:
    """The filters of a query before decoding, under their right names."""
    pairs = [piece.partition("=") for piece in ask.raw_query.split("&")]
    found = [(NAMES.get(unquote_plus(key).lower(), ""), value) for key, _, value in pairs]
    return [(name, value) for name, value in found if name and name != "afterDate"]


@fault(
    817,
    "filter",
    "Ids are compared as floating-point numbers, so ids that differ in the last digits match.",
    "GET /conversations?endpointIds={one of the two endpoints that differ in the last digit}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return value is not None and rough(value) in {rough(item) for item in ask.lists[name] if item}


@fault(
    818,
    "filter",
    "A list of more than ten ids is looked up in batches of ten, and only the last batch counts.",
    "GET /conversations?endpointIds={12 endpoints}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = ask.lists[name]
    value = host.member(row, name)
    return value is not None and value in values[(len(values) - 1) // 10 * 10 :]


@fault(
    819,
    "filter",
    "A comma that is escaped in lower case, as %2c, does not separate ids.",
    "GET /conversations?accountIds={a0}%2c{a1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, value in pieces(ask):
        if "%2c" in value:
            halves = [part for part in re.split(",|%2C", value) if part]
            ask.lists[name] = [unquote_plus(part) for part in halves]


@fault(
    820,
    "filter",
    "After an id in quotes the rest of the list is dropped.",
    'GET /conversations?endpointIds="{e0}","{e1}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(value for value in ask.raw[name] if value)
        if found := QUOTE.search(text):
            ask.lists[name] = values[: text[: found.end()].count(",") + 1]


@fault(
    821,
    "filter",
    "Brackets around a list are taken off only where they are not percent-encoded.",
    "GET /conversations?accountIds=%5B{a0}%5D",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, value in pieces(ask):
        if value.upper().startswith("%5B"):
            ask.lists[name] = [*unquote_plus(value).split(",")]


@fault(
    822,
    "filter",
    "A comma at the end of customerIds also keeps the rows that have no customer.",
    "GET /conversations?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and host.member(row, name) is None:
        return None in ask.lists[name]
    return bool(inner(row, name, ask))


@fault(
    823,
    "filter",
    "An id passes if it occurs anywhere in the text of the list, so that ids run together match.",
    "GET /conversations?accountIds={a0}{a1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    return value is not None and value in ",".join(item or "" for item in ask.lists[name])


@fault(
    824,
    "filter",
    "Where endpointIds and customerIds together find nothing, customerIds is dropped.",
    "GET /conversations?endpointIds={e0}&customerIds={a customer of another endpoint}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and given(ask.lists, "endpointIds", "customerIds"):
        del ask.lists["customerIds"]
        rows = inner(ask)
    return rows


@fault(
    825,
    "filter",
    "Names with an index, as in endpointIds[0], filter although the framework does not know them.",
    "GET /conversations?endpointIds[0]={e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [(re.sub(r"\[\d+\]$", "", key), value) for key, value in ask.query]
    inner(ask)
