"""Read a JSON value: strict about members and constants, and about how deep it is nested."""

import json
import re
from collections.abc import Iterable

from mockserver.checks.decoding.known_rows import KnownRows, read_list
from mockserver.errors import DecodeError

__all__ = ["parse_json", "read_json_rows"]

# What is nested deeper could not be compared or printed: Python would run out of stack.
_MAX_DEPTH = 64
_BEFORE_ROWS = re.compile(r'[ \t\r\n]*\{[ \t\r\n]*"conversations"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*')
_BETWEEN_ROWS = re.compile(r"[ \t\r\n]*([,\]])[ \t\r\n]*")
_BEHIND_ROWS = re.compile(r"\}[ \t\r\n]*")
_KNOWN = KnownRows()


def read_json_rows(text: str) -> list[dict[str, object]] | None:
    """Return the rows of `{"conversations": [{…}, …]}`; None where `parse_json` has to say."""
    before = _BEFORE_ROWS.match(text)
    if before is None:
        return None
    try:
        found = read_list(text, before.end(), _KNOWN, read=_read_row, between=_BETWEEN_ROWS)
    except (ValueError, RecursionError, DecodeError):
        return None
    if found is None or not _BEHIND_ROWS.fullmatch(text, found[1]):
        return None
    return found[0]


def parse_json(text: str) -> object:
    """Return a JSON value, refusing NaN, a member that occurs twice and what is nested too deeply.

    Raises:
        DecodeError: any of these, or no JSON.
    """
    try:
        value: object = _DECODER.decode(text)
    except (ValueError, RecursionError) as exc:
        raise DecodeError(f"not JSON: {exc}") from exc
    if _is_deep(value):
        raise DecodeError("not JSON that can be read: nested too deeply")
    return value


def _read_row(text: str, at: int) -> tuple[dict[str, object], int]:
    row, end = _DECODER.raw_decode(text, at)
    if _is_deep([[row]]):
        raise DecodeError("nested too deeply")
    return row, end


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    """Return what is inside a list or an object and may hold more."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict | list)]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DecodeError("a member occurs twice in an object")
    return members


def _refuse_constant(name: str) -> object:
    raise DecodeError(f"not JSON: {name}")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)
