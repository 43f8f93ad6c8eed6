"""Faults of the sixteenth set in which rows are listed, and in what they hold."""

import datetime

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import NEWEST, Row, written

__all__: list[str] = []


def date_of(row: Row) -> str | None:
    """When the newest message of a row was sent."""
    date: str | None = (row["mostRecentMessage"] or {}).get("date")
    return date


def with_message(row: Row, name: str, value: str | None) -> Row:
    """The row with another member in its message."""
    return {**row, "mostRecentMessage": {**row["mostRecentMessage"], name: value}}


@fault(
    1061,
    "list",
    "Rows are keyed by the instant of their message, so that of two with the same one is lost.",
    "GET /conversations, against the sum of GET /conversations?endpointIds= over all endpoints",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return list({date_of(row) or row["id"]: row for row in rows}.values())


@fault(
    1062,
    "list",
    "With customerIds the query joins the unread messages, and unread rows come twice.",
    "GET /conversations?customerIds={c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "customerIds" not in ask.lists:
        return rows
    return [row for row in rows for _ in range(1 + row["mostRecentMessage"]["isUnread"])]


@fault(
    1063,
    "list",
    "Rows are read in blocks of fifty, and the first of each further block is lost.",
    "GET /conversations, against the sum of GET /conversations?accountIds= over all accounts",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [row for number, row in enumerate(rows) if number % 50 or not number]


@fault(
    1064,
    "list",
    "The otherAddress of an outgoing message is our own address, unlike the conversation's.",
    "GET /conversations",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    return [
        with_message(row, "otherAddress", message["sender"])
        if (message := row["mostRecentMessage"])
        and message["direction"] == "Outgoing"
        and message["sender"]
        else row
        for row in inner(ask)
    ]


@fault(
    1065,
    "list",
    "A row without a customer shows the customer of the row that was written before it.",
    "GET /conversations, against GET /conversations?customerIds= of each customer that it shows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    customer: str | None = None
    for row in inner(ask):
        customer = host.member(row, "customerIds") or customer
        rows.append(with_message(row, "customerId", customer) if row["mostRecentMessage"] else row)
    return rows


@fault(
    1066,
    "list",
    "A single row is written in JSON as an object instead of a list of one.",
    "GET /conversations.json?customerIds={c12}, which has one row",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "json" and root == ROOT and len(value.get("conversations") or []) == 1:
        value = {"conversations": value["conversations"][0]}
    return str(inner(value, kind, root))


@fault(
    1067,
    "list",
    "Without any filter only the rows of the last 180 days are listed; with one, older ones come.",
    "GET /conversations, against GET /conversations?endpointIds={e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.lists or ask.after is not None:
        return rows
    start = written(NEWEST - datetime.timedelta(days=180))
    return [row for row in rows if (date_of(row) or "") >= start]


@fault(
    1068,
    "list",
    "A row whose message has no date drops out as soon as a list is given, though it is in it.",
    "GET /conversations, against GET /conversations?endpointIds={endpoint of a row without date}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [row for row in rows if not ask.lists or date_of(row)]
