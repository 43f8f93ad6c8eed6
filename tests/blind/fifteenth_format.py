"""Faults of the formats: XML, CSV, JSV, JSONP, and how one is asked for."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def halves(char: str) -> str:
    """Write a character beyond U+FFFF as two references, one for each surrogate."""
    code = ord(char) - 0x10000
    return f"&#{0xD800 + (code >> 10)};&#{0xDC00 + (code & 0x3FF)};"


@fault(
    1008,
    "format",
    "XML has an emoji as references to its two surrogates, which no XML parser takes.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "xml":
        return text
    return "".join(halves(char) if ord(char) > 0xFFFF else char for char in text)


def tamed(value: wire.Value) -> wire.Value:
    """Put an apostrophe before what a spreadsheet might take for a formula."""
    if isinstance(value, dict):
        return {key: tamed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tamed(item) for item in value]
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


@fault(
    1009,
    "format",
    "In CSV an apostrophe is put before each phone number, as a guard against formulas.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(tamed(value) if kind == "csv" else value, kind, root))


@fault(
    1010,
    "format",
    "A dot in the name of the callback becomes an underscore, so that another function is called.",
    "GET /conversations?callback=app.show",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.replace(".", "_")


@fault(
    1011,
    "format",
    "A media type in Accept that has a parameter is not recognised, and a page is sent.",
    "GET /conversations with Accept: application/json; charset=utf-8",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept":
        lines = [line for line in ask.header("accept") if ";" not in line.split(",")[0]]
        ask.kind = wire.negotiate(lines)


def escaped(value: wire.Value) -> str:
    """JSV, but with quotes escaped as JSON does."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{escaped(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(escaped(item) for item in value) + "]"
    if isinstance(value, str) and '"' in value:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return wire.jsv(value)


@fault(
    1012,
    "format",
    "JSV escapes a quote inside a text with a backslash instead of doubling it.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv":
        return escaped(wire.without_nulls(value))
    return str(inner(value, kind, root))
