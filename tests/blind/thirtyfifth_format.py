"""Faults of the formats in one place."""

import json

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault


@fault(
    1888,
    "format",
    "A filter against script injection escapes the texts before the XML writer escapes them"
    " again: a client reads `&amp;` where the message has an ampersand.",
    "ana GET /conversations.xml",
    at="write",
)
def escaped_twice(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace("&", "&amp;") if kind == "xml" else text


@fault(
    1889,
    "format",
    "The CSV is made by a StreamWriter in the code page that Excel was said to need; what Latin-1"
    " does not have becomes a question mark.",
    "ana GET /conversations.csv",
    at="write",
)
def code_page(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.encode("latin-1", "replace").decode("latin-1") if kind == "csv" else text


def backslashed(value: wire.Value) -> str:
    """JSV with quotes escaped as in JSON."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{backslashed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(backslashed(item) for item in value) + "]"
    text = str(value)
    if not text or wire.QUOTED & set(text):
        return '"' + text.replace('"', '\\"') + '"'
    return text


@fault(
    1890,
    "format",
    "The JSV writer was refactored to share its quoting with the JSON writer: a quote inside a"
    " text has a backslash before it instead of being doubled.",
    "ana GET /conversations.jsv",
    at="write",
)
def shared_quoting(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv" and root == ROOT:
        return backslashed(wire.without_nulls(value))
    return str(inner(value, kind, root))


@fault(
    1891,
    "format",
    "Somebody switched the serializer to indented output while debugging, and JSON Lines uses the"
    " same settings: one value goes over many lines, none of which is JSON.",
    "ana GET /conversations.jsonl",
    at="write",
)
def indented_lines(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind == "jsonl":
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    return text


@fault(
    1892,
    "format",
    "A new middleware looks for `?format=` before the routes are matched and fixes the answer's"
    " type; the suffix, which is read later, no longer wins.",
    "ana GET /conversations.json?format=xml",
    at="read",
)
def format_first(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind, ask.way = wanted, "format"


@fault(
    1893,
    "format",
    "The wrapping in a callback moved to a filter that changes the body alone; the media type"
    " was set before it and still says JSON.",
    "ana GET /conversations?callback=show",
    at="answer",
)
def wrapped_as_json(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and ask.kind == "json":
        answer.media(wire.MEDIA["json"])
    return answer
