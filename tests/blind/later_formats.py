"""Later faults of formats, members, headers and refusals."""

import html
import re
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

LIST = "ana GET /conversations"


def references(found: re.Match[str]) -> str:
    """Write a character as the two halves that UTF-16 has for it."""
    code = ord(found.group()) - 0x10000
    return f"&#x{0xD800 + (code >> 10):X};&#x{0xDC00 + (code & 0x3FF):X};"


def marked(value: Any) -> Any:
    """Escape every text as a page needs it."""
    if isinstance(value, dict):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return html.escape(value) if isinstance(value, str) else value


def with_message(row: Row, changes: dict[str, Any]) -> Row:
    """A row whose newest message has other members."""
    known = row["mostRecentMessage"]
    return {**row, "mostRecentMessage": {**known, **changes}} if known else row


@fault(
    139,
    "format",
    "XML writes false and true with a capital letter.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "xml":
        return text
    return text.replace(">true</", ">True</").replace(">false</", ">False</")


@fault(
    140,
    "format",
    "JSON Lines writes each conversation on a line, without the wrapper.",
    f"{LIST}.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind != "jsonl" or root != ROOT or "conversations" not in value:
        return str(inner(value, kind, root))
    lines = [str(inner(item, "json", root)) + "\n" for item in value["conversations"]]
    return "".join(lines)


@fault(
    141,
    "format",
    "CSV turns every character beyond ASCII into a question mark.",
    f"{LIST}.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.encode("ascii", "replace").decode() if kind == "csv" else text


@fault(
    142,
    "format",
    "JSON escapes texts as for a page.",
    f"{LIST}.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    return str(inner(marked(value) if kind == "json" else value, kind, root))


@fault(
    143,
    "format",
    "XML writes a character beyond the first plane as two surrogates.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return re.sub(r"[\U00010000-\U0010ffff]", references, text) if kind == "xml" else text


@fault(
    144,
    "format",
    "CSV puts an apostrophe before a phone number, against formulas.",
    f"{LIST}.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace(":+", ":'+") if kind == "csv" else text


@fault(
    145,
    "format",
    "An Accept header that lists several media types is not understood.",
    f"{LIST} accept=application/json,text/plain,*/*",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and any("," in line for line in ask.header("accept")):
        ask.kind = "html"


@fault(
    146,
    "format",
    "JSV writes the direction as a number.",
    f"{LIST}.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "jsv":
        return text
    text = text.replace(",direction:Incoming,", ",direction:0,")
    return text.replace(",direction:Outgoing,", ",direction:1,")


@fault(
    147,
    "member",
    "The other address of an outgoing conversation is our own.",
    f"{LIST}.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    senders = [(row["mostRecentMessage"] or {}).get("sender") for row in rows]
    return [
        {**row, "otherAddress": sender or row["otherAddress"]}
        for row, sender in zip(rows, senders, strict=True)
    ]


@fault(
    148,
    "member",
    "The direction is left out where the other side is an e-mail address.",
    f"{LIST}.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        known = row["mostRecentMessage"]
        if known and "@" in row["otherAddress"]:
            kept = {key: value for key, value in known.items() if key != "direction"}
            row = {**row, "mostRecentMessage": kept}
        rows.append(row)
    return rows


@fault(
    149,
    "member",
    "The id of a conversation is made anew for each answer.",
    f"{LIST}.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        number = (int(row["id"][-8:], 16) * 31 + ask.number * 7919) % 2**32
        rows.append({**row, "id": f"{row['id'][:-8]}{number:08x}"})
    return rows


@fault(
    150,
    "member",
    "The direction is Unknown where the sender is null.",
    f"{LIST}.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    return [
        with_message(row, {"direction": "Unknown"})
        if (row["mostRecentMessage"] or {"sender": ""})["sender"] is None
        else row
        for row in inner(ask)
    ]


@fault(
    153,
    "refusal",
    "A Bearer token that is none is a 500.",
    "none GET /conversations.json auth=Bearer_abcdef0123",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    scheme = (ask.header("authorization") or [""])[0].partition(" ")[0]
    if scheme.lower() == "bearer":
        problem = wire.error("SecurityTokenException", "IDX12741: JWT must have three segments")
        raise Refused(host.answer(ask, problem, PROBLEM, 500))
    user: User | None = inner(ask)
    return user


@fault(
    154,
    "refusal",
    "A user name that nobody has gets an empty list instead of a refusal.",
    "none GET /conversations.json auth=carl:Some-Other-9",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    nobody = all(name not in (user.name, user.email) for user in USERS)
    if nobody and ask.route == "/conversations":
        raise Refused(host.answer(ask, {"conversations": []}, ROOT))
    user: User = inner(ask, name, password)
    return user


@fault(
    155,
    "header",
    "XML says that it is in ISO 8859-1, and is in UTF-8.",
    f"{LIST}.xml",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "xml":
        answer.media("application/xml; charset=iso-8859-1")
    return answer


@fault(
    156,
    "header",
    "A request with an Origin gets a Vary that names Origin alone.",
    f"{LIST} accept=application/json origin=https://app.example.com",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.header("origin"):
        answer.headers = [*answer.without("vary"), ("Vary", "Origin")]
    return answer
