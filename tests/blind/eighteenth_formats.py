"""Faults of the eighteenth set: formats and media types."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def with_messages(value: wire.Value, change: dict[str, Any]) -> wire.Value:
    """Change members of each newest message; each of `change` maps an old value to a new one."""
    rows: list[Row] = []
    for row in value.get("conversations") or []:
        message = row["mostRecentMessage"]
        if message:
            new = {key: change[key](item) for key, item in message.items() if key in change}
            message = {**message, **new}
        rows.append({**row, "mostRecentMessage": message})
    return {**value, "conversations": rows}


@fault(
    1174,
    "format",
    "XML escapes an ampersand twice.",
    "GET /conversations.xml, beside /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("&", "&amp;") if kind == "xml" and root == ROOT else text


@fault(
    1175,
    "format",
    "In CSV a line break inside a text becomes a blank.",
    "GET /conversations.csv, beside /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv" and root == ROOT and value:
        value = with_messages(value, {"text": lambda text: text and text.replace("\n", " ")})
    return str(inner(value, kind, root))


def undoubled(value: wire.Value) -> str:
    """JSV that forgets to double a quote inside quotes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{undoubled(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(undoubled(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) and '"' in value else wire.jsv(value)


@fault(
    1176,
    "format",
    "JSV does not double a quote inside a quoted text.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv" and root == ROOT:
        return undoubled(wire.without_nulls(value))
    return str(inner(value, kind, root))


@fault(
    1177,
    "format",
    "JSON Lines writes `direction` as a number.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsonl" and root == ROOT and value:
        value = with_messages(value, {"direction": ["Incoming", "Outgoing"].index})
    return str(inner(value, kind, root))


@fault(
    1178,
    "format",
    "`format` in the query wins over the suffix.",
    "GET /conversations.json?format=xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind, ask.way = wanted, "format"


@fault(
    1179,
    "format",
    "An answer that is wrapped in a call is sent as application/json.",
    "GET /conversations?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and ask.kind == "json" and root == ROOT:
        answer.media(wire.MEDIA["json"])
    return answer


@fault(
    1180,
    "format",
    "XML writes a text that is empty as nil.",
    "GET /conversations.xml, beside /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and value:
        value = with_messages(value, {"text": lambda text: text or None})
    return str(inner(value, kind, root))


@fault(
    1212,
    "format",
    "The headers of a CSV answer are not cleared: the next answer in another format has its"
    " Content-Disposition.",
    "GET /conversations.csv, then GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv":
        host.memory["left"] = [p for p in answer.headers if p[0] == "Content-Disposition"]
    else:
        answer.headers += host.memory.pop("left", [])
    return answer
