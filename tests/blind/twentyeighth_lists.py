"""Faults of the rows: lost, doubled, or with another's members."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1609,
    "list",
    "A message without endpointDisplayName shows the one of the row before it.",
    "GET /conversations.json: the rows of the endpoint that has no name have others' names",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    last: str | None = None
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message:
            last = message["endpointDisplayName"] or last
            row = {**row, "mostRecentMessage": {**message, "endpointDisplayName": last}}
        rows.append(row)
    return rows


@fault(
    1610,
    "list",
    "Threads are grouped by otherAddress alone, so only the newest with each address is listed.",
    "GET /conversations.json lacks a row that GET /conversations.json?endpointIds={e} has",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    groups: dict[str, Row] = {}
    for row in inner(ask):
        groups.setdefault(row["otherAddress"], row)
    return [*groups.values()]


@fault(
    1611,
    "list",
    "The sender of an outgoing message is given as the other side's address.",
    "GET /conversations.json: rows of direction Outgoing have sender equal to otherAddress",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message and message["direction"] == "Outgoing" and message["sender"]:
            message = {**message, "sender": message["otherAddress"]}
        rows.append({**row, "mostRecentMessage": message})
    return rows


@fault(
    1612,
    "list",
    "Rows are read in pages of 100, and each later page repeats the last row of the one before.",
    "GET /conversations.json as ana has 161 rows, one of them twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [row for at in range(0, len(rows), 100) for row in rows[max(at - 1, 0) : at + 100]]
