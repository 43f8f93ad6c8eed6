"""Fourth faults of formats and of members."""

import re
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

BRACKETED = re.compile(r'"([^":,\r\n]*[\[\]{}][^":,\r\n]*)"')


@fault(
    285,
    "format",
    "XML takes line breaks in a text for layout, and writes a space.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        if message.get("text"):
            message["text"] = message["text"].replace("\n", " ")

    return str(inner(edited(value, edit) if kind == "xml" else value, kind, root))


@fault(
    286,
    "format",
    "JSV leaves a text with brackets or braces without quotes.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return BRACKETED.sub(r"\1", text) if kind == "jsv" else text


@fault(
    287,
    "format",
    "CSV is guarded against formulas: a value that starts with + has an apostrophe before it.",
    "ana GET /conversations.csv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        for place in (row, message):
            for name, each in place.items():
                if isinstance(each, str) and each.startswith(("+", "=", "-", "@")):
                    place[name] = "'" + each

    return str(inner(edited(value, edit) if kind == "csv" else value, kind, root))


@fault(
    288,
    "format",
    "JSON Lines knows no characters beyond the first plane: two question marks stand for one.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub(r"[\U00010000-\U0010ffff]", "??", text) if kind == "jsonl" else text


@fault(
    289,
    "format",
    "A media type with a parameter after it is not known: the answer is a page.",
    "ana GET /conversations accept=application/json;charset=utf-8",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and ";" in ask.header("accept")[0].split(",")[0]:
        ask.kind = "html"


@fault(
    290,
    "format",
    "`?format=` wins over the suffix.",
    f"{LIST}?format=xml",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "suffix" and ask.given("format") in wire.MEDIA:
        ask.kind = ask.given("format")


@fault(
    291,
    "format",
    "The name of a callback ends at its first dot.",
    f"{LIST}?callback=app.show",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.partition(".")[0]


@fault(
    292,
    "format",
    "CSV without rows is an empty body.",
    "ana GET /conversations.csv?afterDate=2027-01-01",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    if kind == "csv" and value.get("conversations") == []:
        return ""
    return str(inner(value, kind, root))


@fault(
    293,
    "format",
    "JSON says that it is Latin-1, and is UTF-8.",
    LIST,
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ("Content-Type", wire.MEDIA["json"]) in answer.headers:
        answer.media("application/json; charset=iso-8859-1")
    return answer


@fault(
    294,
    "format",
    "XML declares UTF-16, and is UTF-8.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('encoding="utf-8"', 'encoding="utf-16"') if kind == "xml" else text


@fault(
    295,
    "member",
    "JSON writes an empty text for a customer that is not there; the other formats write none.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        message["customerId"] = message.get("customerId") or ""

    return str(inner(edited(value, edit) if kind == "json" else value, kind, root))


@fault(
    296,
    "member",
    "JSON writes `isUnread` of incoming messages as a text.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        if message.get("direction") == "Incoming":
            message["isUnread"] = str(message["isUnread"]).lower()

    return str(inner(edited(value, edit) if kind == "json" else value, kind, root))


@fault(
    297,
    "member",
    "E-mail comes from another store, whose directions have other names.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        if "@" in row["otherAddress"] and message:
            message["direction"] = "Inbound" if message["direction"] == "Incoming" else "Outbound"

    return str(inner(edited(value, edit), kind, root))


@fault(
    298,
    "member",
    "Where an endpoint has no name, its message has the account's id as `endpointId`.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        if message and not message["endpointDisplayName"]:
            message["endpointId"] = message["accountId"]

    return str(inner(edited(value, edit), kind, root))


@fault(
    299,
    "member",
    "A row whose message is unread has a further member, a count.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        if message.get("isUnread"):
            row["unreadCount"] = 1

    return str(inner(edited(value, edit), kind, root))


@fault(
    300,
    "member",
    "The message's `otherAddress` has lost its plus sign; the conversation's has it.",
    LIST,
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        if message:
            message["otherAddress"] = message["otherAddress"].lstrip("+")

    return str(inner(edited(value, edit), kind, root))
