"""Later faults of the filters and of the spelling of lists."""

import re
from bisect import bisect_left
from collections import Counter

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

LIST = "ana GET /conversations.json"


def message(row: Row, name: str) -> object:
    """A member of the newest message."""
    return (row["mostRecentMessage"] or {}).get(name)


@fault(
    117,
    "filter",
    "customerIds also keeps the rows that have no customer.",
    f"{LIST}?customerIds={{c3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    none = name == "customerIds" and host.member(row, name) is None
    return none or bool(inner(row, name, ask))


@fault(
    118,
    "filter",
    "customerIds keeps the rows of the customer's first endpoint alone.",
    f"{LIST}?customerIds={{c3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if not inner(row, name, ask):
        return False
    owner = host.member(row, name)
    lines = {other["endpointId"] for other in host.rows if host.member(other, name) == owner}
    return name != "customerIds" or row["endpointId"] == min(lines)


@fault(
    119,
    "filter",
    "accountIds joins the names of the endpoints, and loses rows of one without a name.",
    f"{LIST}?accountIds={{a1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    nameless = name == "accountIds" and not message(row, "endpointDisplayName")
    return not nameless and bool(inner(row, name, ask))


@fault(
    120,
    "filter",
    "endpointIds searches the incoming messages alone.",
    f"{LIST}?endpointIds={{e8}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    outgoing = name == "endpointIds" and message(row, "direction") == "Outgoing"
    return not outgoing and bool(inner(row, name, ask))


@fault(
    121,
    "filter",
    "accountIds answers one row for each other side.",
    f"{LIST}?accountIds={{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "accountIds" not in ask.lists:
        return rows
    seen: dict[str, Row] = {}
    for row in rows:
        seen.setdefault(row["otherAddress"], row)
    return list(seen.values())


@fault(
    122,
    "filter",
    "customerIds loses the rows whose sender is null.",
    f"{LIST}?customerIds={{c11}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    unknown = name == "customerIds" and message(row, "sender") is None
    return not unknown and bool(inner(row, name, ask))


@fault(
    123,
    "filter",
    "customerIds takes the id of an account, for all its rows.",
    f"{LIST}?customerIds={{a1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    account = name == "customerIds" and message(row, "accountId") in ask.lists[name]
    return account or bool(inner(row, name, ask))


@fault(
    124,
    "filter",
    "endpointIds takes the id of a conversation as well.",
    f"{LIST}?endpointIds=65e1f4a2c2d4b7a900001000",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    thread = name == "endpointIds" and row["id"] in ask.lists[name]
    return thread or bool(inner(row, name, ask))


@fault(
    125,
    "list",
    "An id that is given twice brings its rows twice.",
    f"{LIST}?customerIds={{c3}},{{c3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    counts = {name: Counter(values) for name, values in ask.lists.items()}
    for row in inner(ask):
        times = 1
        for name in counts:
            times *= counts[name][host.member(row, name)]
        rows += [row] * times
    return rows


@fault(
    126,
    "list",
    "The brackets of a list stay on its first id.",
    f"{LIST}?endpointIds=[{{e2}},{{e3}}]",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if ",".join(ask.raw[name]).strip().startswith("["):
            values[0] = f"[{values[0]}"


@fault(
    127,
    "list",
    "A list whose commas are percent-encoded is one id.",
    f"{LIST}?accountIds={{a0}}%2C{{a1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        found = re.search(rf"(?:^|&){name}=([^&]*)", ask.raw_query, re.IGNORECASE)
        if found and "," not in found[1] and "%2c" in found[1].lower():
            ask.lists[name] = [",".join(ask.raw[name])]


@fault(
    128,
    "list",
    "A list in no ascending order is searched as if it were in one.",
    f"{LIST}?accountIds={{a3}},{{a2}},{{a1}},{{a0}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    values = [item or "" for item in ask.lists[name]]
    place = bisect_left(values, value or "")
    return value is not None and place < len(values) and values[place] == value


@fault(
    129,
    "list",
    "A query is cut after 1,024 characters, so the last ids of a long list are lost.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(34)) + ",{c0}" * 8
    + ",{e33}&afterDate=2026-01-01T00:00:00Z",
    at="read",
)  # fmt: skip
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.raw_query = ask.raw_query[:1024]
    inner(ask)


@fault(
    130,
    "list",
    "A list of more than ten ids is looked up by tens, and what is left over is not.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(12)),
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 10:
            ask.lists[name] = values[: len(values) // 10 * 10]
