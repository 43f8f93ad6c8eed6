"""Faults of the thirtieth set: formats and negotiation."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def harmless(value: Any) -> Any:
    """The value with an apostrophe before whatever a spreadsheet takes for a formula."""
    if isinstance(value, dict):
        return {key: harmless(item) for key, item in value.items()}
    if isinstance(value, list):
        return [harmless(item) for item in value]
    return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@") else value


@fault(
    1683,
    "format",
    "XML is put on one line: a line break inside a text becomes a blank.",
    "GET /conversations.xml: the text 'First line\\nsecond line' has no line break any more.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("\n", " ") if kind == "xml" else text


@fault(
    1684,
    "format",
    "CSV puts an apostrophe before values like formulas, and so before each phone number.",
    "GET /conversations.csv: otherAddress is '+1503... with an apostrophe, in JSON without.",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(harmless(value) if kind == "csv" else value, kind, root)
    return text


@fault(
    1685,
    "format",
    "A media type in Accept is not known if it has a parameter.",
    "GET /conversations with Accept: application/json; charset=utf-8: a page comes.",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and ";" in ask.header("accept")[0].split(",")[0]:
        ask.kind = "html"


@fault(
    1686,
    "format",
    "Vary names Accept-Encoding and no longer Accept, though the answer differs by Accept.",
    "GET /conversations with Accept: application/json, then application/xml: see Vary.",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer
