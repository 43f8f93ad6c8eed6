"""Faults of the fourteenth set: the rows of an answer and their members."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    961,
    "list",
    "With endpointIds the rows of an endpoint without a name are lost to an inner join.",
    "GET /conversations.json?endpointIds={e9} has no row, without a filter there are some",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    return [row for row in rows if (row["mostRecentMessage"] or {}).get("endpointDisplayName")]


@fault(
    962,
    "list",
    "Where no row passes the filters there is one without any value, as an outer join gives it.",
    "GET /conversations.json?afterDate=2030-01-01T00:00:00Z has one row",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return rows or [dict.fromkeys(host.rows[0])]


@fault(
    963,
    "list",
    "Of rows whose messages have the very same instant only one is in an answer.",
    "GET /conversations.json lacks rows that ?endpointIds={each} shows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return list({host.age(row)[0]: row for row in reversed(rows)}.values())[::-1]


@fault(
    964,
    "list",
    "With one account the unread rows are put on top, and come again in their own place.",
    "GET /conversations.json?accountIds={a0} has ids twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("accountIds", [])) != 1:
        return rows
    unread = [row for row in rows if (row["mostRecentMessage"] or {}).get("isUnread")]
    return unread + rows


@fault(
    965,
    "list",
    "Rows are read in pages of 50 and one more, to see whether others follow; that one is lost.",
    "GET /conversations.json lacks every 51st row, which filters show",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [row for at, row in enumerate(rows) if at % 51 != 50]


@fault(
    966,
    "list",
    "An endpoint without a name is shown under the name of the row before it.",
    "GET /conversations.json has several names for {e9}, and for ?endpointIds={e9} none",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    last: str | None = None
    shown: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message:
            last = message["endpointDisplayName"] or last
            row = {**row, "mostRecentMessage": {**message, "endpointDisplayName": last}}
        shown.append(row)
    return shown


@fault(
    967,
    "list",
    "For a message that went out otherAddress is our own address, not that of the conversation.",
    "GET /conversations.json has Outgoing rows whose two otherAddress differ",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    shown: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message and message["direction"] == "Outgoing" and message["sender"]:
            row = {**row, "mostRecentMessage": {**message, "otherAddress": message["sender"]}}
        shown.append(row)
    return shown


@fault(
    968,
    "list",
    "A list of one conversation is written in JSON as the conversation itself, without an array.",
    "GET /conversations.json?customerIds={c12} has an object as conversations",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    rows = value.get("conversations")
    if kind in ("json", "jsonl") and rows and len(rows) == 1:
        value = {"conversations": rows[0]}
    return str(inner(value, kind, root))
