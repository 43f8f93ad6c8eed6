"""Faults in which rows are in an answer, and in their members."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def with_message(row: Row, **changes: Any) -> Row:
    """The same row with other members in its newest message."""
    message = row["mostRecentMessage"]
    return {**row, "mostRecentMessage": {**message, **changes}} if message else row


@fault(
    841,
    "list",
    "An id that is named twice in a list gives its rows twice.",
    "GET /conversations?endpointIds={e0},{e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        rows = [row for row in rows for _ in range(values.count(host.member(row, name)))]
    return rows


@fault(
    842,
    "list",
    "Threads with the same address on the other side are shown as one, although lines differ.",
    "GET /conversations beside GET /conversations?endpointIds={e} for each line",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: dict[str, Row] = {}
    for row in inner(ask):
        rows.setdefault(row["otherAddress"], row)
    return list(rows.values())


@fault(
    843,
    "list",
    "Of the rows whose newest messages share an instant only one is in the answer.",
    "GET /conversations beside GET /conversations?endpointIds={e} for each line",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: dict[str, Row] = {}
    for row in inner(ask):
        rows.setdefault(host.age(row)[0] or row["id"], row)
    return list(rows.values())


@fault(
    844,
    "list",
    "Rows whose message has no date fall out where no list filters.",
    "GET /conversations beside GET /conversations?accountIds={all four}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return rows if ask.lists else [row for row in rows if host.age(row)[0]]


@fault(
    845,
    "list",
    "The otherAddress of an outgoing message is our own, other than that of its conversation.",
    "GET /conversations, an outgoing message",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        message = row["mostRecentMessage"] or {}
        ours = message.get("direction") == "Outgoing" and message["sender"]
        rows.append(with_message(row, otherAddress=ours) if ours else row)
    return rows


@fault(
    846,
    "list",
    "A list of one conversation is written as that conversation, without the array around it.",
    "GET /conversations?customerIds={a customer with one row}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if root == ROOT and kind != "xml" and len(value.get("conversations", [])) == 1:
        value = {"conversations": value["conversations"][0]}
    return str(inner(value, kind, root))


@fault(
    847,
    "list",
    "In an answer of more than 50 rows the texts are cut after 30 characters.",
    "GET /conversations beside GET /conversations?endpointIds={e}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(rows) <= 50:
        return rows
    texts = [(row["mostRecentMessage"] or {}).get("text") for row in rows]
    return [
        with_message(row, text=text and text[:30]) for row, text in zip(rows, texts, strict=True)
    ]


@fault(
    848,
    "list",
    "Messages are joined by the other address, so threads with one person show one message.",
    "GET /conversations, two rows with the same otherAddress",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    newest: dict[str, Any] = {}
    for row in sorted(rows, key=host.age, reverse=True):
        newest.setdefault(row["otherAddress"], row["mostRecentMessage"])
    return [{**row, "mostRecentMessage": newest[row["otherAddress"]]} for row in rows]
