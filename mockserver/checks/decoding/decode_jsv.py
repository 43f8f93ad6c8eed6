"""Read JSV, and bring rows whose values are all text to the members of JSON.

JSV has no types: `isUnread` becomes a boolean here, every other plain value stays text.
"""

import re
from collections.abc import Mapping

from mockserver.checks.decoding.known_rows import KnownRows, read_list
from mockserver.errors import DecodeError
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS

__all__ = [
    "MESSAGE",
    "MESSAGE_NAMES",
    "ROW_NAMES",
    "normal_row",
    "read_flag",
    "read_jsv",
    "read_jsv_rows",
]

MESSAGE = "mostRecentMessage"
ROW_NAMES: Mapping[str, str] = {wire.lower(): wire for wire, _ in CONVERSATION_FIELDS}
MESSAGE_NAMES: Mapping[str, str] = {wire.lower(): wire for wire, _ in MESSAGE_FIELDS}

_BARE = re.compile(r"[^\":,{}\[\]\r\n]*")
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
# What CSV may write, and JSV does not.
_DIGITS = ("0", "1")
_MAX_DEPTH = 32
# How a host may write that there is no object, where ServiceStack writes nothing.
_NULLS = ("", "null")
_BEFORE_ROWS = re.compile(r"\{conversations:\[", re.IGNORECASE)
_BETWEEN_ROWS = re.compile(r"(\]|,(?=\{))")
_KNOWN = KnownRows()


def read_jsv(text: str) -> object:
    """Return a JSV value: dict, list or text.

    Raises:
        DecodeError: text is left over, something is not closed, or a name occurs twice.
    """
    value, end = _value(text, 0, 0)
    if end != len(text):
        raise DecodeError(f"not JSV: {text[end]!r} at character {end}")
    return value


def read_jsv_rows(text: str, *, is_bare: bool = False) -> list[dict[str, object]] | None:
    """Return the rows of `{conversations:[{…},…]}`; None where `read_jsv` has to say.

    Args:
        text: the whole body, or a cell of CSV.
        is_bare: there is nothing but the list.
    """
    before = None if is_bare else _BEFORE_ROWS.match(text)
    if before is None and not (is_bare and text.startswith("[")):
        return None
    start = before.end() if before else 1
    try:
        found = read_list(text, start, _KNOWN, read=_read_row, between=_BETWEEN_ROWS)
    except DecodeError:
        return None
    if found is None or text[found[1] :] != ("" if is_bare else "}"):
        return None
    return found[0]


def normal_row(value: object) -> dict[str, object]:
    """Return a row by wire names, `isUnread` a boolean, unknown members kept."""
    row = _rename(value, ROW_NAMES)
    if row.get(MESSAGE) in _NULLS:
        del row[MESSAGE]
    if MESSAGE in row:
        message = _rename(row[MESSAGE], MESSAGE_NAMES)
        if "isUnread" in message:
            flag = message["isUnread"]
            if flag in _DIGITS:
                raise DecodeError("isUnread is a number, not true or false")
            message["isUnread"] = read_flag(flag)
        row[MESSAGE] = message
    return row


def read_flag(value: object) -> bool:
    """Return the boolean that a text names, in any case."""
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(value.lower()) if isinstance(value, str) else None
    if flag is None:
        raise DecodeError("isUnread is neither true nor false")
    return flag


def _rename(value: object, names: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DecodeError("text where an object belongs")
    renamed: dict[str, object] = {}
    for name, member in value.items():
        wire = names.get(name.lower(), name)
        if wire in renamed:
            raise DecodeError(f"member {wire} occurs twice")
        if member is not None:
            renamed[wire] = member
    return renamed


def _read_row(text: str, at: int) -> tuple[dict[str, object], int]:
    # As deep as in an object and its list.
    value, end = _value(text, at, 2)
    return normal_row(value), end


def _value(text: str, at: int, depth: int) -> tuple[object, int]:
    if depth > _MAX_DEPTH:
        raise DecodeError("not JSV: nested too deeply")
    start = text[at : at + 1]
    if start == "{":
        return _object(text, at + 1, depth)
    if start == "[":
        return _list(text, at + 1, depth)
    return _scalar(text, at)


def _object(text: str, at: int, depth: int) -> tuple[object, int]:
    members: dict[str, object] = {}
    while not text.startswith("}", at):
        name, at = _scalar(text, at)
        at = _expect(text, at, ":")
        if name in members:
            raise DecodeError(f"not JSV: member {name} occurs twice")
        members[name], at = _value(text, at, depth + 1)
        at = _next(text, at, "}")
    return members, at + 1


def _list(text: str, at: int, depth: int) -> tuple[object, int]:
    items: list[object] = []
    while not text.startswith("]", at):
        item, at = _value(text, at, depth + 1)
        items.append(item)
        at = _next(text, at, "]")
    return items, at + 1


def _next(text: str, at: int, closing: str) -> int:
    """Return where the next member starts, or the closing bracket stands."""
    if text.startswith(closing, at):
        return at
    at = _expect(text, at, ",")
    if text.startswith(closing, at):
        raise DecodeError(f"not JSV: a comma before {closing!r} at character {at}")
    return at


def _expect(text: str, at: int, character: str) -> int:
    if not text.startswith(character, at):
        found = repr(text[at]) if at < len(text) else "the end"
        raise DecodeError(f"not JSV: {found} instead of {character!r} at character {at}")
    return at + 1


def _scalar(text: str, at: int) -> tuple[str, int]:
    quoted = _QUOTED.match(text, at)
    if quoted is not None:
        return quoted[1].replace('""', '"'), quoted.end()
    bare = _BARE.match(text, at)
    assert bare is not None, "the pattern matches the empty text too"
    return bare[0], bare.end()
