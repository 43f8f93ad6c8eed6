"""Eighth faults of filters."""

from itertools import chain

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import CUSTOMERS, ENDPOINTS, Row

__all__: list[str] = []

BATCH = 5
MAILED = {line.id for line in ENDPOINTS if "@" in line.address}
PARENTS = {CUSTOMERS[number]: CUSTOMERS[number - 8] for number in range(9, 14)}


@fault(
    577,
    "filter",
    "Ids are looked up in batches of five, and the last of a full batch is not asked for.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(8)),
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [v for at, v in enumerate(values) if at % BATCH != BATCH - 1]


@fault(
    578,
    "filter",
    "With several endpoints the rows are grouped by the other address, and one of each is kept.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(0, 32, 4)),
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("endpointIds", [])) < 2:
        return rows
    groups: dict[str, Row] = {}
    for row in rows:
        groups.setdefault(row["otherAddress"], row)
    return list(groups.values())


@fault(
    579,
    "filter",
    "The filter of endpoints joins their tags, so that a mail line with two has each row twice.",
    f"{LIST}?endpointIds={{e2}},{{e3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    return list(
        chain.from_iterable([row, row] if row["endpointId"] in MAILED else [row] for row in rows)
    )


@fault(
    580,
    "filter",
    "Endpoints and customers are compared pair by pair, the first with the first and so on.",
    f"{LIST}?customerIds={{c1}},{{c2}}&endpointIds={{e2}},{{e1}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not inner(row, ask):
        return False
    if not given(ask.lists, "endpointIds", "customerIds"):
        return True
    pairs = zip(ask.lists["endpointIds"], ask.lists["customerIds"], strict=False)
    return (host.member(row, "endpointIds"), host.member(row, "customerIds")) in set(pairs)


@fault(
    581,
    "filter",
    "A customer stands for the customers below it too.",
    f"{LIST}?customerIds={{c2}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    above = PARENTS.get(host.member(row, name) or "")
    below = name == "customerIds" and above in ask.lists[name] and above is not None
    return below or bool(inner(row, name, ask))
