"""Faults of the twenty-sixth set in how a body is written."""

import json
import re
from collections.abc import Callable

from tests.blind import wire
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

NUMBER = re.compile(r"\+?[1-9]\d+", re.ASCII)
RESERVED = set('":,{}[]\r\n')


def mapped(value: wire.Value, change: Callable[[str, wire.Value], wire.Value]) -> wire.Value:
    """A copy of a value with each plain member changed."""
    if isinstance(value, dict):
        return {
            key: mapped(item, change) if isinstance(item, (dict, list)) else change(key, item)
            for key, item in value.items()
        }
    return [mapped(item, change) for item in value] if isinstance(value, list) else value


def guarded(key: str, item: wire.Value) -> wire.Value:
    """A text that no spreadsheet takes for a formula."""
    return "'" + item if isinstance(item, str) and item[:1] in ("+", "-", "=", "@") else item


def typed(key: str, item: wire.Value) -> wire.Value:
    """A number where an address looks like one."""
    if key == "otherAddress" and isinstance(item, str) and NUMBER.fullmatch(item):
        return int(item)
    return item


def slashed(value: wire.Value) -> str:
    """JSV, but with the quotes of JSON."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{slashed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(slashed(item) for item in value) + "]"
    text = "" if value is None else str(value)
    if value is not None and (not text or RESERVED & set(text)):
        return '"' + text.replace('"', '\\"') + '"'
    return text


@fault(
    1527,
    "format",
    'XML declares encoding="utf-16", as a StringWriter does, and is sent in UTF-8.',
    "GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text


@fault(
    1528,
    "format",
    "CSV puts an apostrophe before values that begin with +, -, = or @, so each phone number is"
    " another.",
    "GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv" and root == ROOT:
        value = mapped(value, guarded)
    return str(inner(value, kind, root))


@fault(
    1529,
    "format",
    "JSON Lines are indented over many lines, of which none is JSON.",
    "GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "jsonl":
        return text
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@fault(
    1530,
    "format",
    "JSV writes a quote inside a text with a backslash instead of doubling it.",
    "GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    has_rows = kind == "jsv" and root == ROOT and value
    return slashed(json.loads(inner(value, "json", root))) if has_rows else text


@fault(
    1531,
    "format",
    "JSON writes an otherAddress that looks like a number as a number, without its plus.",
    "GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "json" and root == ROOT:
        value = mapped(value, typed)
    return str(inner(value, kind, root))
