"""Faults 1717 to 1721: how the lists are read and looked up."""

import re

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row


def like(pattern: str) -> re.Pattern[str]:
    """What SQL's LIKE makes of a text: `%` is any text, `_` any character."""
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(c) or re.escape(c) for c in pattern), re.DOTALL)


@fault(
    1717,
    "filter",
    "Ids are compared by SQL's LIKE, so that % and _ in an id are wildcards.",
    "ana GET /conversations.json?endpointIds=%25"
    " | ana GET /conversations.json?accountIds=5f8e6a10________________",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    wanted = [item for item in ask.lists[name] if item]
    return value is not None and any(like(item).fullmatch(value) for item in wanted)


@fault(
    1718,
    "filter",
    "An id that a list names twice cancels itself out: each mention toggles it.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e0}"
    " | ana GET /conversations.json?customerIds={c3},{c3}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        chosen: dict[str | None, None] = {}
        for value in values:
            if value in chosen:
                del chosen[value]
            else:
                chosen[value] = None
        ask.lists[name] = list(chosen)


@fault(
    1719,
    "filter",
    "A customer is looked up by its endpoints, and only by the first of them.",
    "ana GET /conversations.json?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    passed: bool = inner(row, name, ask)
    if not passed or name != "customerIds":
        return passed
    customer = host.member(row, name)
    same = [each for each in host.rows if host.member(each, name) == customer]
    return bool(row["endpointId"] == min(each["endpointId"] for each in same))


@fault(
    1720,
    "filter",
    "Quotes are cut off both ends of a list before it is split, so that a comma within them parts.",
    "ana GET /conversations.json?endpointIds=%22{e0},{e1}%22"
    " | ana GET /conversations.json?endpointIds=%22{e0}%22,%22{e1}%22",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if '"' in text:
            bare = text.removeprefix("[").removesuffix("]").strip().strip('"')
            ask.lists[name] = [part or None for part in bare.split(",")]


@fault(
    1721,
    "filter",
    "The stored procedure takes a list as NVARCHAR(500): what is longer is cut without a word.",
    "ana GET /conversations.json?endpointIds=" + ",".join(f"{{e{n}}}" for n in range(24)),
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(value or "" for value in ask.lists.get(name, []))
        if len(text) > 500:
            ask.lists[name] = [part or None for part in text[:500].rstrip(",").split(",")]
