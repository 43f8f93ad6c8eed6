"""The twenty-second set: formats that are chosen or written wrong."""

import re
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def halves(found: re.Match[str]) -> str:
    """Two references for a character beyond 16 bits."""
    beyond = ord(found[0]) - 0x10000
    return f"&#x{0xD800 + (beyond >> 10):X};&#x{0xDC00 + (beyond & 0x3FF):X};"


@fault(
    1363,
    "format",
    "XML writes a character beyond 16 bits as two references, one a half, which is not XML.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub("[\U00010000-\U0010ffff]", halves, text) if kind == "xml" else text


@fault(
    1364,
    "format",
    "JSV fills one object again and again: a member that is null has the value of the row before.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsv" or root != ROOT or not value:
        return str(inner(value, kind, root))
    reused: dict[str, Any] = {}
    rows: list[Any] = []
    for row in value["conversations"]:
        message = row["mostRecentMessage"] or {}
        reused |= {key: item for key, item in message.items() if item is not None}
        rows.append({**row, "mostRecentMessage": {key: reused.get(key) for key in message}})
    return str(inner({"conversations": rows}, kind, root))


@fault(
    1365,
    "format",
    "A media type in Accept that has a parameter is not known, and the answer is a page.",
    "GET /conversations with Accept: application/json;q=0.9",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept":
        firsts = [line.split(",")[0] for line in ask.header("accept")]
        ask.kind = wire.negotiate([first for first in firsts if ";" not in first])
