"""Faults of the formats, of the set `twentyfirst`."""

import json
import re

from tests.blind import wire
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

DIRECTIONS = {"Incoming": 0, "Outgoing": 1}


def with_messages(value: wire.Value, **members: wire.Value) -> wire.Value:
    """Copy an answer; each of the members is a function of what the message had."""
    rows: list[Row] = []
    for row in value["conversations"]:
        message = row["mostRecentMessage"]
        if message:
            changed = {name: change(message.get(name)) for name, change in members.items()}
            message = {**message, **changed}
        rows.append({**row, "mostRecentMessage": message})
    return {"conversations": rows}


def halves(found: re.Match[str]) -> str:
    """One character as references to the two halves that UTF-16 has for it."""
    high, low = divmod(ord(found[0]) - 0x10000, 0x400)
    return f"&#{0xD800 + high};&#{0xDC00 + low};"


@fault(
    1324,
    "format",
    "XML writes a character beyond U+FFFF as two references to surrogates: it is not well formed.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub("[\U00010000-\U0010ffff]", halves, text) if kind == "xml" else text


@fault(
    1325,
    "format",
    "JSON Lines takes over the indents that JSON is written with: a line is no value.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "jsonl":
        return text
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@fault(
    1326,
    "format",
    "JSV writes the direction as the number that the enumeration has inside.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv" and root == ROOT and value:
        value = with_messages(value, direction=lambda text: DIRECTIONS[text])
    return str(inner(value, kind, root))


@fault(
    1327,
    "format",
    "XML writes a text that is empty as nil.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and value:
        value = with_messages(value, text=lambda text: text or None)
    return str(inner(value, kind, root))
