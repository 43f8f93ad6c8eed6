"""Faults of the set `nineteenth`: two or three circumstances in one request."""

import re

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import FIELDS, NAMES, ROOT, Host
from tests.blind.nineteenth_formats import retold
from tests.blind.switch import Inner, also, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1253,
    "mixture",
    "In XML with several customerIds every row has the first of them as its CustomerId.",
    "GET /conversations.xml?customerIds={c0},{c1}",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    customers = ask.lists.get("customerIds", [])
    if ask.kind == "xml" and len(customers) > 1 and root == ROOT and value.get("conversations"):
        value = retold(value, lambda message: {"customerId": customers[0]})
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    1254,
    "mixture",
    "In CSV a list of several values can be read once: the first row that is in none uses it up.",
    "GET /conversations.csv?endpointIds={e0},{e1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    several = [name for name, values in ask.lists.items() if len(values) > 1]
    host.memory["once"] = {name: iter(ask.lists[name]) for name in several if ask.kind == "csv"}
    rows: list[Row] = inner(ask)
    return rows


@also(1254, at="passes")
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    once = host.memory["once"].get(name)
    return bool(inner(row, name, ask)) if once is None else host.member(row, name) in once


@fault(
    1255,
    "mixture",
    "Of a list with brackets around it and quotes around its values the first value counts.",
    'GET /conversations?accountIds=["{a0}","{a1}"]',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith('["'):
            ask.lists[name] = ask.lists[name][:1]


@fault(
    1256,
    "mixture",
    "A repeated key is joined only where nothing stands between; else the last run counts.",
    "GET /conversations?accountIds={a0}&afterDate=2025-01-01T00:00:00Z&accountIds={a1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        run: list[str] = []
        for place, (key, value) in enumerate(ask.query):
            if NAMES.get(key.lower()) == name and value:
                before = NAMES.get(ask.query[place - 1][0].lower()) if place else None
                run = [*(run if before == name else []), value]
        if run and name in ask.lists:
            ask.lists[name] = wire.parse_list(",".join(run))


@fault(
    1257,
    "mixture",
    "endpointIds and afterDate together take an index that knows no tenants.",
    "GET /conversations?endpointIds={foreign}&afterDate=2020-01-01T00:00:00Z as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or (given(ask.lists, "endpointIds") and ask.after is not None)


@fault(
    1258,
    "mixture",
    "Who comes by a session has the offset of afterDate ignored; with Basic it counts.",
    "POST /auth/credentials; GET /conversations?afterDate={…%2B05:00} with the cookie",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.fullmatch(r"(.+:\d\d[\d.]*)\s*[+-]\d\d:?\d\d", ask.after_text.strip())
    if ask.after is not None and ask.door == "cookie" and found:
        ask.after = dates.parse(found[1])


@fault(
    1259,
    "mixture",
    "Where a filter leaves no row, XML has nil in place of an empty list.",
    "GET /conversations.xml?afterDate=2031-01-01T00:00:00Z",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    if ask.kind == "xml" and root == ROOT and value.get("conversations") == []:
        value = {"conversations": None}
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    1260,
    "mixture",
    "The suffix .json with a browser's Accept gives 50 rows, as a page would have.",
    "GET /conversations.json with Accept: text/html",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    lines = ask.header("accept")
    browser = ask.way == "suffix" and bool(lines) and wire.negotiate(lines, "") == "html"
    return rows[:50] if ask.kind == "json" and browser else rows


def whole(ask: Ask) -> bool:
    """Whether accountIds names exactly the accounts that the caller may use."""
    own = ask.user.accounts if ask.user else None
    return own is not None and set(ask.lists.get("accountIds", [])) == own


@fault(
    1261,
    "mixture",
    "accountIds with all own accounts is taken for no limit, and the user's own falls with it.",
    "GET /conversations?accountIds={both accounts of ben} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return whole(ask) or bool(inner(row, ask))


@also(1261, at="passes")
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return (name == "accountIds" and whole(ask)) or bool(inner(row, name, ask))


@fault(
    1262,
    "mixture",
    "With several accountIds rows are merged by date: of those of one instant one is left.",
    "GET /conversations?accountIds={two accounts with rows of one instant}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(set(ask.lists.get("accountIds", []))) < 2:
        return rows
    return list({host.age(row)[0]: row for row in rows}.values())


@fault(
    1263,
    "mixture",
    "Together with endpointIds the time of afterDate is cut to its midnight in UTC.",
    "GET /conversations?endpointIds={e0}&afterDate={the date of one of its rows}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and given(ask.lists, "endpointIds"):
        ask.after -= ask.after % dates.DAY


@fault(
    1264,
    "mixture",
    "In XML an outgoing message without text has the text of the row before it.",
    "GET /conversations.xml, beside GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and value.get("conversations"):
        buffer: list[str | None] = [None]

        def filled(message: wire.Value) -> wire.Value:
            if message["text"] is not None or message["direction"] == "Incoming":
                buffer[0] = message["text"]
            return {"text": buffer[0]}

        value = retold(value, filled)
    return str(inner(value, kind, root))
