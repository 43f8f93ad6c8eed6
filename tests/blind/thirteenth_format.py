"""Faults of the formats: what is written, and which one is chosen."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def halves(found: re.Match[str]) -> str:
    """A character beyond U+FFFF as references to the two halves of its UTF-16 form."""
    number = ord(found[0]) - 0x10000
    return f"&#{0xD800 + (number >> 10)};&#{0xDC00 + (number & 0x3FF)};"


@fault(
    894,
    "format",
    "XML writes an emoji as references to two surrogates, which no parser takes.",
    "GET /conversations.xml is not well formed.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r"[\U00010000-\U0010ffff]", halves, text) if kind == "xml" else text


@fault(
    895,
    "format",
    "XML says that it is UTF-16, as the text was in memory, and is sent as UTF-8.",
    "GET /conversations.xml?customerIds={c0} declares another encoding than its bytes have.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text


@fault(
    896,
    "format",
    "CSV puts a backslash before a quote inside the cell instead of doubling it.",
    "GET /conversations.csv, read by any CSV reader, gives a broken cell.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "csv" or root != ROOT or not value:
        return text
    head, _, cell = text.partition("\r\n")
    return f'{head}\r\n"' + cell[1:-3].replace('""', '\\"') + '"\r\n'


@fault(
    897,
    "format",
    "JSONP cuts the name of the function at its first dot.",
    "GET /conversations?callback=app.show calls app instead of app.show.",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    ask.callback = ask.callback.split(".")[0] or ask.callback
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    898,
    "format",
    "JSON Lines writes the line breaks of a text as they are, inside the string.",
    "GET /conversations.jsonl has a line that is no JSON.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return re.sub(r"(?<!\\)\\n", "\n", text) if kind == "jsonl" else text


@fault(
    899,
    "format",
    "A media type in Accept is known in lower case alone.",
    "GET /conversations with Accept: Application/Json is answered with a page.",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept":
        firsts = [line.split(",")[0].split(";")[0] for line in ask.header("accept")]
        ask.kind = wire.negotiate([first for first in firsts if first == first.lower()])


@fault(
    900,
    "format",
    "XML writes a list without rows as nil, as if the service had failed.",
    "GET /conversations.xml?afterDate=2031-01-01T00:00:00Z has Conversations with i:nil.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and value == {"conversations": []}:
        value = {"conversations": None}
    return str(inner(value, kind, root))
