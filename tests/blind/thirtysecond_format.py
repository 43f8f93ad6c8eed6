"""Faults 1770 to 1774: how rows are written."""

import re
from collections.abc import Callable

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault


def each_text(value: wire.Value, change: Callable[[str], str]) -> wire.Value:
    """Change every text inside a value."""
    if isinstance(value, dict):
        return {key: each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def halves(found: re.Match[str]) -> str:
    """A character beyond 16 bits as two references, one a surrogate."""
    number = ord(found.group()) - 0x10000
    return f"&#{0xD800 + (number >> 10)};&#{0xDC00 + (number & 0x3FF)};"


@fault(
    1770,
    "format",
    "XML writes an emoji as two character references, one for each surrogate, which no XML "
    "parser accepts.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub("[\U00010000-\U0010ffff]", halves, text) if kind == "xml" else text


@fault(
    1771,
    "format",
    'XML puts each conversation into no namespace: the items are built apart, with xmlns="".',
    "ana GET /conversations?format=xml&endpointIds={e0}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind == "xml" and root == ROOT:
        return text.replace("<ConversationInfo>", '<ConversationInfo xmlns="">')
    return text


@fault(
    1772,
    "format",
    "Against formulas in spreadsheets, CSV puts an apostrophe before texts that begin with "
    "+, -, = or @: every phone number is another one.",
    "ana GET /conversations.csv?endpointIds={e0}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv" and root == ROOT:
        value = each_text(value, lambda text: "'" + text if text[:1] in set("+-=@") else text)
    return str(inner(value, kind, root))


@fault(
    1773,
    "format",
    "JSV is written with the escapes of JSON: a backslash comes doubled, and a line break as a "
    "backslash and an n.",
    "ana GET /conversations.jsv?accountIds={a0}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsv":
        value = each_text(value, lambda text: text.replace("\\", "\\\\").replace("\n", "\\n"))
    return str(inner(value, kind, root))


@fault(
    1774,
    "format",
    "Of a callback with a path such as app.show, only the part behind the last dot is called.",
    "ana GET /conversations?callback=app.show&endpointIds={e0}",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    ask.callback = ask.callback.rpartition(".")[2]
    answer: Answer = inner(ask, value, root, status)
    return answer
