"""Read the members of a request DTO out of a body: JSON, JSV, XML, CSV or JSONL.

ServiceStack's readers forgive much: what they cannot make sense of they skip, and only a few texts
end in an error. Each reader returns the known members by their lower-case names, goes through its
text once and keeps nothing else of it: a body comes from anybody, before there is a user. XML alone
is strict, for there .NET's own reader works; it is in bodies_xml.
Source: ServiceStack.Text, DeserializeTypeRefJson, DeserializeTypeRefJsv, CsvReader;
fixtures/transcripts, groups get-body, predef, login.
"""

import re
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from mockserver.dotnet.characters import trim
from mockserver.wire.bodies_xml import BodyType, Members, read_xml
from mockserver.wire.literals import (
    JSON,
    JSV,
    OUT_OF_RANGE,
    Syntax,
    plain_text,
    skip_jsv_quoted,
    unescape_json_text,
)

__all__ = ["BodyType", "Members", "read_members"]
_INDEX = "Index was outside the bounds of the array."
_NO_HEADER = (
    "Index was out of range. Must be non-negative and less than the size of the collection. "
    "(Parameter 'index')"
)


_QUOTE_OR_ESCAPE = re.compile(r'["\\]')
_QUOTE_OR_LINE = re.compile('["\n]')
_QUOTE_OR_BRACKET = re.compile(r'["\[\]{}]')
_COMMA = re.compile(",")
_END_OF_MAP = re.compile("[,}]")
_OPENING = {"}": "{", "]": "["}


def read_members(
    format_name: str, body: bytes, body_type: BodyType, *, unquotes_keys: bool
) -> Members:
    """Return the members that a body sets; {} where it sets none.

    Args:
        format_name: json, jsonl, jsv, csv or xml.
        unquotes_keys: a quoted key in JSV counts without its quotes, as in ServiceStack 8.

    Raises:
        ValueError: the framework cannot deserialise it; `str()` is what it says of the error.
    """
    if format_name == "xml":
        return read_xml(body, body_type)
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        if format_name == "jsv":
            return _read_jsv(text, body_type, unquotes_keys=unquotes_keys)
        return _READERS[format_name](text, body_type)
    except IndexError as exc:
        raise ValueError(_INDEX) from exc


def _read_json(text: str, body_type: BodyType) -> Members:
    members: Members = {}
    if not text:
        return members
    at = JSON.skip_spaces(text, 0)
    if text[at] != "{":
        raise _no_type(text, body_type)
    if _is_empty_map(text, at + 1):
        return members
    at = JSON.skip_spaces(text, at + 1)
    names = _JsonNames(text, body_type)
    while at < len(text):
        name, at = names.take(at)
        at = JSON.skip_spaces(text, at)
        # Whatever stands here counts as the colon.
        at += at < len(text)
        value, at = JSON.take_value(text, at)
        _set(members, JSON, name, value, body_type)
        at = JSON.skip_spaces(text, at)
        if at < len(text):
            at = JSON.skip_spaces(text, at + 1) if text[at] in ",}" else at + 1
    return members


class _JsonNames:
    """Take members' names from one text; what holds for all of it is looked up once."""

    def __init__(self, text: str, body_type: BodyType) -> None:
        self._text = text
        self._longest = max(map(len, body_type.known))
        self._last_mark = max(text.rfind('"'), text.rfind("\\"))
        self._is_readable = False

    def take(self, at: int) -> tuple[str, int]:
        """Return a member's name; without its quotes the place does not move on.

        Raises:
            ValueError: ServiceStack's parser breaks off.
        """
        text = self._text
        if text[at] == '"':
            at += 1
            mark = _QUOTE_OR_ESCAPE.search(text, at)
            if mark is None:
                raise ValueError(OUT_OF_RANGE)
            if mark[0] == '"':
                return text[at : mark.start()], mark.end()
        elif at > self._last_mark:
            # All that is left is the name; a longer one than any is nobody's.
            return text[at : at + self._longest + 1], at
        if not self._is_readable:
            # ServiceStack takes the whole text for the name here, which then is nobody's.
            unescape_json_text(text)
            self._is_readable = True
        return "", at


def _read_jsv(text: str, body_type: BodyType, *, unquotes_keys: bool) -> Members:
    members: Members = {}
    if not text:
        return members
    if text[0] != "{":
        raise _no_type(text, body_type)
    if _is_empty_map(text, 1):
        return members
    at = 1
    while at < len(text):
        name, at = _take_jsv_name(text, at, unquotes=unquotes_keys)
        value, at = JSV.take_value(text, min(at + 1, len(text)))
        _set(members, JSV, trim(name), value, body_type)
        at += 1
    return members


def _take_jsv_name(text: str, at: int, *, unquotes: bool) -> tuple[str, int]:
    if text[at] == '"':
        end = skip_jsv_quoted(text, at)
        name = text[at:end]
        return (name[1:-1] if unquotes and len(name) > 2 else name), end
    if text[at] == "{":
        _, end = JSV.take_value(text, at)
        return text[at:end], end
    end = text.find(":", at + 1)
    if end < 0:
        raise IndexError
    return text[at:end], end


def _set(members: Members, syntax: Syntax, name: str, value: str, body_type: BodyType) -> None:
    """Set a member unless its value makes no sense, which ServiceStack passes over in silence."""
    key = name.lower()
    if key not in body_type.known:
        return
    try:
        parse = syntax.parse_list if key in body_type.lists else syntax.parse_text
        members[key] = parse(value)
    except (ValueError, IndexError):
        return


def _is_empty_map(text: str, at: int) -> bool:
    at = JSON.skip_spaces(text, at)
    return at == len(text) or text[at] == "}"


def _no_type(text: str, body_type: BodyType) -> ValueError:
    return ValueError(
        "Type definitions should start with a '{', expecting serialized type "
        f"'{body_type.name}', got string starting with: {text[:50]}"
    )


def _read_jsonl(text: str, body_type: BodyType) -> Members:
    return _read_json(next(_split_lines(text), ""), body_type)


def _read_csv(text: str, body_type: BodyType) -> Members:
    """Read the header and the first row; further rows count only for their errors."""
    lines = _split_lines(text)
    header: dict[int, str] = {}
    columns = 0
    for field in _split_fields(next(lines, "")):
        name = trim(field or "").lower()
        if name in body_type.known:
            header[columns] = name
        columns += 1
    members: Members | None = None
    for line in lines:
        row: Members = {}
        # A field that cannot be read counts before one that has no header.
        deque(_split_fields(line), maxlen=0)
        for position, field in enumerate(_split_fields(line)):
            if position >= columns:
                raise ValueError(_NO_HEADER)
            known = header.get(position)
            if known is not None:
                row[known] = _read_field(field, known in body_type.lists)
        members = row if members is None else members
    return members or {}


def _read_field(field: str | None, is_list: bool) -> str | tuple[str | None, ...] | None:
    if field is not None and is_list:
        return JSV.parse_list(field)
    return plain_text(field or "")


def _split_lines(text: str) -> Iterator[str]:
    """Yield the lines that are not empty; a line break inside quotes ends none."""
    start, is_quoted = 0, False
    for mark in _QUOTE_OR_LINE.finditer(text):
        if mark[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            line = text[start : mark.start()].removesuffix("\r")
            start = mark.end()
            if line:
                yield line
    if start < len(text):
        yield text[start:]


def _split_fields(line: str) -> Iterator[str | None]:
    unclosed: bytearray | None = None
    at = 0
    while at <= len(line):
        if unclosed is None and line[at : at + 1] in ("{", "["):
            unclosed = _find_unclosed(line)
        field, at = _take_field(line, at, unclosed)
        yield field
        at += 1


def _find_unclosed(line: str) -> bytearray:
    """Return a flag for each character: an opening bracket that nothing closes.

    A bracket is closed by one of its kind that as many quotes stand before, give or take two.
    """
    waiting = {(char, odd): array("I") for char in "{[" for odd in (False, True)}
    is_odd = False
    for mark in _QUOTE_OR_BRACKET.finditer(line):
        char = mark[0]
        if char == '"':
            is_odd = not is_odd
        elif char in "{[":
            waiting[char, is_odd].append(mark.start())
        elif waiting[_OPENING[char], is_odd]:
            waiting[_OPENING[char], is_odd].pop()
    flags = bytearray(len(line))
    for places in waiting.values():
        for place in places:
            flags[place] = True
    return flags


def _take_field(line: str, start: int, unclosed: bytearray | None) -> tuple[str | None, int]:
    if start == len(line) or line[start] in ",}":
        return None, start
    if line[start] == '"':
        end = skip_jsv_quoted(line, start)
        if end - start == 1:
            raise ValueError("Length cannot be less than zero. (Parameter 'length')")
        return line[start + 1 : end - 1].replace('""', '"'), end
    is_map = line[start] == "{"
    if unclosed is not None and line[start] in "{[":
        if not unclosed[start]:
            return JSV.take_value(line, start)
        if line.endswith("}" if is_map else "]"):
            return line[start:], len(line)
    mark = (_END_OF_MAP if is_map else _COMMA).search(line, start + 1)
    end = len(line) if mark is None else mark.start()
    return line[start:end], end


_READERS: Mapping[str, Callable[[str, BodyType], Members]] = MappingProxyType(
    {"json": _read_json, "jsonl": _read_jsonl, "csv": _read_csv}
)
