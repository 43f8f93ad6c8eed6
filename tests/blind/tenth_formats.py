"""Tenth faults of formats."""

import re
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

FORMULA = ("=", "+", "-", "@")
DOUBLED = re.compile(r'(?<![:,\[{])""')
ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@fault(
    735,
    "format",
    "CSV puts an apostrophe before what a spreadsheet could take for a formula: phone numbers.",
    "ana GET /conversations.csv?endpointIds={e1}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def guarded(part: Row) -> Row:
        return {
            name: f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
            for name, text in part.items()
        }

    def edit(row: Row, message: Row) -> None:
        message.update(guarded(message))
        row.update(guarded(row))

    return inner(edited(value, edit) if kind == "csv" else value, kind, root)  # type: ignore[no-any-return]


@fault(
    736,
    "format",
    "JSON escapes what is beyond 16 bits with braces, as no JSON reader knows.",
    LIST,
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    if kind == "json":
        return ASTRAL.sub(lambda found: f"\\u{{{ord(found[0]):X}}}", body)
    return body


@fault(
    737,
    "format",
    "XML is made by a writer of strings: it calls itself UTF-16, and is sent in UTF-8.",
    "ana GET /conversations.xml?endpointIds={e1}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return body.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else body


@fault(
    738,
    "format",
    "JSV escapes a quote in a quoted text with a backslash, where it is to be doubled.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return DOUBLED.sub(lambda found: '\\"', body) if kind == "jsv" else body


@fault(
    739,
    "format",
    "JSON Lines writes a line feed in a text as it is, so that the line breaks there.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    return body.replace("\\n", "\n") if kind == "jsonl" else body


@fault(
    740,
    "format",
    "`format` wins over the suffix of the path.",
    "ana GET /conversations.xml?format=json&endpointIds={e1}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind = wanted
