"""Faults of the fourteenth set: formats and their choice."""

import re
from collections.abc import Callable

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def changed(value: wire.Value, change: Callable[[str], str]) -> wire.Value:
    """A value with each text in it changed."""
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


@fault(
    954,
    "format",
    "In JSV a quote inside a text is written with a backslash before it instead of doubled.",
    'GET /conversations.jsv has text:"The \\"early\\" slot, I mean"',
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsv":
        return str(inner(value, kind, root))
    marked = changed(value, lambda text: text.replace('"', "\ue000"))
    return str(inner(marked, kind, root)).replace("\ue000", '\\"')


@fault(
    955,
    "format",
    "In XML a text that is empty is written as one that is null.",
    'GET /conversations.xml has <Text i:nil="true" /> where JSON has "text":""',
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return body.replace("<Text />", '<Text i:nil="true" />') if kind == "xml" else body


@fault(
    956,
    "format",
    "In CSV a value that begins with a plus gets an apostrophe before it, against spreadsheets.",
    "GET /conversations.csv has otherAddress:'+1503555...",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv":
        value = changed(value, lambda text: "'" + text if text.startswith("+") else text)
    return str(inner(value, kind, root))


@fault(
    957,
    "format",
    "In JSON Lines the line breaks inside a text become spaces.",
    "GET /conversations.jsonl has the text 'First line second line'",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsonl":
        value = changed(value, lambda text: re.sub(r"[\r\n]+", " ", text))
    return str(inner(value, kind, root))


@fault(
    958,
    "format",
    "An Accept header whose media type has a parameter is not recognised, and gets the page.",
    "GET /conversations with Accept: application/json; charset=utf-8 is text/html",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and any(";" in line.split(",")[0] for line in ask.header("accept")):
        ask.kind = "html"


@fault(
    959,
    "format",
    "The name of the callback is cut at its dot, so another function is called.",
    "GET /conversations?callback=app.onRows begins with app(",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.partition(".")[0] or ask.callback


@fault(
    960,
    "format",
    "In XML a character beyond the basic plane is written as references to its two surrogates.",
    "GET /conversations.xml has &#55357;&#56898; and is not well formed",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))

    def halves(found: re.Match[str]) -> str:
        over = ord(found[0]) - 0x10000
        return f"&#{0xD800 + (over >> 10)};&#{0xDC00 + (over & 0x3FF)};"

    return re.sub("[\U00010000-\U0010ffff]", halves, body) if kind == "xml" else body
