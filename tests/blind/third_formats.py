"""Third faults of formats, texts, members, statuses and headers."""

import re
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []

LIST = "ana GET /conversations"
SIGN_IN = "POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
PHONE = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


def with_message(row: Row, **members: Any) -> Row:
    """A row whose message has some members else."""
    message = row["mostRecentMessage"]
    return {**row, "mostRecentMessage": {**message, **members}} if message else row


@fault(
    226,
    "format",
    "XML writes an emoji as references to its two surrogates.",
    f"{LIST}.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)

    def halves(found: re.Match[str]) -> str:
        rest = ord(found.group()) - 0x10000
        return f"&#{0xD800 + (rest >> 10)};&#{0xDC00 + (rest & 0x3FF)};"

    return ASTRAL.sub(halves, text) if kind == "xml" else text


@fault(
    227,
    "format",
    "JSV escapes a quote inside a text by a backslash instead of doubling it.",
    f"{LIST}.jsv",
    at="write",
)
def _(_: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub(r'(?<=[^:,\[])""(?=[^,}\]])', r"\\" + '"', text) if kind == "jsv" else text


@fault(
    228,
    "format",
    "Accept is compared as a whole: with several media types or a parameter it gets the page.",
    f"{LIST} accept=application/json,text/plain,*/*",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and set(",;") & set("".join(ask.header("accept"))):
        ask.kind = "html"


@fault(
    229,
    "format",
    "JSON escapes an emoji with a capital U and eight digits.",
    f"{LIST}.json",
    at="write",
)
def _(_: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "json":
        return text
    return ASTRAL.sub(lambda found: f"\\U{ord(found.group()):08x}", text)


@fault(
    230,
    "member",
    "The sender of an outgoing message is the other side.",
    f"{LIST}.json",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [
        with_message(row, sender=row["otherAddress"])
        if (row["mostRecentMessage"] or {}).get("direction") == "Outgoing"
        else row
        for row in rows
    ]


@fault(
    231,
    "member",
    "The phone number of the other side is written for people, with brackets and blanks.",
    f"{LIST}.json",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    shown = [PHONE.sub(r"(\1) \2-\3", row["otherAddress"]) for row in rows]
    return [
        {**with_message(row, otherAddress=other), "otherAddress": other}
        for row, other in zip(rows, shown, strict=True)
    ]


@fault(
    232,
    "status",
    "The error of wrong Basic credentials is JSON, whatever format was asked for.",
    "wrong GET /conversations.xml",
    at="check",
)
def _(_: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    kind = ask.kind
    ask.kind = kind if kind == "html" else "json"
    user: User = inner(ask, name, password)
    ask.kind = kind
    return user


@fault(
    233,
    "status",
    "Where the date leaves no row the answer is a 404.",
    f"{LIST}.json?afterDate=2031-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and ask.after is not None:
        raise Refused(host.answer(ask, {}, ROOT, 404))
    return rows


@fault(
    234,
    "header",
    "CSV is declared as windows-1252, and is UTF-8.",
    f"{LIST}.csv",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "csv":
        answer.media("text/csv; charset=windows-1252")
    return answer


@fault(
    235,
    "header",
    "A proxy folds all cookies of an answer into one header line.",
    f"jar1 {SIGN_IN} | jar1 GET /conversations.json",
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    lines = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    if lines:
        answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer
