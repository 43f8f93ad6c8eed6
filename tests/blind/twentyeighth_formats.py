"""Faults of the formats: what a writer loses, and what a header says of it."""

from collections.abc import Callable

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


def with_texts(value: wire.Value, change: Callable[[str], str | None]) -> wire.Value:
    """The same answer with other texts of messages; a text that is null stays so."""
    rows = []
    for row in value.get("conversations") or []:
        message = row["mostRecentMessage"]
        if message and message["text"] is not None:
            message = {**message, "text": change(message["text"])}
        rows.append({**row, "mostRecentMessage": message})
    return {**value, "conversations": rows} if rows else value


@fault(
    1605,
    "format",
    "In CSV the line breaks of a text become spaces, so that a record stays on one line.",
    "GET /conversations.csv against GET /conversations.json: 'First line second line'",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv":
        value = with_texts(value, lambda text: text.replace("\n", " "))
    return str(inner(value, kind, root))


@fault(
    1606,
    "format",
    "In XML an empty text is written as nil, as one that is null.",
    "GET /conversations.xml against GET /conversations.json: rows whose text is empty",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml":
        value = with_texts(value, lambda text: text or None)
    return str(inner(value, kind, root))


@fault(
    1607,
    "format",
    "JSONP is written in ASCII, and each character beyond it becomes a question mark.",
    "GET /conversations?callback=cb has 'Gr??e aus K?ln'",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        answer.body = answer.body.encode("ascii", "replace").decode()
    return answer


@fault(
    1608,
    "format",
    "Where suffix and format differ, the body is the suffix's, the Content-Type the format's.",
    "GET /conversations.json?format=xml says application/xml over a JSON body",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA and not ask.callback:
        answer.media(wire.MEDIA[wanted])
    return answer
