"""Fifth faults of the formats, and of the members of a row."""

import html
import re
from typing import Any

from tests.blind import wire
from tests.blind.dates import DAY, row_ticks
from tests.blind.exchange import Answer, Ask
from tests.blind.fifth_common import crash
from tests.blind.fourth_common import LIST, edited, ticks
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = ticks("1970-01-01")


@fault(
    389,
    "format",
    "XML writes a question mark for a character beyond the basic plane.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub("[\U00010000-\U0010ffff]", "?", text) if kind == "xml" else text


@fault(390, "format", "CSV loses line breaks in texts.", "ana GET /conversations.csv", at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        if message.get("text"):
            message["text"] = message["text"].replace("\n", "")

    return str(inner(edited(value, edit) if kind == "csv" else value, kind, root))


@fault(
    391,
    "format",
    "JSV puts a backslash before a quote instead of doubling it.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r'(?<=[^:,\[])""', r'\\"', text) if kind == "jsv" else text


@fault(
    392,
    "format",
    "JSON Lines are sent as JSON.",
    "ana GET /conversations accept=text/jsonl",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "jsonl":
        answer.media(wire.MEDIA["json"])
    return answer


@fault(
    393,
    "format",
    "The parameter `format` wins over a suffix.",
    "ana GET /conversations.json?format=xml",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "suffix":
        ask.kind = ask.given("format") if ask.given("format") in wire.MEDIA else ask.kind


@fault(
    394,
    "format",
    "The Accept header wins over the parameter `format`.",
    "ana GET /conversations?format=csv accept=application/json",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "format":
        ask.kind = wire.negotiate(ask.header("accept"), ask.kind)


@fault(
    395,
    "format",
    "Who accepts JSV gets JSON that is called JSV.",
    "ana GET /conversations accept=application/jsv",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if (ask.kind, ask.way) == ("jsv", "accept"):
        answer.body = host.write(value, "json", root)
    return answer


@fault(
    396,
    "format",
    "JSON that `format` asks for is encoded in UTF-8 twice.",
    "ana GET /conversations?format=json",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if (ask.kind, ask.way) == ("json", "format"):
        answer.body = answer.body.encode().decode("latin-1")
    return answer


@fault(397, "format", "JSON has its texts escaped as for HTML.", LIST, at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        message["text"] = html.escape(message.get("text") or "") or message.get("text")

    return str(inner(edited(value, edit) if kind == "json" else value, kind, root))


@fault(
    398,
    "format",
    "XML writes a null as an empty text.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    plain = kind == "xml" and root == ROOT and value
    return text.replace(' i:nil="true"', "") if plain else text


@fault(399, "format", "A body of JSON ends after 32 KiB.", LIST, at="answer")
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    answer.body = answer.body[:32_768] if ask.kind == "json" else answer.body
    return answer


@fault(
    400,
    "format",
    "CSV and JSV have no body where there are no rows.",
    "ana GET /conversations.csv?endpointIds=5f8e6a1e0000000000000000",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind in ("csv", "jsv") and value == {"conversations": []}:
        answer.body = ""
    return answer


@fault(
    401,
    "format",
    "JSON shows a single row without the list around it.",
    LIST + "?endpointIds={e32}",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    rows = value.get("conversations")
    alone = kind == "json" and rows and len(rows) == 1
    return str(inner({"conversations": rows[0]} if alone else value, kind, root))


@fault(
    402,
    "format",
    "A `format` that is none is a failure.",
    "ana GET /conversations?format=yaml accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.given("format") and ask.given("format").lower() not in wire.MEDIA:
        raise crash(host, ask)


@fault(403, "member", "A mail that came in has the direction `Inbound`.", LIST, at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        if "@" in (row["otherAddress"] or "") and message.get("direction") == "Incoming":
            row["mostRecentMessage"] = {**message, "direction": "Inbound"}

    return str(inner(edited(value, edit), kind, root))


@fault(404, "member", "The id of a message is the database's object.", LIST, at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        message["id"] = {"$oid": message.get("id")}

    return str(inner(edited(value, edit) if kind in ("json", "jsonl") else value, kind, root))


@fault(405, "member", "Rows from the archive have their date as a number.", LIST, at="write")
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        when = row_ticks(message.get("date"))
        if when is not None and when < ticks("2025-07-01"):
            message["date"] = (when - EPOCH) * 86_400_000 // DAY

    return str(inner(edited(value, edit), kind, root))


@fault(406, "member", "A row's number has lost its plus sign.", LIST, at="select")
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    return [{**row, "otherAddress": row["otherAddress"].lstrip("+")} for row in inner(ask)]


@fault(407, "member", "Threads with a mail address are listed twice.", LIST, at="select")
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    return [row for row in inner(ask) for _ in range(1 + ("@" in row["otherAddress"]))]


@fault(
    408,
    "member",
    "Who asks by customer gets messages without their account.",
    LIST + "?customerIds={c0}",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    def edit(_row: Row, message: Row) -> None:
        message["accountId"] = None

    if "customerIds" in ask.lists:
        value = edited(value, edit)
    answer: Answer = inner(ask, value, root, status)
    return answer
