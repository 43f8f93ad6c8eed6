"""Faults of the twenty-seventh set in how bodies are written and labelled."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

MARK = "\ue000"


def replaced(value: Any, old: str, new: str) -> Any:
    """Replace something in every text of a value."""
    if isinstance(value, dict):
        return {key: replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, old, new) for item in value]
    return value.replace(old, new) if isinstance(value, str) else value


@fault(
    1565,
    "format",
    "In CSV the cell is put in quotes, but the quotes inside it are not doubled.",
    "GET /conversations.csv cannot be read back as one cell",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "csv" or root != ROOT or not value:
        return text
    head, _, line = text.partition("\r\n")
    cell = line.removesuffix("\r\n")
    return f'{head}\r\n"{cell[1:-1].replace(chr(34) * 2, chr(34))}"\r\n'


@fault(
    1566,
    "format",
    "In JSV a quote inside a text is written with a backslash as in JSON, and not doubled.",
    'GET /conversations.jsv has The \\"early\\" slot',
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsv":
        return str(inner(value, kind, root))
    return str(inner(replaced(value, '"', MARK), kind, root)).replace(MARK, '\\"')


@fault(
    1567,
    "format",
    "The dots in the name of a callback become underscores, so that another function is called.",
    "GET /conversations?callback=app.rows.show calls app_rows_show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        name, bracket, rest = answer.body.partition("(")
        answer.body = name.replace(".", "_") + bracket + rest
    return answer


@fault(
    1568,
    "format",
    "In XML an emoji is written as two references to surrogates, which no parser accepts.",
    "GET /conversations.xml is not well-formed",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "xml":
        return text
    parts: list[str] = []
    for char in text:
        rest = ord(char) - 0x10000
        pair = f"&#{0xD800 + (rest >> 10)};&#{0xDC00 + (rest & 0x3FF)};"
        parts.append(char if rest < 0 else pair)
    return "".join(parts)


@fault(
    1595,
    "format",
    "Where a suffix decides the format the Content-Type is still made from the Accept header.",
    "GET /conversations.csv with Accept: application/json is CSV labelled as JSON",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.way == "suffix" and not ask.callback:
        answer.media(wire.MEDIA[wire.negotiate(ask.header("accept"), ask.kind)])
    return answer
