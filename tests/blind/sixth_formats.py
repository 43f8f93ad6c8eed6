"""Sixth faults of the formats, and of the members of a row."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

LONGEST_CELL = 32_767


@fault(479, "format", "XML escapes an ampersand twice.", "ana GET /conversations.xml", at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace("&amp;", "&amp;amp;") if kind == "xml" else text


@fault(
    480,
    "format",
    "A cell of CSV ends at the length that a spreadsheet takes, in the middle of a row.",
    "ana GET /conversations.csv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    if kind != "csv" or not value.get("conversations"):
        return str(inner(value, kind, root))
    cell = wire.jsv(wire.without_nulls(value["conversations"]))[:LONGEST_CELL]
    return f"Conversations\r\n{wire.cell_of(cell)}\r\n"


@fault(
    481,
    "format",
    "JSON Lines leave out the rows that lack a member which the first row has.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    rows = value.get("conversations")
    if kind == "jsonl" and rows:
        members = [
            {name for name, item in (row["mostRecentMessage"] or {}).items() if item is not None}
            for row in rows
        ]
        kept = [row for row, names in zip(rows, members, strict=True) if members[0] <= names]
        value = {"conversations": kept}
    return str(inner(value, kind, root))


@fault(
    482,
    "format",
    "JSV puts a backslash before a quote instead of doubling it.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace('""', '\\"') if kind == "jsv" else text


@fault(
    483,
    "format",
    "JSONP calls only what stands behind the last dot of the function's name.",
    "ana GET /conversations?callback=app.rows.show",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        name, mark, rest = answer.body.partition("(")
        answer.body = name.rpartition(".")[2] + mark + rest
    return answer


@fault(
    484,
    "format",
    "A media type in Accept that has a parameter is not known, and a page comes.",
    "ana GET /conversations accept=application/json;charset=utf-8",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and any(";" in line.split(",")[0] for line in ask.header("accept")):
        ask.kind = "html"


@fault(
    485,
    "member",
    "The other side of a message that went out is our own address.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        if message.get("direction") == "Outgoing" and message["sender"]:
            message["otherAddress"] = message["sender"]

    return str(inner(edited(value, edit), kind, root))
