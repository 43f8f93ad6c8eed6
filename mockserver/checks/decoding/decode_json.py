"""Read a JSON value: strict about members and constants, and about how deep it is nested."""

import json
from collections.abc import Iterable

from mockserver.errors import DecodeError

__all__ = ["parse_json"]

# What is nested deeper could not be compared or printed: Python would run out of stack.
_MAX_DEPTH = 64


def parse_json(text: str) -> object:
    """Return a JSON value, refusing NaN, a member that occurs twice and what is nested too deeply.

    Raises:
        DecodeError: any of these, or no JSON.
    """
    try:
        value: object = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise DecodeError(f"not JSON: {exc}") from exc
    if _is_deep(value):
        raise DecodeError("not JSON that can be read: nested too deeply")
    return value


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
