"""Faults of the set `seventeenth`: how a body is written."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def guarded(value: wire.Value) -> wire.Value:
    """What a spreadsheet will not take for a formula."""
    if isinstance(value, dict):
        return {key: guarded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return f"'{value}" if isinstance(value, str) and value[:1] in "+-=@" and value else value


def pascal(value: wire.Value) -> wire.Value:
    """The same with the names that XML has."""
    if isinstance(value, dict):
        return {wire.pascal(key): pascal(item) for key, item in value.items()}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def halves(found: re.Match[str]) -> str:
    """A character as references to its two UTF-16 units."""
    code = ord(found[0]) - 0x10000
    return f"&#{0xD800 + (code >> 10)};&#{0xDC00 + (code & 0x3FF)};"


@fault(
    1113,
    "format",
    "CSV puts an apostrophe before values that begin like a formula, phone numbers too.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(guarded(value) if kind == "csv" else value, kind, root))


@fault(
    1114,
    "format",
    "XML writes an emoji as references to two surrogates, which no parser takes.",
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub("[\U00010000-\U0010ffff]", halves, text) if kind == "xml" else text


@fault(
    1115,
    "format",
    "JSON Lines leaves a line break inside a text as it is, so that the line ends there.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\n", "\\1\n", text) if kind == "jsonl" else text


@fault(
    1116,
    "format",
    "JSONP goes through Windows-1252: what that lacks becomes a question mark.",
    "GET /conversations?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        answer.body = answer.body.encode("cp1252", "replace").decode("cp1252")
    return answer


@fault(
    1117,
    "format",
    "A browser's Accept, which begins with text/html, beats ?format=.",
    "GET /conversations?format=json with Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    accept = (ask.header("accept") or [""])[0].strip().lower()
    if ask.way == "format" and accept.startswith("text/html"):
        ask.kind = "html"


@fault(
    1118,
    "format",
    "The name of the callback is not in the key of the cache: another one gets the first's call.",
    "GET ?callback=one, then ?callback=two",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.callback and ask.user:
        rest = sorted(pair for pair in ask.query if pair[0] != "callback")
        key = f"{ask.user.id} {ask.kind} {rest}"
        name, _, call = answer.body.partition("(")
        answer.body = f"{host.memory.setdefault(key, name)}({call}"
    return answer


@fault(
    1119,
    "format",
    "After an answer in XML the next one in JSON has XML's names: Conversations, Id, IsUnread.",
    "GET /conversations.xml, then /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if root == ROOT and kind == "xml":
        host.memory["naming"] = True
    elif root == ROOT and kind == "json" and host.memory.pop("naming", False):
        value = pascal(value)
    return str(inner(value, kind, root))
