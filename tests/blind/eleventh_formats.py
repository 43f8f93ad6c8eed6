"""Eleventh faults of formats."""

import html
import re

from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.wire import MEDIA, Value

__all__: list[str] = []

ASTRAL = re.compile("[\U00010000-\U0010ffff]")
INNER_QUOTES = re.compile(r'""(?=\w)|(?<=\w)""')
FORMULA = re.compile(r"(?<=\w:)(?=[+=@-])")


def halves(found: re.Match[str]) -> str:
    """A character beyond 16 bits as references to its two halves."""
    over = ord(found.group()) - 0x10000
    return f"&#{0xD800 + (over >> 10)};&#{0xDC00 + (over & 0x3FF)};"


@fault(
    784,
    "format",
    "XML writes an emoji as two references to halves of it, which no XML may hold.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return ASTRAL.sub(halves, body) if kind == "xml" else body


@fault(
    785,
    "format",
    "CSV puts an apostrophe before each value that starts with a plus, as against formulas.",
    "ana GET /conversations.csv?accountIds={a0}",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return FORMULA.sub("'", body) if kind == "csv" else body


@fault(
    786,
    "format",
    "JSV puts a text with quotes into quotes, but does not double those inside.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return INNER_QUOTES.sub('"', body) if kind == "jsv" else body


@fault(
    787,
    "format",
    "JSON by `?format=json` has its texts escaped as for a page: an ampersand is `&amp;`.",
    "ana GET /conversations?format=json",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Value, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.way == "format" and ask.kind == "json" and root == ROOT:
        answer.body = html.escape(answer.body, quote=False)
    return answer


@fault(
    788,
    "format",
    "XML is written to a string first, and so declares UTF-16, though UTF-8 is sent.",
    "ana GET /conversations.xml?accountIds={a0}",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return body.replace('encoding="utf-8"', 'encoding="utf-16"', 1) if kind == "xml" else body


@fault(
    789,
    "format",
    "JSON Lines has the line feeds of texts raw, in the midst of a string.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    return body.replace("\\n", "\n") if kind == "jsonl" else body


@fault(
    790,
    "format",
    "`?format=` wins over the suffix of the path.",
    "ana GET /conversations.xml?format=json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in MEDIA:
        ask.kind, ask.way = wanted, "format"


@fault(
    791,
    "format",
    "Where no row is found, XML says that the list is null rather than empty.",
    "ana GET /conversations.xml?endpointIds={e0}&customerIds={c5}",
    at="write",
)
def _(host: Host, inner: Inner, value: Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and not value.get("conversations"):
        value = {"conversations": None}
    return str(inner(value, kind, root))
