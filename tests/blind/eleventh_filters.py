"""Eleventh faults of filters."""

from urllib.parse import unquote_plus

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import ENDPOINTS, Row

__all__: list[str] = []

MANY = 16
SEVENTEEN = ",".join(f"{{e{number}}}" for number in range(17))


@fault(
    757,
    "filter",
    "Two lists of several ids are compared in pairs: the first with the first, and so on.",
    f"{LIST}?endpointIds={{e0}},{{e12}}&customerIds={{c1}},{{c0}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    names = [name for name in FIELDS if len(ask.lists.get(name, [])) > 1]
    if not inner(row, ask) or len(names) < 2:
        return bool(inner(row, ask))
    own = tuple(host.member(row, name) for name in names)
    return own in list(zip(*(ask.lists[name] for name in names), strict=False))


@fault(
    758,
    "filter",
    "An id that is sent twice in a list is taken out of it, as by a second click on a box.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a0}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value for value in values if values.count(value) % 2]


@fault(
    759,
    "filter",
    "A list of three or more ids becomes a range from the least to the greatest of them.",
    f"{LIST}?endpointIds={{e2}},{{e5}},{{e9}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = {value for value in ask.lists[name] if value}
    if len(values) < 3:
        return bool(inner(row, name, ask))
    own = host.member(row, name)
    return own is not None and min(values) <= own <= max(values)


@fault(
    760,
    "filter",
    "With all three lists brackets are missing: endpoint and customer, or account.",
    f"{LIST}?accountIds={{a0}}&endpointIds={{e0}}&customerIds={{c0}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if len(ask.lists) < len(FIELDS):
        return bool(inner(row, ask))
    account, endpoint, customer = (host.passes(row, name, ask) for name in FIELDS)
    passed = (endpoint and customer) or account
    return passed and host.visible(row, ask) and host.later(row, ask)


@fault(
    761,
    "filter",
    "Endpoints are joined by their name, so that one without a name is never found.",
    f"{LIST}?endpointIds={{e9}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    message = row["mostRecentMessage"] or {}
    if name == "endpointIds" and message.get("endpointDisplayName") is None:
        return False
    return bool(inner(row, name, ask))


@fault(
    762,
    "filter",
    "A list of more than sixteen ids is too long for the query builder, which leaves it out.",
    f"{LIST}?endpointIds={SEVENTEEN}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.lists = {name: values for name, values in ask.lists.items() if len(values) <= MANY}


@fault(
    763,
    "filter",
    "With several accounts the date is compared for the first account alone.",
    f"{LIST}?accountIds={{a0}},{{a1}}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = ask.lists.get("accountIds", [])
    if len(accounts) > 1 and host.member(row, "accountIds") != accounts[0]:
        return True
    return bool(inner(row, ask))


@fault(
    764,
    "filter",
    "Of the brackets around a list the closing one stays with the last id.",
    f"{LIST}?accountIds=[{{a0}},{{a1}}]",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if ask.raw[name][0].startswith("[") and ask.raw[name][-1].endswith("]"):
            ask.lists[name] = [*values[:-1], f"{values[-1]}]"]


@fault(
    765,
    "filter",
    "The list is split before the query is decoded: a comma as %2C joins two ids into one.",
    f"{LIST}?endpointIds={{e0}}%2C{{e1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for part in ask.raw_query.split("&"):
        key, _, value = part.partition("=")
        name = NAMES.get(unquote_plus(key).lower(), "")
        if name in ask.lists and "%2c" in value.lower():
            ask.lists[name] = [unquote_plus(item) for item in value.split(",")]


@fault(
    766,
    "filter",
    "A list is compared with the start of the ids, so that half an id selects rows.",
    f"{LIST}?endpointIds={ENDPOINTS[1].id[:16]}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    own = host.member(row, name)
    return own is not None and any(value and own.startswith(value) for value in ask.lists[name])
