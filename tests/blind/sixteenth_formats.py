"""Faults of the sixteenth set in how an answer is written, and in which format."""

import html
import json
import re
from collections.abc import Callable

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def with_texts(value: wire.Value, change: Callable[[str], str]) -> wire.Value:
    """The same value with other texts in it."""
    if isinstance(value, dict):
        return {key: with_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


@fault(
    1054,
    "format",
    "XML leaves out the characters beyond the first plane of Unicode, such as an emoji.",
    "GET /conversations.xml, against the texts in GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub("[\U00010000-\U0010ffff]", "", text) if kind == "xml" else text


@fault(
    1055,
    "format",
    "A quote inside a quoted text of JSV is not doubled.",
    'GET /conversations.jsv, with a row whose text is `The "early" slot, I mean`',
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsv":
        return str(inner(value, kind, root))
    marked = with_texts(value, lambda text: text.replace('"', "\ue000"))
    return str(inner(marked, kind, root)).replace("\ue000", '"')


@fault(
    1056,
    "format",
    "A guard against formulas puts an apostrophe before each value of CSV that starts with a "
    "plus sign, as all phone numbers do.",
    "GET /conversations.csv, against the addresses in GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv":
        value = with_texts(value, lambda text: f"'{text}" if text[:1] in ("=", "+", "@") else text)
    return str(inner(value, kind, root))


@fault(
    1057,
    "format",
    "The page shows texts unescaped, so that markup in a message becomes part of the page.",
    "GET /conversations.html, with a row whose text is `Terms & conditions <v2> apply`",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return html.unescape(text) if kind == "html" else text


@fault(
    1058,
    "format",
    "JSON Lines is indented, so that one value goes over many lines.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2) if kind == "jsonl" else text


@fault(
    1059,
    "format",
    "A callback in an object, such as app.show, loses the object and is called as show.",
    "GET /conversations?callback=app.show",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.rpartition(".")[2] or ask.callback


@fault(
    1060,
    "format",
    "The parameter format wins over the suffix of the path.",
    "GET /conversations.json?format=xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind = wanted
