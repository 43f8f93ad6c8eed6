"""Tenth faults of lists, rows and members."""

from typing import Any

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

PAGE = 10


def date_of(row: Row) -> str:
    """The date of a row as text, empty where it has none."""
    return (row["mostRecentMessage"] or {}).get("date") or ""


def told(row: Row, **members: Any) -> Row:
    """A copy of a row whose message has other members."""
    message = row["mostRecentMessage"]
    return {**row, "mostRecentMessage": message and {**message, **members}}


@fault(
    707,
    "list",
    "For users with accounts the newest message is joined by the other side's address alone.",
    "ben GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.user is None or ask.user.accounts is None:
        return rows
    newest: dict[str, Row] = {}
    for row in sorted(host.rows, key=host.age):
        newest[row["otherAddress"]] = row["mostRecentMessage"]
    return [{**row, "mostRecentMessage": newest[row["otherAddress"]]} for row in rows]


@fault(
    708,
    "list",
    "A message without a sender keeps that of the row before: the variable is not reset.",
    LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows = []
    last = None
    for row in inner(ask):
        last = row["mostRecentMessage"]["sender"] or last
        rows.append(told(row, sender=last))
    return rows


@fault(
    709,
    "list",
    "With a list filter the names of endpoints are put to the rows one place off.",
    f"{LIST}?accountIds={{a1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not ask.lists:
        return rows
    names = [row["mostRecentMessage"]["endpointDisplayName"] for row in rows]
    shifted = zip(rows, names[1:] + names[:1], strict=True)
    return [told(row, endpointDisplayName=name) for row, name in shifted]


@fault(
    710,
    "list",
    "Rows are read in pages that go on below the last date: what shares its instant is lost.",
    " | ".join([LIST, *(f"{LIST}?accountIds={{a{number}}}" for number in range(4))]),
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    left: list[Row] = inner(ask)
    rows: list[Row] = []
    while left:
        rows += left[:PAGE]
        last = date_of(rows[-1])
        left = [row for row in left[PAGE:] if not last or date_of(row) < last]
    return rows


@fault(
    711,
    "list",
    "In outgoing messages `otherAddress` is our own address, not the conversation's.",
    LIST,
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        if message.get("direction") == "Outgoing":
            message["otherAddress"] = message["sender"]

    return inner(edited(value, edit), kind, root)  # type: ignore[no-any-return]


@fault(
    712,
    "list",
    "Messages without a customer get a new id in each answer.",
    f"{LIST} | {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows = []
    for at, row in enumerate(inner(ask)):
        if row["mostRecentMessage"]["customerId"] is None:
            fresh = f"65e1f4a2c2d4b7ab{(ask.number * 4096 + at) % 2**32:08x}"
            rows.append(told(row, id=fresh))
        else:
            rows.append(row)
    return rows


@fault(
    713,
    "list",
    "With customers it is SELECT DISTINCT endpoint, text: like texts of a line become one row.",
    f"{LIST}?customerIds=" + ",".join(f"{{c{number}}}" for number in range(12)),
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "customerIds" not in ask.lists:
        return rows
    first: dict[tuple[str, str | None], Row] = {}
    for row in rows:
        first.setdefault((row["endpointId"], row["mostRecentMessage"]["text"]), row)
    return list(first.values())


@fault(
    714,
    "list",
    "A missing date is written as the end of the year 9999, though no filter lets it pass.",
    f"{LIST} | {LIST}?afterDate=2026-01-01T00:00:00Z",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        message["date"] = message.get("date") or "9999-12-31T23:59:59.999Z"

    return inner(edited(value, edit), kind, root)  # type: ignore[no-any-return]
