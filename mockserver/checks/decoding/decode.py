"""Decode an answer of any media type into rows; strict about content, tolerant of dress.

Independent of the server's encoders on purpose. A row is a JSON object by wire names. JSON rows
come as they are; the other formats leave out what is null, and fold the case of known names.
`comparable` brings rows of two formats to what both can carry. XML is in decode_xml, CSV in
decode_csv.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType

from mockserver.checks.decoding.decode_csv import read_csv_layout, read_csv_rows
from mockserver.checks.decoding.decode_json import parse_json, read_json_rows
from mockserver.checks.decoding.decode_jsv import normal_row, read_jsv, read_jsv_rows
from mockserver.checks.decoding.decode_xml import read_xml_rows
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.errors import DecodeError, NoListError

__all__ = [
    "DECODERS",
    "MEDIA_TYPES",
    "Row",
    "comparable",
    "csv_layout",
    "decode",
    "decode_csv",
    "decode_json",
    "decode_jsonl",
    "decode_jsonp",
    "decode_jsv",
    "decode_xml",
    "media_kind",
    "parse_json",
    "text_of",
    "unwrap_jsonp",
]

Row = dict[str, object]

# A kind → the media type to ask for.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "json": "application/json",
        "xml": "application/xml",
        "jsv": "application/jsv",
        "csv": "text/csv",
        "jsonl": "text/jsonl",
        "html": "text/html",
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "application/json": "json",
        "text/json": "json",
        "application/xml": "xml",
        "text/xml": "xml",
        "application/jsv": "jsv",
        "text/jsv": "jsv",
        "text/csv": "csv",
        "application/csv": "csv",
        "text/jsonl": "jsonl",
        "application/jsonl": "jsonl",
        "application/x-jsonlines": "jsonl",
        "application/x-ndjson": "jsonl",
        "application/ndjson": "jsonl",
        "text/javascript": "jsonp",
        "application/javascript": "jsonp",
        "application/x-javascript": "jsonp",
        "text/html": "html",
        "application/xhtml+xml": "html",
    }
)
_NAME = r"[A-Za-z0-9_$.\[\]]++"
# Possessive throughout: an answer that is no call is not tried again in other ways.
_CALL = re.compile(
    rf"\s*+(?:/\*\*/\s*+)?(?:typeof\s++{_NAME}\s*+===\s*+'function'\s*+&&\s*+)?({_NAME})\s*+\("
)
_LINE_ENDS = re.compile("\r\n?")


def media_kind(content_type: str | None) -> str | None:
    """Return json, xml, jsv, csv, jsonl, jsonp or html; None for any other type or none."""
    if content_type is None:
        return None
    bare = content_type.partition(";")[0].strip().lower()
    return "json" if bare.endswith("+json") else _KINDS.get(bare)


def decode_json(body: bytes) -> list[Row]:
    """Return the rows of `{"conversations": […]}`.

    Raises:
        DecodeError: not JSON, a member twice, or no list of objects in its place.
    """
    return _json_rows(text_of(body))


def decode_jsonl(body: bytes) -> list[Row]:
    """Return the rows of JSON Lines: one line with the whole answer, or one line a row.

    The whole answer may be spread over lines too, by a host that indents its JSON.
    """
    text = text_of(body)
    rows = read_json_rows(text)
    if rows is not None:
        return rows
    try:
        values = [parse_json(line) for line in text.split("\n") if line.strip()]
    except DecodeError:
        return decode_json(body)
    if len(values) == 1 and isinstance(values[0], dict) and "conversations" in values[0]:
        return _rows_of(values[0])
    return [_row(value) for value in values]


def decode_jsonp(body: bytes, *, callback: str | None = None) -> list[Row]:
    """Return the rows of a JSONP answer; `callback`, where given, is the name it must call."""
    name, inner = unwrap_jsonp(text_of(body))
    if callback is not None and name != callback:
        raise DecodeError(f"calls {name!r}, not {callback!r}")
    return _json_rows(inner)


def decode_jsv(body: bytes) -> list[Row]:
    """Return the rows of a JSV answer."""
    text = text_of(body)
    rows = read_jsv_rows(text)
    if rows is not None:
        return rows
    value = read_jsv(text)
    items = value.get("conversations") if isinstance(value, dict) else None
    if items is None and isinstance(value, dict):
        items = next((v for k, v in value.items() if k.lower() == "conversations"), None)
    if not isinstance(items, list):
        raise NoListError(_lacking(value))
    return [normal_row(item) for item in items]


def decode_xml(body: bytes) -> list[Row]:
    """Return the rows of an XML answer, by local names in any namespace and order."""
    return read_xml_rows(body)


def decode_csv(body: bytes) -> list[Row]:
    """Return the rows of a CSV answer in any of its layouts; see `csv_layout`."""
    return read_csv_rows(text_of(body))


def csv_layout(body: bytes) -> str:
    """Return how a CSV answer is laid out: cell, rows or flat (see decode_csv)."""
    return read_csv_layout(text_of(body))


def unwrap_jsonp(text: str) -> tuple[str, str]:
    """Return the function's name and the text between its parentheses."""
    call = _CALL.match(text)
    end = text.rstrip().removesuffix(";").rstrip()
    if call is None or not end.endswith(")") or len(end) <= call.end():
        raise DecodeError("no call of a function")
    return call[1], end[call.end() : -1]


def comparable(rows: list[Row], *, kind: str, is_flat: bool = False) -> list[Row]:
    """Return rows as a format of that kind can carry them, to compare with another's.

    Nulls are dropped, the line ends of XML folded, and in flat CSV an empty text is null.
    """
    return list(map(_COMPARABLE[kind == "xml", is_flat], rows))


DECODERS: Mapping[str, Callable[[bytes], list[Row]]] = MappingProxyType(
    {
        "json": decode_json,
        "xml": decode_xml,
        "jsv": decode_jsv,
        "csv": decode_csv,
        "jsonl": decode_jsonl,
        "jsonp": decode_jsonp,
    }
)


# Many answers of a run are the same bytes, and each is read by several judges.
@lru_cache(maxsize=16)
def decode(kind: str, body: bytes) -> tuple[Row, ...]:
    """Return the rows of a body of a kind of DECODERS, which are shared: nobody may change them.

    Raises:
        DecodeError: as its decoder does.
    """
    return tuple(DECODERS[kind](body))


def _comparable(row: Row, *, folds_lines: bool, is_flat: bool) -> Row:
    kept: Row = {}
    for name, value in row.items():
        if value is None or (is_flat and value == ""):
            continue
        if isinstance(value, dict):
            value = _comparable(value, folds_lines=folds_lines, is_flat=is_flat)
        elif folds_lines and isinstance(value, str) and "\r" in value:
            value = _LINE_ENDS.sub("\n", value)
        kept[name] = value
    return kept


# Whether line ends are folded, and whether an empty text is null → what makes a row comparable.
_COMPARABLE = {
    (folds, is_flat): once_a_row(partial(_comparable, folds_lines=folds, is_flat=is_flat))
    for folds in (False, True)
    for is_flat in (False, True)
}


def _lacking(value: object) -> str:
    """Return what stands where the list of conversations should be."""
    if isinstance(value, list):
        return "a list by itself, in no object with a member `conversations`"
    others = value.values() if isinstance(value, dict) else [value]
    if any(isinstance(other, list) and other for other in others):
        return "a list under another name than `conversations`"
    return "a body without the list `conversations`"


def text_of(body: bytes) -> str:
    """Return a body of UTF-8, without its mark.

    Raises:
        DecodeError: other bytes.
    """
    try:
        return body.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as exc:
        raise DecodeError(f"not UTF-8: {exc.reason} at byte {exc.start}") from exc


def _json_rows(text: str) -> list[Row]:
    rows = read_json_rows(text)
    return _rows_of(parse_json(text)) if rows is None else rows


def _rows_of(value: object) -> list[Row]:
    items = value.get("conversations") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise NoListError(_lacking(value))
    return [_row(item) for item in items]


def _row(value: object) -> Row:
    if not isinstance(value, dict):
        raise DecodeError("a conversation is not an object")
    return value
