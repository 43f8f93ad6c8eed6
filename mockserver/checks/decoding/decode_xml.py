"""Read the rows of an XML answer by local names, in any namespace, order and case.

Where an element is in a namespace, those inside it are in one, too: a reader by names would lose
what is not. A document type is refused unread, so that no entity can grow. Text is kept exactly in
members and must be white space between them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from mockserver.checks.decoding.decode_jsv import MESSAGE, MESSAGE_NAMES, ROW_NAMES, read_flag
from mockserver.checks.decoding.known_rows import KnownRow
from mockserver.errors import DecodeError, NoListError

__all__ = ["is_well_formed", "read_xml_members", "read_xml_rows", "refuse_bad_xml"]

_MAX_DEPTH = 32

# What XML Schema calls a boolean; other cases are none.
_BOOLEANS = ("true", "false", "1", "0")
# Up to the rows, and the tag of the first.
_BEFORE_ROWS = re.compile(
    rb"(?:[^<]*<[^!<>]*>){0,2}[^<]*<(?:[\w.-]+:)?conversations(?:\s[^<>]*)?>\s*(?=<([\w:.-]+)>)",
    re.IGNORECASE,
)
# Comments and the like may hold anything.
_MARKUP = re.compile(rb"<!|(?<!^)<\?")
# As many rows are known.
_MOST = 20_000
_KNOWN: dict[tuple[bytes, bytes], KnownRow] = {}


@dataclass(slots=True)
class _Element:
    name: str
    has_namespace: bool = False
    is_nil: bool = False
    texts: list[str] = field(default_factory=list)
    children: list["_Element"] = field(default_factory=list)


def read_xml_rows(body: bytes) -> list[dict[str, object]]:
    """Return the rows; null members are left out, `isUnread` is a boolean.

    Raises:
        DecodeError: not well-formed, a document type, or elements where they do not belong.
    """
    parts = _parts(body)
    if parts is None:
        return _read_rows(body)
    before, rows, behind = parts
    # A row that stood behind the same tags reads as it did there.
    kept = {row: _KNOWN.get((before, row)) for row in rows}
    known = {row: seen for row, seen in kept.items() if seen is not None}
    new = [row for row in kept if row not in known]
    try:
        read = _read_rows(b"".join((before, *new, behind)))
    except DecodeError:
        # What is wrong is told of the body as it is.
        return _read_rows(body)
    if len(read) != len(new):
        return _read_rows(body)
    known |= {row: KnownRow(found) for row, found in zip(new, read, strict=True)}
    if len(_KNOWN) > _MOST:
        _KNOWN.clear()
    _KNOWN.update(((before, row), known[row]) for row in new)
    return [known[row] for row in rows]


def _parts(body: bytes) -> tuple[bytes, list[bytes], bytes] | None:
    """Return what stands before the rows, each row with its tags, and what stands behind."""
    before = _BEFORE_ROWS.match(body)
    if before is None or _MARKUP.search(body):
        return None
    start, end = b"<%b>" % before[1], b"</%b>" % before[1]
    *rows, behind = body[before.end() :].split(end)
    rows = [row.strip() + end for row in rows]
    # A row in a row is no row of the list.
    if any(not row.startswith(start) or row.count(b"<" + before[1]) > 1 for row in rows):
        return None
    return before[0], rows, behind


def _read_rows(body: bytes) -> list[dict[str, object]]:
    root = _parse(body)
    if root.name.lower() != "conversations":
        lists = [child for child in root.children if child.name.lower() == "conversations"]
        if len(lists) != 1:
            raise DecodeError(f"{len(lists)} elements Conversations in {root.name}")
        _refuse_text(root)
        root = lists[0]
    if root.is_nil:
        raise NoListError("a body without the list `Conversations`")
    _refuse_text(root)
    return [_row(item) for item in root.children]


def refuse_bad_xml(body: bytes) -> None:
    """Read a body of any elements.

    Raises:
        DecodeError: not well-formed, or a document type.
    """
    _parse(body)


def is_well_formed(body: bytes) -> bool:
    """Say whether a body is well-formed XML, whatever it holds; nothing is.

    A page with a document type may be of a server before the service: its entities are not read.
    Of what goes beyond ASCII, the charset may be told elsewhere.
    """
    if not body or b"<!DOCTYPE" in body:
        return True
    forms: list[bytes | str] = [body] if body.isascii() else [body, body.decode("utf-8", "replace")]
    return any(map(_is_read, forms))


def _is_read(body: bytes | str) -> bool:
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True


def read_xml_members(body: bytes) -> dict[str, object]:
    """Return the members of a body that is one object: texts, objects, and lists without names.

    Raises:
        DecodeError: not well-formed, or a document type.
    """
    return _object(_parse(body))


def _object(element: _Element) -> dict[str, object]:
    return {
        child.name: _object(child) if child.children else "".join(child.texts)
        for child in element.children
        if not child.is_nil
    }


def _row(element: _Element) -> dict[str, object]:
    row = _members(element, ROW_NAMES)
    message = row.get(MESSAGE)
    if isinstance(message, dict) and "isUnread" in message:
        if message["isUnread"] not in _BOOLEANS:
            raise DecodeError("isUnread is no xs:boolean")
        message["isUnread"] = read_flag(message["isUnread"])
    return row


def _members(element: _Element, names: Mapping[str, str]) -> dict[str, object]:
    _refuse_text(element)
    members: dict[str, object] = {}
    seen: set[str] = set()
    for child in element.children:
        name = names.get(child.name.lower(), child.name)
        if name in seen:
            raise DecodeError(f"member {name} occurs twice")
        seen.add(name)
        if child.is_nil:
            _refuse_content(child)
        elif name == MESSAGE and names is ROW_NAMES:
            members[name] = _members(child, MESSAGE_NAMES)
        else:
            members[name] = _leaf(child, is_known=name in names.values())
    return members


def _leaf(element: _Element, *, is_known: bool) -> object:
    if element.children and is_known:
        raise DecodeError(f"an element inside {element.name}")
    # What the contract does not know may be of any shape; its text alone is kept.
    return "".join(element.texts)


def _refuse_text(element: _Element) -> None:
    if "".join(element.texts).strip():
        raise DecodeError(f"text between the elements of {element.name}")


def _refuse_content(element: _Element) -> None:
    if element.children or element.texts:
        raise DecodeError(f"{element.name} is nil and has content")


def _parse(body: bytes) -> _Element:
    top = _Element("")
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        is_nil = bool(attributes) and any(
            _local(k) == "nil" and v.strip() in ("true", "1") for k, v in attributes.items()
        )
        space, _, local = name.rpartition(" ")
        element = _Element(local, has_namespace=bool(space), is_nil=is_nil)
        if stack[-1].has_namespace and not space:
            raise DecodeError("an element in no namespace, inside one that is in one")
        stack[-1].children.append(element)
        stack.append(element)
        if len(stack) > _MAX_DEPTH:
            raise DecodeError("elements nested too deeply")

    def end(name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].texts.append(data)

    def refuse_doctype(*facts: object) -> None:
        raise DecodeError("an XML document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as exc:
        raise DecodeError(f"not XML: {exc}") from exc
    return top.children[0]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
