"""Faults in the formats and in how one is chosen."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

MARK = "\ue000"


def marked(value: Any) -> Any:
    """The same value with a mark for each quote in its texts."""
    if isinstance(value, dict):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return value.replace('"', MARK) if isinstance(value, str) else value


@fault(
    834,
    "format",
    "XML escapes texts twice, so that a client reads &amp; where there is an ampersand.",
    "GET /conversations.xml, a row whose text has an ampersand",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("&", "&amp;") if kind == "xml" else text


@fault(
    835,
    "format",
    "JSV writes a quote inside a text with a backslash instead of doubling it.",
    "GET /conversations.jsv, a row whose text has quotes",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsv":
        return str(inner(value, kind, root))
    return str(inner(marked(value), kind, root)).replace(MARK, '\\"')


@fault(
    836,
    "format",
    "JSON Lines has one conversation a line and no wrapper.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsonl" and root == ROOT and value:
        lines = [str(inner(row, "json", "")) for row in value["conversations"]]
        return "".join(line + "\n" for line in lines)
    return str(inner(value, kind, root))


@fault(
    837,
    "format",
    "CSV is written for a Western code page: each other character has become a question mark.",
    "GET /conversations.csv, a row whose text is Japanese or has an emoji",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.encode("latin-1", "replace").decode("latin-1") if kind == "csv" else text


@fault(
    838,
    "format",
    "The format parameter beats the suffix of the path.",
    "GET /conversations.json?format=xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind = wanted


@fault(
    839,
    "format",
    "The name of the callback is put in lower case, so that the script's function is not found.",
    "GET /conversations?callback=showRows",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.lower()


@fault(
    840,
    "format",
    "The XML declaration says UTF-16 although the bytes are UTF-8.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text
