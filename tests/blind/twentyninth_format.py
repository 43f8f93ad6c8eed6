"""Faults of the twenty-ninth set: formats."""

from typing import Any

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def halves(character: str) -> str:
    """A character beyond the first plane as two references, one a surrogate."""
    code = ord(character)
    if code < 0x10000:
        return character
    code -= 0x10000
    return f"&#x{0xD800 + (code >> 10):X};&#x{0xDC00 + (code & 0x3FF):X};"


@fault(
    1645,
    "format",
    "XML writes an emoji as two references to surrogates, which is not well formed.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return "".join(halves(each) for each in text) if kind == "xml" else text


@fault(
    1646,
    "format",
    "The name of a JSONP callback is cut after 32 characters, and jQuery's are longer.",
    "GET /conversations?callback=jQuery36004571920384756102_1772300000123",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback[:32]


def guarded(value: Any) -> Any:
    """A value with an apostrophe before what a spreadsheet might take for a formula."""
    if isinstance(value, dict):
        return {key: guarded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("+=-@") else value


@fault(
    1647,
    "format",
    "CSV puts an apostrophe before each phone number, as a guard against formulas.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(guarded(value) if kind == "csv" else value, kind, root))


@fault(
    1648,
    "format",
    "A browser, known by its User-Agent, gets the page whatever its Accept header asks for.",
    "GET /conversations with Accept: application/json and User-Agent: Mozilla/5.0 ...",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    agent = "".join(ask.header("user-agent"))
    if ask.way == "accept" and agent.startswith("Mozilla/"):
        ask.kind = "html"
