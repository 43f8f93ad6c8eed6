"""Faults of the eighteenth set: how lists are read."""

from urllib.parse import parse_qsl

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1170,
    "list",
    "A list is split at the lower-case escape of a comma too late: `%2c` stays inside a value.",
    "GET /conversations.json?accountIds={A}%2c{B}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "%2c" not in ask.raw_query:
        return
    marked = parse_qsl(ask.raw_query.replace("%2c", "%1F"), keep_blank_values=True)
    for name in FIELDS:
        texts = [value for key, value in marked if key.lower() == name.lower() and value]
        if name in ask.lists and "\x1f" in "".join(texts):
            values = wire.parse_list(",".join(texts))
            ask.lists[name] = [value and value.replace("\x1f", ",") for value in values]


@fault(
    1171,
    "list",
    "A value that a list names twice gives each of its rows twice.",
    "GET /conversations.json?customerIds={C},{C}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    found: list[Row] = []
    for row in inner(ask):
        times = 1
        for name, values in ask.lists.items():
            times *= values.count(host.member(row, name))
        found += [row] * times
    return found


@fault(
    1172,
    "list",
    "The search in a sorted list stops one short: of four values or more the greatest is never"
    " found.",
    "GET /conversations.json?endpointIds={e1},{e2},{e3},{e4}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    known = {value for value in ask.lists[name] if value}
    if len(known) >= 4 and host.member(row, name) == max(known):
        return False
    return bool(inner(row, name, ask))


@fault(
    1173,
    "list",
    "Inside brackets the quotes of a value stay on it, so that it is found nowhere.",
    'GET /conversations.json?accountIds=["{A}","{B}"]',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith("[") and '"' in text:
            ask.lists[name] = [part or None for part in text[1:-1].split(",")]


@fault(
    1206,
    "list",
    "Beside accountIds only the first ten endpointIds count.",
    "GET /conversations.json?accountIds={all four}&endpointIds={14 endpoints}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "accountIds" in ask.lists and "endpointIds" in ask.lists:
        ask.lists["endpointIds"] = ask.lists["endpointIds"][:10]
