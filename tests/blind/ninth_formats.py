"""Ninth faults of formats."""

import json
import re
from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

ASTRAL = re.compile("[\U00010000-\U0010ffff]")
DOUBLED = re.compile(r'(?<![:,\["])""(?!")')


def halves(found: re.Match[str]) -> str:
    """A character beyond the first plane as two references."""
    code = ord(found[0]) - 0x10000
    return f"&#x{0xD800 + (code >> 10):X};&#x{0xDC00 + (code & 0x3FF):X};"


@fault(
    657,
    "format",
    "CSV is encoded in UTF-8 twice.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return body.encode().decode("latin-1") if kind == "csv" else body


@fault(
    658,
    "format",
    "XML has an emoji as references to the two halves of its surrogate pair.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return ASTRAL.sub(halves, body) if kind == "xml" else body


@fault(
    659,
    "format",
    "JSV does not double the quotes inside a quoted text.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return DOUBLED.sub('"', body) if kind == "jsv" else body


@fault(
    660,
    "format",
    "JSON Lines is indented over many lines.",
    "ana GET /conversations.jsonl?endpointIds={e1}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    if kind != "jsonl":
        return body
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


@fault(
    661,
    "format",
    "A callback gets the JSON as a text in quotes rather than as an object.",
    "ana GET /conversations.json?endpointIds={e1}&callback=show",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and ask.kind == "json":
        name, _, rest = answer.body.partition("(")
        answer.body = f"{name}({json.dumps(rest[:-1], ensure_ascii=False)})"
    return answer


@fault(
    662,
    "format",
    "JSON has a backslash before an apostrophe.",
    "ana GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return body.replace("'", "\\'") if kind == "json" else body


@fault(
    663,
    "format",
    "XML says that it is in UTF-16, and comes in UTF-8.",
    "ana GET /conversations.xml?endpointIds={e1}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return body.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else body
