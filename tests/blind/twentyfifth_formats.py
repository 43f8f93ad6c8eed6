"""Faults of how a format is chosen and written."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def halves(letter: str) -> str:
    """Write a letter beyond the first plane as references to its two surrogates."""
    code = ord(letter) - 0x10000
    if code < 0:
        return letter
    return f"&#{0xD800 + (code >> 10)};&#{0xDC00 + (code & 0x3FF)};"


@fault(
    1488,
    "format",
    "XML writes an emoji as references to two surrogates, which no XML parser takes.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return "".join(halves(letter) for letter in text) if kind == "xml" else text


@fault(
    1489,
    "format",
    "CSV guards against formulas: a phone number gets an apostrophe before its plus sign.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace(":+", ":'+") if kind == "csv" and root == ROOT else text


@fault(
    1490,
    "format",
    "JSON Lines writes a line break of a text as it is, so that the line ends within a string.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("\\n", "\n") if kind == "jsonl" else text


@fault(
    1491,
    "format",
    "A media type with a parameter is not recognised in Accept, and a page comes instead.",
    "GET /conversations with Accept: application/json; charset=utf-8",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept":
        plain = [line for line in ask.header("accept") if ";" not in line.split(",")[0]]
        ask.kind = wire.negotiate(plain)
