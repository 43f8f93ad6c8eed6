"""Faults of the set `twentythird` in the formats: declarations, guards, names, negotiation."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def guarded(value: wire.Value) -> wire.Value:
    """Keep a spreadsheet from reading a text as a formula."""
    if isinstance(value, dict):
        return {key: guarded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


@fault(
    1403,
    "format",
    "XML is built in a string: it declares UTF-16, and is sent in UTF-8.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text


@fault(
    1404,
    "format",
    "CSV guards against formulas: an apostrophe stands before each text that begins with a plus, "
    "so before phone numbers.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    shown = guarded(value) if kind == "csv" and root == ROOT else value
    return str(inner(shown, kind, root))


@fault(
    1405,
    "format",
    "The name of the callback is cleaned of dots: `app.load` is called as `appload`.",
    "GET /conversations.json?callback=app.load",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.replace(".", "")


@fault(
    1406,
    "format",
    "A media type in Accept that has a parameter, such as q=0.9, is not recognised: a page comes.",
    "GET /conversations with Accept: application/json;q=0.9",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept":
        lines = [line for line in ask.header("accept") if ";" not in line.split(",")[0]]
        ask.kind = wire.negotiate(lines)
