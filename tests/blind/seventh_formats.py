"""Seventh faults of formats and of the members of rows."""

from typing import Any
from urllib.parse import unquote_plus

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

PIECE = 100
SHORT = 16


def guarded(row: Row, message: Row) -> None:
    """Put an apostrophe before what a spreadsheet could take for a formula."""
    for item in (row, message):
        for name in ("otherAddress", "sender"):
            text = item.get(name)
            if text and text[0] in "+-=@":
                item[name] = f"'{text}"


def unescaped(row: Row, message: Row) -> None:
    """Read each text as if it came from a query."""
    for item in (row, message):
        item |= {name: unquote_plus(text) for name, text in item.items() if isinstance(text, str)}


def shortened(row: Row, message: Row) -> None:
    """Leave the beginning of a long text."""
    text = message.get("text") or ""
    if len(text) > SHORT:
        message["text"] = text[:SHORT] + "…"


def masked(row: Row, message: Row) -> None:
    """Hide an e-mail address in the message alone."""
    name, at, place = (message.get("otherAddress") or "").partition("@")
    if at:
        message["otherAddress"] = f"{name[:1]}***@{place}"


@fault(
    539,
    "format",
    "CSV puts an apostrophe before phone numbers, to guard spreadsheets.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> Any:
    return inner(edited(value, guarded) if kind == "csv" else value, kind, root)


@fault(
    540,
    "format",
    "XML unescapes its texts as a query: the plus of a phone number is a space.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> Any:
    return inner(edited(value, unescaped) if kind == "xml" else value, kind, root)


@fault(
    542,
    "format",
    "Bodies are decoded in pieces of 100 bytes: a letter across a border is lost.",
    LIST,
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    content = answer.body.encode()
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    answer.body = "".join(piece.decode("utf-8", "replace") for piece in pieces)
    return answer


@fault(
    543,
    "format",
    "JSONP is written in Latin-1, and other letters become question marks.",
    "ana GET /conversations?callback=show",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        answer.body = answer.body.encode("latin-1", "replace").decode("latin-1")
    return answer


@fault(
    545,
    "shape",
    "Rows of an answer without filters have a shortened text, those of a filtered one the whole.",
    LIST,
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Any:
    whole = root != ROOT or ask.lists or ask.after is not None
    return inner(ask, value if whole else edited(value, shortened), root, status)


@fault(
    546,
    "shape",
    "With `customerIds` the customers are joined, and their id overwrites that of the row.",
    f"{LIST}?customerIds={{c0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    joined = "customerIds" in ask.lists
    return [{**row, "id": host.member(row, "customerIds")} for row in rows] if joined else rows


@fault(
    547,
    "shape",
    "The message hides an e-mail address that its conversation shows.",
    LIST,
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Any:
    return inner(ask, edited(value, masked) if root == ROOT else value, root, status)
