"""Decode what a server answers, by plain libraries; JSV, which has none, by a reader of our own.

Every reader returns dicts, lists, texts, numbers and None; XML and CSV know texts only, so that an
answer is compared with another of its own media type.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

__all__ = ["decode", "rows_of"]

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SCRIPT = re.compile(r"\s*[\w.$]+\((.*)\)\s*;?\s*", re.DOTALL)
# All rows are one cell, and the library's own limit is 128 KiB.
_MOST_CHARACTERS = 1 << 30
_END = re.compile(r"[,{}\[\]:]")


def decode(media_type: str, body: bytes) -> Any:
    """Return what a body says.

    Raises:
        ValueError: it is not of its media type.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        raise ValueError(f"nothing reads {media_type or 'no media type'}")
    try:
        return reader(body.decode("utf-8"))
    except (ElementTree.ParseError, csv.Error, RecursionError, IndexError) as error:
        raise ValueError(str(error)) from error


def rows_of(media_type: str, decoded: Any) -> list[Any] | None:
    """Return the conversations of an answer to the operation, or None if it holds no list."""
    if media_type in ("text/csv", "text/jsonl"):
        # The whole answer is one row or line, as recorded.
        decoded = decoded[0] if isinstance(decoded, list) and len(decoded) == 1 else None
    if not isinstance(decoded, dict):
        return None
    rows = decoded.get("conversations", decoded.get("Conversations"))
    if rows == "" and media_type in ("application/xml", "text/csv"):
        return []
    return rows if isinstance(rows, list) else None


def _read_script(text: str) -> Any:
    match = _SCRIPT.fullmatch(text)
    if match is None:
        raise ValueError("no call of a function")
    return json.loads(match[1])


def _read_lines(text: str) -> Any:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _read_csv(text: str) -> Any:
    csv.field_size_limit(_MOST_CHARACTERS)
    names, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    if any(len(row) != len(names) for row in rows):
        raise ValueError("a row of another length")
    # A member that is an object is JSV.
    return [
        {
            name: _read_jsv(cell) if cell[:1] in ("{", "[") else cell
            for name, cell in zip(names, row, strict=True)
        }
        for row in rows
    ]


def _read_xml(text: str) -> Any:
    return _element(ElementTree.fromstring(text))


def _element(element: ElementTree.Element) -> Any:
    if element.get(_NIL) == "true":
        return None
    children = [(child.tag.rpartition("}")[2], _element(child)) for child in element]
    names = [name for name, _ in children]
    if element.tag.endswith("}Conversations") or len(set(names)) < len(names):
        return [value for _, value in children]
    return dict(children) if children else element.text or ""


def _read_jsv(text: str) -> Any:
    value, end = _jsv_value(text, 0)
    if end != len(text):
        raise ValueError("more behind the end of the JSV")
    return value


def _jsv_value(text: str, at: int) -> tuple[Any, int]:
    opening = text[at : at + 1]
    if opening == "{":
        return _jsv_object(text, at + 1)
    if opening == "[":
        return _jsv_list(text, at + 1)
    return _jsv_text(text, at)


def _jsv_object(text: str, at: int) -> tuple[Any, int]:
    members: dict[str, Any] = {}
    while text[at] != "}":
        name, at = _jsv_text(text, at)
        if text[at] != ":":
            raise ValueError("a member without a value")
        members[name], at = _jsv_value(text, at + 1)
        at += text[at] == ","
    return members, at + 1


def _jsv_list(text: str, at: int) -> tuple[Any, int]:
    items: list[Any] = []
    while text[at] != "]":
        item, at = _jsv_value(text, at)
        items.append(item)
        at += text[at] == ","
    return items, at + 1


def _jsv_text(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        match = _END.search(text, at)
        end = len(text) if match is None else match.start()
        return text[at:end], end
    parts, at = [], at + 1
    while True:
        end = text.index('"', at)
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return '"'.join(parts), end + 1
        at = end + 2


_READERS: dict[str, Callable[[str], Any]] = {
    "application/json": json.loads,
    "application/jsv": _read_jsv,
    "application/xml": _read_xml,
    "text/csv": _read_csv,
    "text/javascript": _read_script,
    "text/jsonl": _read_lines,
}
