"""Eleventh faults of lists, rows and members."""

import secrets
from collections.abc import Callable

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import ENDPOINTS, Row

__all__: list[str] = []

PREVIEW = 20
PAGE = 25
OWNERS = {line.id: line.customer for line in ENDPOINTS}


def redone(rows: list[Row], edit: Callable[[Row, Row], None]) -> list[Row]:
    """Copies of rows that went through `edit`, each with its message."""
    copies = []
    for row in rows:
        message = dict(row["mostRecentMessage"] or {})
        copy = {**row, "mostRecentMessage": message if row["mostRecentMessage"] else None}
        edit(copy, message)
        copies.append(copy)
    return copies


@fault(
    767,
    "list",
    "The rows are grouped by the other address: of two threads with it the newer one alone comes.",
    LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: dict[str, Row] = {}
    for row in inner(ask):
        rows.setdefault(row["otherAddress"], row)
    return [*rows.values()]


@fault(
    768,
    "list",
    "A message with an e-mail address keeps the endpoint of the row before it.",
    LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    before: list[str] = []

    def edit(row: Row, message: Row) -> None:
        if before and "@" in row["otherAddress"]:
            message["endpointId"] = before[-1]
        before.append(row["endpointId"])

    return redone(inner(ask), edit)


@fault(
    769,
    "list",
    "An outgoing message names our own address as the other one, against its conversation.",
    LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    def edit(row: Row, message: Row) -> None:
        if message.get("direction") == "Outgoing" and message["sender"]:
            message["otherAddress"] = message["sender"]

    return redone(inner(ask), edit)


@fault(
    770,
    "list",
    "With customers the rows come raw from the database, where a boolean is 0 or 1.",
    f"{LIST}?customerIds={{c0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    def edit(row: Row, message: Row) -> None:
        if "customerIds" in ask.lists and message:
            message["isUnread"] = int(message["isUnread"])

    return redone(inner(ask), edit)


@fault(
    771,
    "list",
    "The direction is left out where it is the first of its enumeration.",
    LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    def edit(row: Row, message: Row) -> None:
        if message.get("direction") == "Incoming":
            del message["direction"]

    return redone(inner(ask), edit)


@fault(
    772,
    "list",
    "A row comes once for each endpoint in the list that belongs to the row's customer.",
    f"{LIST}?endpointIds={{e0}},{{e12}},{{e3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    asked = {value for value in ask.lists.get("endpointIds", []) if value in OWNERS}
    rows: list[Row] = []
    for row in inner(ask):
        customer = host.member(row, "customerIds")
        times = sum(OWNERS[value or ""] == customer for value in asked) if customer else 1
        rows += [row] * max(times, 1)
    return rows


@fault(
    773,
    "list",
    "Without a filter a text is a preview of twenty characters; with one it is whole.",
    f"{LIST}?accountIds={{a0}} | {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    def edit(row: Row, message: Row) -> None:
        text = message.get("text") or ""
        if len(text) > PREVIEW:
            message["text"] = text[:PREVIEW] + "…"

    rows: list[Row] = inner(ask)
    return rows if ask.lists or ask.after_text else redone(rows, edit)


@fault(
    774,
    "list",
    "A conversation without a customer was never stored, and gets a new id in each answer.",
    f"{LIST} | {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    def edit(row: Row, message: Row) -> None:
        if message.get("customerId") is None:
            row["id"] = secrets.token_hex(12)

    return redone(inner(ask), edit)


@fault(
    775,
    "list",
    "A parameter `page`, which the operation has not, cuts the list into pages of 25 rows.",
    f"{LIST}?page=1",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    page = ask.given("page")
    if not page.isdecimal():
        return rows
    return rows[int(page) * PAGE :][:PAGE]
