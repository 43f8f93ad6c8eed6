"""Read JSON from a stranger, and refuse data that could be more than it seems.

A text of a few bytes may nest deeper than Python can walk, name itself (YAML), hold a number of
millions of digits, or half a surrogate pair, which no encoding can write. Whoever reads such data
may rely on none of it once it has been here.
"""

import json
import math

from mockserver.errors import UsageError
from mockserver.limits import MAX_DEPTH, MAX_NODES, MAX_NUMBER

__all__ = ["check_plain", "check_text", "parse_json"]


def parse_json(text: str | bytes) -> object:
    """Return what a JSON text holds.

    Raises:
        UsageError: it is no JSON, or more than anybody needs.
    """
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as exc:
        raise UsageError(f"no JSON: it is nested deeper than {MAX_DEPTH} levels") from exc
    except ValueError as exc:
        raise UsageError(f"no JSON: {exc}") from exc
    check_plain(value)
    return value


def check_plain(value: object) -> None:
    """Refuse data that is too deep or too much, a number too large, a text that nobody can write.

    Raises:
        UsageError: it is such data.
    """
    level, count = [value], 0
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
            else:
                _check_leaf(item)
            if count + len(below) > MAX_NODES:
                raise UsageError(f"it holds more than {MAX_NODES} values")
        if not below:
            return
        level, count = below, count + len(below)
    raise UsageError(f"it is nested deeper than {MAX_DEPTH} levels")


def check_text(text: str) -> None:
    """Refuse a text that no encoding can write.

    Raises:
        UsageError: it is such a text.
    """
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise UsageError("it holds half a surrogate pair, or bytes that are no UTF-8") from exc


def _check_leaf(value: object) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, int) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise UsageError(f"it holds a whole number that is not within {MAX_NUMBER} of 0")
    elif isinstance(value, float) and not math.isfinite(value):
        raise UsageError("it holds a number that is not finite")
    elif not isinstance(value, int | float | None):
        # YAML can name such a kind.
        raise UsageError(f"it holds a {type(value).__name__}, which is no text and no number")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
