"""Faults of the rows: some lost, some twice, some with members of others."""

from collections.abc import Iterable
from math import prod

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

PAGE = 25
BATCH = 20


def changed(row: Row, name: str, value: object) -> Row:
    """A copy of a row whose message has another member."""
    return {**row, "mostRecentMessage": {**row["mostRecentMessage"], name: value}}


def first_of_each(rows: Iterable[Row], name: str) -> list[Row]:
    """The first row for each value of a member."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row[name], row)
    return list(found.values())


@fault(
    901,
    "list",
    "The parameter page, which the operation does not have, turns to pages of 25 rows.",
    "GET /conversations.json?page=1 lacks the first 25 rows and all after the fiftieth.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    page = ask.given("page")
    return rows[int(page) * PAGE :][:PAGE] if page.isascii() and page.isdigit() else rows


@fault(
    902,
    "list",
    "Threads of several endpoints with one other address are merged to the newest of them.",
    "GET /conversations.json lacks rows that GET /conversations.json?endpointIds={e} has.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    return first_of_each(inner(ask), "otherAddress")


@fault(
    903,
    "list",
    "An id that is named twice in a list brings its rows twice.",
    "GET /conversations.json?endpointIds={e0},{e0} has each row twice.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [
        row
        for row in rows
        for _ in range(prod(v.count(host.member(row, name)) for name, v in ask.lists.items()))
    ]


@fault(
    904,
    "list",
    "The otherAddress of an outgoing message is our own address, from which it was sent.",
    "GET /conversations.json has rows whose two otherAddress members differ.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for at, row in enumerate(rows):
        message = row["mostRecentMessage"] or {}
        if message.get("direction") == "Outgoing" and message["sender"]:
            rows[at] = changed(row, "otherAddress", message["sender"])
    return rows


@fault(
    905,
    "list",
    "Where an endpoint has no name its row keeps the name that the row before it has.",
    "GET /conversations.json as ana has {e9} under other names, ?endpointIds={e9} has it without.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    name: str | None = None
    for at, row in enumerate(rows):
        if not row["mostRecentMessage"]:
            continue
        own = row["mostRecentMessage"]["endpointDisplayName"]
        name = own or name
        if not own and name:
            rows[at] = changed(row, "endpointDisplayName", name)
    return rows


@fault(
    906,
    "list",
    "Rows are fetched in batches of 20, and an answer of full batches lacks its last row.",
    "GET /conversations.json?accountIds={a0} has 39 rows, its endpoints one by one have 40.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return rows[:-1] if len(rows) % BATCH == 0 else rows


@fault(
    907,
    "list",
    "With customerIds there are 25 rows at most, without them all.",
    "GET /conversations.json?customerIds={c0},{c1},{c2} as ana has 25 of 30 rows.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return rows[:PAGE] if "customerIds" in ask.lists else rows


@fault(
    908,
    "list",
    "Rows whose message has no date are lost as soon as any list filters.",
    "GET /conversations.json?accountIds={a0},{a1},{a2},{a3} as ana lacks two rows.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [row for row in rows if not ask.lists or host.age(row)[0]]
