"""Faults of the set `nineteenth`: how an answer is written."""

import html
from collections.abc import Callable
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__ = ["retold"]


def retold(value: wire.Value, change: Callable[[dict[str, Any]], dict[str, Any]]) -> wire.Value:
    """The rows with other messages: what `change` gives takes the place of their members."""
    rows = [
        {**row, "mostRecentMessage": message and {**message, **change(message)}}
        for row in value["conversations"]
        for message in [row["mostRecentMessage"]]
    ]
    return {**value, "conversations": rows}


@fault(
    1235,
    "format",
    "XML writes the other address as the sender where a message has no sender.",
    "GET /conversations.xml, beside GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and value.get("conversations"):
        value = retold(
            value, lambda message: {"sender": message["sender"] or message["otherAddress"]}
        )
    return str(inner(value, kind, root))


@fault(
    1236,
    "format",
    "CSV knows the characters of Latin-1 alone; any other is a question mark.",
    "GET /conversations.csv, beside GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.encode("latin-1", "replace").decode("latin-1") if kind == "csv" else text


@fault(
    1237,
    "format",
    "With callback the texts are escaped for HTML: & is &amp; and < is &lt;.",
    "GET /conversations?callback=cb, beside GET /conversations.json",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    if ask.callback and root == ROOT and value.get("conversations"):
        value = retold(
            value,
            lambda message: {"text": message["text"] and html.escape(message["text"], quote=False)},
        )
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    1238,
    "format",
    "JSON Lines cuts the milliseconds off every date.",
    "GET /conversations.jsonl, beside GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsonl" and root == ROOT and value.get("conversations"):
        value = retold(
            value, lambda message: {"date": message["date"] and message["date"][:19] + "Z"}
        )
    return str(inner(value, kind, root))


@fault(
    1239,
    "format",
    "JSV writes the direction as the number behind it.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv" and root == ROOT and value.get("conversations"):
        value = retold(
            value,
            lambda message: {"direction": ["Incoming", "Outgoing"].index(message["direction"])},
        )
    return str(inner(value, kind, root))


@fault(
    1240,
    "format",
    "?format=csv loses against an Accept of JSON.",
    "GET /conversations?format=csv with Accept: application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    chosen = ask.way == "format" and ask.kind == "csv"
    if chosen and wire.negotiate(ask.header("accept")) == "json":
        ask.kind, ask.way = "json", "accept"
