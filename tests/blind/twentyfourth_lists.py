"""Faults of the twenty-fourth set in the rows: one lost, a member of another."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1456,
    "list",
    "Of rows whose messages have the same date only one is there: they are kept in a map by date.",
    "GET /conversations.json against the same by accountIds={a0} and by accountIds={a3}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    by_date: dict[str | None, Row] = {}
    for row in inner(ask):
        by_date[(row["mostRecentMessage"] or {}).get("date")] = row
    return list(by_date.values())


@fault(
    1457,
    "list",
    "An outgoing message has its sender's address as otherAddress, unlike its conversation.",
    "GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message and message["direction"] == "Outgoing" and message["sender"]:
            changed = {**message, "otherAddress": message["sender"]}
            rows.append({**row, "mostRecentMessage": changed})
        else:
            rows.append(row)
    return rows


@fault(
    1458,
    "list",
    "An endpoint without a name gets the name of the row before it: the buffer is not cleared.",
    "GET /conversations.json: rows of e9 have the names of several other endpoints",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    last: str | None = None
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message and message["endpointDisplayName"] is None:
            changed = {**message, "endpointDisplayName": last}
            rows.append({**row, "mostRecentMessage": changed})
            continue
        if message:
            last = message["endpointDisplayName"]
        rows.append(row)
    return rows
