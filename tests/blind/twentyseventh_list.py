"""Faults of the twenty-seventh set in which rows come and what they hold."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1569,
    "list",
    "Of the conversations with one other address the newest alone is listed.",
    "GET /conversations.json lacks rows that ?endpointIds={e} has",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    found: dict[str, Row] = {}
    for row in inner(ask):
        found.setdefault(row["otherAddress"], row)
    return list(found.values())


@fault(
    1570,
    "list",
    "An id that is twice in a list doubles its rows, as the list is joined.",
    "GET /conversations.json?endpointIds={e0},{e0} has each row twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        rows = [row for row in rows for _ in range(values.count(host.member(row, name)))]
    return rows


@fault(
    1571,
    "list",
    "Rows are put in a map by their date to be sorted, so that one of each instant is left.",
    "GET /conversations.json lacks rows that ?endpointIds={e} has",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    return list({host.age(row)[0]: row for row in inner(ask)}.values())


@fault(
    1572,
    "list",
    "Of an outgoing message otherAddress is the sender, and not that of its conversation.",
    "GET /conversations.json: an outgoing row whose two otherAddress differ",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"]
        if message and message["direction"] == "Outgoing":
            message = {**message, "otherAddress": message["sender"]}
        rows.append({**row, "mostRecentMessage": message})
    return rows
