"""Eighth faults of formats."""

import json
import re

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.fourth_common import edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

ZEROS = re.compile(r"(?:\.0+|(\.\d*?[1-9])0+)(?=Z</Date>)")


def as_text(row: Row, message: Row) -> None:
    """Keep a spreadsheet from reading a number in a phone number."""
    for part, name in ((row, "otherAddress"), (message, "otherAddress"), (message, "sender")):
        if (part.get(name) or "").startswith("+"):
            part[name] = f"'{part[name]}"


@fault(
    587,
    "format",
    "In CSV a phone number has an apostrophe in front, for the sake of spreadsheets.",
    "ana GET /conversations.csv?endpointIds={e4}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(edited(value, as_text) if kind == "csv" else value, kind, root))


@fault(
    588,
    "format",
    "XML, in UTF-8 as ever, declares to be in UTF-16.",
    "ana GET /conversations.xml?endpointIds={e5}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else text


@fault(
    589,
    "format",
    "The function that wraps the answer is called by its name in lower case.",
    "ana GET /conversations?callback=jQuery31_onRows&endpointIds={e6}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.callback = ask.callback.lower()


@fault(
    590,
    "format",
    "JSON Lines is indented as JSON is for people, so that one object takes many lines.",
    "ana GET /conversations.jsonl?endpointIds={e7}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "jsonl":
        return text
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


@fault(
    591,
    "format",
    "XML writes a date without the zeros at the end of its fraction.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return ZEROS.sub(lambda found: found[1] or "", text) if kind == "xml" else text
