"""Faults of the twentieth set: formats."""

import json
from collections.abc import Callable

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def retold(value: wire.Value, change: Callable[[str], str | None]) -> wire.Value:
    """The same answer with the texts of its messages changed."""
    if not value.get("conversations"):
        return value
    rows = []
    for row in value["conversations"]:
        message = row["mostRecentMessage"]
        if message and message["text"] is not None:
            row = {**row, "mostRecentMessage": {**message, "text": change(message["text"])}}
        rows.append(row)
    return {"conversations": rows}


@fault(
    1291,
    "format",
    "In CSV a line break inside a text becomes a space.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv":
        value = retold(value, lambda text: text.replace("\n", " "))
    return str(inner(value, kind, root))


@fault(
    1292,
    "format",
    "In JSV texts are escaped as in JSON before they are quoted, so that backslashes come in.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv":
        value = retold(value, lambda text: json.dumps(text, ensure_ascii=False)[1:-1])
    return str(inner(value, kind, root))


@fault(
    1293,
    "format",
    "In XML a character beyond U+FFFF is written as references to two surrogates: no XML.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "xml":
        return text
    parts = []
    for character in text:
        if ord(character) > 0xFFFF:
            high, low = divmod(ord(character) - 0x10000, 0x400)
            character = f"&#{0xD800 + high};&#{0xDC00 + low};"
        parts.append(character)
    return "".join(parts)


@fault(
    1294,
    "format",
    "JSONP calls the last part alone of a function's name that has a dot.",
    "GET /conversations?callback=app.load",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    whole = ask.callback
    ask.callback = whole.rpartition(".")[2] or whole
    answer: Answer = inner(ask, value, root, status)
    ask.callback = whole
    return answer


@fault(
    1295,
    "format",
    "In XML an empty text is written as null, with i:nil.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml":
        value = retold(value, lambda text: text or None)
    return str(inner(value, kind, root))
