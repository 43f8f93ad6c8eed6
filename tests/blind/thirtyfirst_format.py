"""Faults 1728 to 1733: how bodies are written in XML, CSV and JSON Lines."""

from tests.blind import dates, wire
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.thirtyfirst_date import EPOCH

MILLISECOND = dates.SECOND // 1000
CELL = 32_767


def shared(value: wire.Value, root: str) -> bool:
    """Whether a body lists conversations."""
    return root == ROOT and bool(value.get("conversations"))


def references(character: str) -> str:
    """A character as references to its UTF-16 units."""
    data = character.encode("utf-16-be")
    return "".join(f"&#x{data[at : at + 2].hex().upper()};" for at in range(0, len(data), 2))


@fault(
    1728,
    "format",
    "XML writes an emoji as two character references, one for each half of its surrogate pair.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "xml":
        return text
    return "".join(references(c) if ord(c) > 0xFFFF else c for c in text)


@fault(
    1729,
    "format",
    "XML marks an empty text as nil, while the other formats say that it is empty.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("<Text />", '<Text i:nil="true" />') if kind == "xml" else text


@fault(
    1730,
    "format",
    "XML is written through a StringWriter: it declares UTF-16 and is sent as UTF-8.",
    "ana GET /conversations?format=xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text


def guarded(value: wire.Value) -> wire.Value:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    if isinstance(value, dict):
        return {key: guarded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@") else value


@fault(
    1731,
    "format",
    "A guard against formulas in spreadsheets puts an apostrophe before each phone number in CSV.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(guarded(value) if kind == "csv" else value, kind, root))


@fault(
    1732,
    "format",
    "A cell of CSV ends at 32,767 characters, as many as Excel takes; the rest is lost.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "csv" or not shared(value, root):
        return text
    cell = wire.jsv(wire.without_nulls(value["conversations"]))
    return "Conversations\r\n" + wire.cell_of(cell[:CELL]) + "\r\n" if len(cell) > CELL else text


@fault(
    1733,
    "format",
    "JSON Lines writes dates as numbers of milliseconds since 1970, as a data frame's export does.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsonl" or not shared(value, root):
        return str(inner(value, kind, root))
    rows = []
    for row in value["conversations"]:
        message = row["mostRecentMessage"]
        ticks = dates.row_ticks((message or {}).get("date"))
        if ticks is not None:
            row = {**row, "mostRecentMessage": {**message, "date": (ticks - EPOCH) // MILLISECOND}}
        rows.append(row)
    return str(inner({"conversations": rows}, kind, root))
