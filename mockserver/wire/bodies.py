"""Read the members of a request DTO out of a body: JSON, JSV, XML, CSV or JSONL.

ServiceStack's readers forgive much: what they cannot make sense of they skip, and only a few texts
end in an error. Each reader returns the members by their lower-case names, unknown ones among
them. XML alone is strict, for there .NET's own reader works.
Source: ServiceStack.Text, DeserializeTypeRefJson, DeserializeTypeRefJsv, CsvReader;
fixtures/transcripts, groups get-body, predef, login.
"""

import xml.parsers.expat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree

from mockserver.wire.literals import (
    JSON,
    JSV,
    OUT_OF_RANGE,
    Syntax,
    plain_text,
    skip_jsv_quoted,
    unescape_json_text,
)
from mockserver.wire.whitespace import is_json_space, trim

__all__ = ["BodyType", "Members", "read_members"]

Members = dict[str, str | tuple[str | None, ...] | None]

_NAMESPACE = "http://schemas.datacontract.org/2004/07/"
_ARRAYS = "{http://schemas.microsoft.com/2003/10/Serialization/Arrays}string"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_INDEX = "Index was outside the bounds of the array."
_NO_HEADER = (
    "Index was out of range. Must be non-negative and less than the size of the collection. "
    "(Parameter 'index')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyType:
    """Name the request DTO that a body is read into.

    Attributes:
        name: its name, as in `ListConversations`.
        namespace: where it lives, as in `Voice.Api.Messaging`.
        lists: the lower-case names of the members that are lists of strings.
        members: every member, in Pascal case and the order of the alphabet; XML alone needs it.
    """

    name: str
    namespace: str
    lists: frozenset[str]
    members: tuple[str, ...]


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
        return _read_xml(body, body_type)
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
    while at < len(text):
        name, at = _take_json_name(text, at)
        at = JSON.skip_spaces(text, at)
        # Whatever stands here counts as the colon.
        at += at < len(text)
        value, at = JSON.take_value(text, at)
        _set(members, JSON, name, value, body_type)
        at = JSON.skip_spaces(text, at)
        if at < len(text):
            at = JSON.skip_spaces(text, at + 1) if text[at] in ",}" else at + 1
    return members


def _take_json_name(text: str, at: int) -> tuple[str, int]:
    """Return a member's name; without its quotes the place does not move on."""
    if text[at] == '"':
        at += 1
        end = next((i for i in range(at, len(text)) if text[i] in '"\\'), None)
        if end is None:
            raise ValueError(OUT_OF_RANGE)
        if text[end] == '"':
            return text[at:end], end + 1
    elif '"' not in text[at:] and "\\" not in text[at:]:
        return text[at:], at
    # ServiceStack takes the whole text for the name here, which then is nobody's.
    return unescape_json_text(text), at


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
    try:
        parse = syntax.parse_list if key in body_type.lists else syntax.parse_text
        members[key] = parse(value)
    except (ValueError, IndexError):
        return


def _is_empty_map(text: str, at: int) -> bool:
    while at < len(text) and is_json_space(text[at]):
        at += 1
    return at == len(text) or text[at] == "}"


def _no_type(text: str, body_type: BodyType) -> ValueError:
    return ValueError(
        "Type definitions should start with a '{', expecting serialized type "
        f"'{body_type.name}', got string starting with: {text[:50]}"
    )


def _read_jsonl(text: str, body_type: BodyType) -> Members:
    lines = _split_lines(text)
    return _read_json(lines[0], body_type) if lines else {}


def _read_csv(text: str, body_type: BodyType) -> Members:
    """Read the header and the first row; further rows count only for their errors."""
    lines = _split_lines(text)
    if not lines:
        return {}
    headers = [trim(field or "").lower() for field in _split_fields(lines[0])]
    rows = [_read_row(headers, _split_fields(line), body_type) for line in lines[1:]]
    return rows[0] if rows else {}


def _read_row(headers: list[str], fields: list[str | None], body_type: BodyType) -> Members:
    members: Members = {}
    for position, field in enumerate(fields):
        if position >= len(headers):
            raise ValueError(_NO_HEADER)
        header = headers[position]
        if field is not None and header in body_type.lists:
            members[header] = JSV.parse_list(field)
        else:
            members[header] = plain_text(field or "")
    return members


def _split_lines(text: str) -> list[str]:
    lines: list[str] = []
    start, is_quoted, at = 0, False, 0
    while at < len(text):
        if text[at] == '"':
            if text[at + 1 : at + 2] == '"':
                at += 2
                continue
            is_quoted = not is_quoted
        if text[at] == "\n" and not is_quoted:
            lines.append(text[start:at].removesuffix("\r"))
            start = at + 1
        at += 1
    lines.append(text[start:])
    return [line for line in lines if line]


def _split_fields(line: str) -> list[str | None]:
    fields: list[str | None] = []
    at = 0
    while at <= len(line):
        field, at = _take_field(line, at)
        fields.append(field)
        at += 1
    return fields


def _take_field(line: str, start: int) -> tuple[str | None, int]:
    if start == len(line) or line[start] in ",}":
        return None, start
    if line[start] == '"':
        end = skip_jsv_quoted(line, start)
        if end - start == 1:
            raise ValueError("Length cannot be less than zero. (Parameter 'length')")
        return line[start + 1 : end - 1].replace('""', '"'), end
    if line[start] in "{[":
        value, end = JSV.take_value(line, start)
        if value.endswith("}" if line[start] == "{" else "]"):
            return value, end
    closing = ",}" if line[start] == "{" else ","
    end = start + 1
    while end < len(line) and line[end] not in closing:
        end += 1
    return line[start:end], end


def _read_xml(body: bytes, body_type: BodyType) -> Members:
    namespace = f"{{{_NAMESPACE}{body_type.namespace}}}"
    failed = (
        "There was an error deserializing the object of type "
        f"{body_type.namespace}.{body_type.name}. "
    )
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as exc:
        raise ValueError(failed + _xml_error(body, exc)) from exc
    if root.tag != f"{namespace}{body_type.name}":
        encountered, _, name = root.tag.rpartition("}")
        raise ValueError(
            f"Error in line 1 position {body.find(b'>') + 1}. Expecting element "
            f"'{body_type.name}' from namespace '{namespace[1:-1]}'.. Encountered 'Element'  "
            f"with name '{name}', namespace '{encountered[1:]}'. "
        )
    members: Members = {}
    awaited = list(body_type.members)
    for element in root:
        name = element.tag.removeprefix(namespace)
        # .NET reads the members in the order of the alphabet and skips one that comes too late.
        if name in awaited:
            del awaited[: awaited.index(name) + 1]
            members[name.lower()] = _read_element(element, name.lower() in body_type.lists)
    return members


def _read_element(
    element: ElementTree.Element, is_list: bool
) -> str | tuple[str | None, ...] | None:
    if element.get(_NIL) in ("true", "1"):
        return None
    if not is_list:
        return element.text or ""
    return tuple(
        None if item.get(_NIL) in ("true", "1") else item.text or ""
        for item in element
        if item.tag == _ARRAYS
    )


def _xml_error(body: bytes, error: ElementTree.ParseError) -> str:
    """Return .NET's words for what is wrong; they are known for the commonest faults only."""
    line, column = error.position
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    start = text.lstrip()
    if not start:
        return "Root element is missing."
    if not start.startswith("<"):
        at = len(text) - len(start)
        row = text[:at].count("\n") + 1
        return (
            "The data at the root level is invalid. "
            f"Line {row}, position {at - text.rfind(chr(10), 0, at)}."
        )
    if error.code in (
        xml.parsers.expat.errors.codes[xml.parsers.expat.errors.XML_ERROR_NO_ELEMENTS],
        xml.parsers.expat.errors.codes[xml.parsers.expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    ):
        unclosed = ", ".join(reversed(_open_elements(text)))
        last = text.rpartition("\n")[2]
        row = text.count("\n") + 1
        return (
            f"Unexpected end of file. Following elements are not closed: {unclosed}. "
            f"Line {row}, position {len(last) + 1}."
        )
    return f"{str(error).partition(':')[0].capitalize()}. Line {line}, position {column + 1}."


def _open_elements(text: str) -> list[str]:
    names: list[str] = []
    for part in text.split("<")[1:]:
        if part.startswith("/"):
            del names[-1:]
        elif part[:1].isalpha() and not part.rstrip().endswith("/>"):
            names.append(part.split(">")[0].split()[0])
    return names


_READERS: Mapping[str, Callable[[str, BodyType], Members]] = MappingProxyType(
    {"json": _read_json, "jsonl": _read_jsonl, "csv": _read_csv}
)
