"""Faults of the twenty-ninth set: the list of rows."""

from collections import Counter

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1649,
    "list",
    "A row whose endpoint has no name shows the name of the row before, from a reused object.",
    "GET /conversations.json, and with endpointIds={e9} alone",
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
    1650,
    "list",
    "Threads are joined to their newest message by its date, which doubles those of one instant.",
    "GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    dates = [(row["mostRecentMessage"] or {}).get("date") for row in rows]
    times = Counter(date for date in dates if date)
    pairs = zip(rows, dates, strict=True)
    return [row for row, date in pairs for _ in range(times.get(date, 1))]


@fault(
    1651,
    "list",
    "With accountIds an index by account and date is read, which lacks rows without a date.",
    "GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "accountIds" not in ask.lists:
        return rows
    return [row for row in rows if (row["mostRecentMessage"] or {}).get("date")]


@fault(
    1652,
    "list",
    "With accountIds the messages lack their accountId, as the column is no longer selected.",
    "GET /conversations.json?accountIds={a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "accountIds" not in ask.lists:
        return rows
    return [
        {**row, "mostRecentMessage": {**row["mostRecentMessage"], "accountId": None}}
        if row["mostRecentMessage"]
        else row
        for row in rows
    ]
