"""Faults of the lists of ids: how they are read, compared, and put together."""

from bisect import bisect_left
from itertools import zip_longest
from urllib.parse import unquote_plus

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


def as_double(text: str | None) -> float | str | None:
    """An id as a number with the precision of a double."""
    try:
        return float(int(text or "", 16))
    except ValueError:
        return text


@fault(
    877,
    "filter",
    "Ids are compared as floating-point numbers, so two that differ in the last digit are one.",
    "GET /conversations.json?endpointIds={e12} as ana has the rows of {e13} too.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    wanted = [as_double(each) for each in ask.lists[name]]
    return value is not None and as_double(value) in wanted


@fault(
    878,
    "filter",
    "accountIds and endpointIds are paired place by place, instead of being two lists.",
    "GET /conversations.json?accountIds={a0},{a1}&endpointIds={e1},{e0} as ana finds nothing.",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not inner(row, ask):
        return False
    if not given(ask.lists, "accountIds", "endpointIds"):
        return True
    own = (host.member(row, "accountIds"), host.member(row, "endpointIds"))
    pairs = zip_longest(ask.lists["accountIds"], ask.lists["endpointIds"], fillvalue="*")
    return any(
        all(wanted in ("*", value) for wanted, value in zip(pair, own, strict=True))
        for pair in pairs
    )


@fault(
    879,
    "filter",
    "A list is searched by bisection although nobody sorted it.",
    "GET /conversations.json?endpointIds={e1},{e0} in falling order finds nothing.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if value is None:
        return False
    values = [each or "" for each in ask.lists[name]]
    at = bisect_left(values, value)
    return at < len(values) and values[at] == value


@fault(
    880,
    "filter",
    "A comma at the end of customerIds also selects the rows that have no customer.",
    "GET /conversations.json?customerIds={c0}, has rows without a customer.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return host.member(row, name) in ask.lists[name]


@fault(
    881,
    "filter",
    "A list is split before it is decoded, so that a comma sent as %2C separates nothing.",
    "GET /conversations.json?endpointIds={e0}%2C{e4} finds nothing.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    pairs = [part.partition("=") for part in ask.raw_query.split("&")]
    for name in FIELDS:
        raw = ",".join(v for key, _, v in pairs if v and unquote_plus(key).lower() == name.lower())
        if name in ask.lists and not set('"[') & set(unquote_plus(raw)):
            ask.lists[name] = [unquote_plus(item) or None for item in raw.split(",")]


@fault(
    882,
    "filter",
    "Where customerIds are given accountIds are dropped, as a customer has one account anyway.",
    "GET /conversations.json?accountIds={a0}&customerIds={c1} as ana has rows of account {a1}.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    883,
    "filter",
    "The unknown parameter accountId, which another operation has, filters like accountIds.",
    "GET /conversations.json?accountId={a0} leaves the rows of other accounts out.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [
        ("accountIds" if key.lower() == "accountid" else key, value) for key, value in ask.query
    ]
    inner(ask)


@fault(
    884,
    "filter",
    "Where all three lists are given endpointIds is not applied.",
    "GET /conversations.json?accountIds={a0}&customerIds={c0}&endpointIds={e0} has rows of {e12}.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "endpointIds" and given(ask.lists, "accountIds", "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    885,
    "filter",
    "Inside brackets the quotes around an id are taken for a part of it.",
    'GET /conversations.json?endpointIds=["{e0}","{e4}"] finds nothing.',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith("[") and '"' in text:
            ask.lists[name] = [item or None for item in text[1:-1].split(",")]
