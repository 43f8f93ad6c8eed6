"""Faults of the thirty-third set: how a format is chosen and written."""

import re

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault


def units(char: str) -> list[int]:
    """The two halves of a character beyond the first plane."""
    code = ord(char) - 0x10000
    return [0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)]


@fault(
    1808,
    "format",
    "CSV has a space for each line break inside a text: somebody's import reads line by line, so "
    "the export was made flat.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r"(?<!\r)\n", " ", text) if kind == "csv" else text


@fault(
    1809,
    "format",
    "XML writes a character beyond the first plane, an emoji for instance, as two references to "
    "its surrogates, as the writer goes by UTF-16 units; no parser reads that.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "xml":
        return text
    return re.sub(
        "[\U00010000-\U0010ffff]",
        lambda found: "".join(f"&#{unit};" for unit in units(found.group())),
        text,
    )


@fault(
    1810,
    "format",
    "JSON Lines are streamed unit by unit, and each half of an emoji is encoded on its own: the "
    "body is no UTF-8.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "jsonl":
        return text
    return re.sub(
        "[\U00010000-\U0010ffff]",
        lambda found: "".join(map(chr, units(found.group()))),
        text,
    )


@fault(
    1811,
    "format",
    "A media type with a parameter, as in `Accept: application/json;charset=utf-8`, is not known, "
    "as formats are looked up by the header's whole text; the answer is a page.",
    "ana GET /conversations accept=application/json;charset=utf-8",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and any(";" in line.split(",")[0] for line in ask.header("accept")):
        ask.kind = "html"


@fault(
    1812,
    "format",
    "`?format=` wins over the suffix: the filter that reads it was moved behind the routing, and "
    "so has the last word.",
    "ana GET /conversations.json?format=xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind = wanted
