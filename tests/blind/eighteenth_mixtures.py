"""Faults of the eighteenth set that need two circumstances or three in one request."""

import re
from urllib.parse import unquote, unquote_plus

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

OFFSET = re.compile(r"(:\d{2}(?:\.\d+)?)\s*[+-]\d{2}:?\d{2}$")


@fault(
    1193,
    "mixture",
    "In XML customerIds is forgotten where accountIds is given as well.",
    "GET /conversations.xml?accountIds={A}&customerIds={a customer of A}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and ask.kind == "xml" and "accountIds" in ask.lists:
        return True
    return bool(inner(row, name, ask))


@fault(
    1194,
    "mixture",
    "In CSV the offset of afterDate is dropped, and its time read as UTC.",
    "GET /conversations.csv?afterDate=2026-02-10T12:00:00-08:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and ask.kind == "csv" and OFFSET.search(text):
        ask.after = dates.parse(OFFSET.sub(r"\1Z", text))


@fault(
    1195,
    "mixture",
    "Of a list in brackets only the last value counts where afterDate is given.",
    "GET /conversations.json?accountIds=[{A},{B}]&afterDate=2026-01-01T00:00:00Z",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any(ask.raw.get("afterDate", [])):
        for name, values in ask.lists.items():
            if "".join(ask.raw[name]).strip().startswith("["):
                ask.lists[name] = values[-1:]


@fault(
    1196,
    "mixture",
    "With `callback` a list is split before its escapes are read: `a%2Cb` is one value.",
    "GET /conversations?callback=show&accountIds={A}%2C{B}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    pairs = [pair.partition("=") for pair in ask.raw_query.split("&") if ask.callback]
    for name in ask.lists:
        texts = [text for key, _, text in pairs if text and key.lower() == name.lower()]
        if any("%2c" in text.lower() for text in texts):
            ask.lists[name] = [unquote(part) or None for part in ",".join(texts).split(",")]


@fault(
    1215,
    "mixture",
    "With `callback` afterDate is decoded twice, so that the plus of an offset is lost and the"
    " date refused.",
    "GET /conversations?callback=show&afterDate=2026-02-10T12:00:00%2B02:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.callback:
        ask.raw["afterDate"] = [unquote_plus(text) for text in ask.raw.get("afterDate", [])]
    inner(ask)
