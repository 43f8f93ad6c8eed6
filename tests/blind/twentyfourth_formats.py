"""Faults of the twenty-fourth set in the formats: which one is sent, and how it is written."""

import json
import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1447,
    "format",
    "The Accept header wins over ?format.",
    "GET /conversations?format=json with Accept: application/xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "format" and (kind := wire.negotiate(ask.header("accept"), "")):
        ask.kind, ask.way = kind, "accept"


@fault(
    1448,
    "format",
    "XML writes isUnread as True and False, which are no booleans of XML.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind == "xml":
        text = text.replace(">true</IsUnread>", ">True</IsUnread>")
        text = text.replace(">false</IsUnread>", ">False</IsUnread>")
    return text


@fault(
    1449,
    "format",
    "JSV does not quote a text that begins with a bracket, so that it reads as a list.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r'(?<=,text:)"(\[[^"]*)"(?=,)', r"\1", text) if kind == "jsv" else text


@fault(
    1450,
    "format",
    "With callback the function gets the bare list, without the wrapper `conversations`.",
    "GET /conversations.json?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and ask.kind == "json" and root == ROOT and "conversations" in value:
        name, _, rest = answer.body.partition("(")
        rows = json.loads(rest[:-1])["conversations"]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        answer.body = f"{name}({text})"
    return answer


@fault(
    1451,
    "format",
    "JSON Lines writes a line break in a text as it is, so that the line ends inside the text.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r"(?<!\\)\\n", "\n", text) if kind == "jsonl" else text
