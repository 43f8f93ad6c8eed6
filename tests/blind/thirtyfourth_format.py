"""Faults of single formats: what a writer does to texts."""

from collections.abc import Callable

from tests.blind import wire
from tests.blind.host import ROOT, SIGNED, Host
from tests.blind.switch import Inner, fault


def mapped(value: wire.Value, change: Callable[[str], str]) -> wire.Value:
    """Change every text inside a value."""
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


@fault(
    1848,
    "format",
    "After a security review the CSV export guards against formulas: a text that begins with"
    " `+`, `-`, `=` or `@` gets an apostrophe, and so does every telephone number.",
    "ana GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv" and root == ROOT:
        value = mapped(value, lambda text: "'" + text if text[:1] in tuple("+-=@") else text)
    return str(inner(value, kind, root))


@fault(
    1849,
    "format",
    "The XML writer turns what is outside of the basic plane into character references, one for"
    " each UTF-16 unit: an emoji becomes two surrogates, which no XML may refer to.",
    "ana GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind != "xml":
        return text
    return "".join(references(each) if ord(each) > 0xFFFF else each for each in text)


def references(character: str) -> str:
    """Write both halves of a surrogate pair as references."""
    units = character.encode("utf-16-be")
    return "".join(f"&#x{units[at : at + 2].hex().upper()};" for at in (0, 2))


@fault(
    1850,
    "format",
    "The sign-in's XML is written into a StringWriter, whose encoding is UTF-16: the declaration"
    " says `utf-16` of bytes that are UTF-8, and parsers refuse it.",
    "ana GET /auth.xml | jar POST /auth/credentials.xml form=userName=ana&password=Quiet-River-81",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind == "xml" and root == SIGNED:
        return text.replace('encoding="utf-8"', 'encoding="utf-16"', 1)
    return text


@fault(
    1851,
    "format",
    "The JSON Lines writer takes line breaks out, so that a record stays on its line, and takes"
    " them out of the texts, too, where they were escaped anyway: two lines become one.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "jsonl":
        value = mapped(value, lambda text: text.replace("\r", "").replace("\n", " "))
    return str(inner(value, kind, root))
