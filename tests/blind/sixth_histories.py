"""Sixth faults that hang on what was asked before, and on rows that arrive."""

import re

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.sixth_common import MARK, arrived
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row

__all__: list[str] = []

DAY_OF_MARK = MARK[:10]


@fault(
    517,
    "history",
    "After HEAD the next GET of the same address has an empty body.",
    f"ana HEAD /conversations.json | {LIST}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    key = f"{ask.path}?{ask.raw_query}"
    if ask.method == "HEAD" and answer.status == 200:
        host.memory[key] = True
    elif host.memory.pop(key, False):
        answer.body = ""
    return answer


@fault(
    518,
    "history",
    "The lists of a request that is refused hold for the next one without lists.",
    f"ana GET /conversations.json?endpointIds={{e1}}&afterDate=soon | {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused:
        host.memory["lists"] = dict(ask.lists)
        raise
    return answer


@also(518, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists:
        ask.lists = host.memory.pop("lists", {})
    return list(inner(ask))


@fault(
    519,
    "history",
    "A date is remembered by its text without the zone: the first zone holds for later ones.",
    f"ana GET /conversations.json?afterDate={DAY_OF_MARK}T00:00:00-12:00 | "
    f"ana GET /conversations.json?afterDate={DAY_OF_MARK}T00:00:00%2B12:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        key = re.sub(r"(?<=:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", "", ask.after_text)
        ask.after = host.memory.setdefault(key, ask.after)


@fault(
    520,
    "history",
    "An ETag tells the number of rows alone, so that other rows are said to be unchanged.",
    'ana GET /conversations.json?endpointIds={e1} tag=W/"5"',
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["tag"] = f'W/"{len(rows)}"'
    return rows


@also(520, at="conversations")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    tag = ("ETag", host.memory["tag"])
    answer.headers.append(tag)
    if tag[1] in ask.header("if-none-match"):
        return Answer(status=304, headers=[tag, ("Vary", "Accept")])
    return answer


@fault(
    521,
    "history",
    "From the third time on, a user's same query brings one row less each time.",
    "3x ana GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    key = f"{ask.user.name if ask.user else ''} {ask.raw_query}"
    host.memory[key] = host.memory.get(key, 0) + 1
    return rows[: max(len(rows) - max(host.memory[key] - 2, 0), 0)]


@fault(
    522,
    "history",
    "A row that arrives is found without endpointIds alone.",
    f"30x {LIST} | ana GET /conversations.json?endpointIds={{e5}}",
    at="keep",
    habit="arrivals",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) and not (arrived(row) and "endpointIds" in ask.lists)


@fault(
    523,
    "history",
    "A row that arrives is shown to everybody who is signed in.",
    f"30x {LIST} | ben GET /conversations.json",
    at="visible",
    habit="arrivals",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or arrived(row)


@fault(
    524,
    "history",
    "The ids of a list of three or more hold for the next list of that name too.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2} | "
    "ana GET /conversations.json?endpointIds={e3}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        own = list(values)
        values += host.memory.pop(name, [])
        if len(own) > 2:
            host.memory[name] = own


@fault(
    525,
    "history",
    "After lists that found nothing, the user's next request with the same lists finds nothing.",
    "ana GET /conversations.json?endpointIds={e0}&accountIds={a1} | "
    "ana GET /conversations.json?endpointIds={e0}&accountIds={a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    key = f"{ask.user.name if ask.user else ''} {sorted(ask.lists)}"
    if ask.lists and host.memory.pop(key, False):
        return []
    rows: list[Row] = inner(ask)
    if not rows and ask.lists:
        host.memory[key] = True
    return rows


@fault(
    526,
    "history",
    "One node of five does not know customerIds yet.",
    "5x ana GET /conversations.json?customerIds={c2}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.number % 5 == 0:
        ask.lists.pop("customerIds", None)
