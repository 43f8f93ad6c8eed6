"""Read JSON and YAML from a stranger, and refuse data that could be more than it seems.

A text of a few bytes may nest deeper than Python can walk, name itself (YAML), hold a number of
millions of digits, or half a surrogate pair, which no encoding can write. Whoever reads such data
may rely on none of it once it has been here.

YAML is read as people mean it: 1.2's plain scalars, and no key twice. PyYAML's own loader makes a
date of `2026-03-01`, 600 of `+10:00` and true of `on`; none of these is wanted in a scenario, a
profile or a configuration.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

import yaml

from mockserver.errors import UsageError
from mockserver.limits import MAX_DEPTH, MAX_NODES, MAX_NUMBER

__all__ = ["check_plain", "check_text", "load_yaml", "parse_json"]


def parse_json(text: str | bytes) -> object:
    """Return what a JSON text holds.

    Raises:
        UsageError: it is no JSON, or more than anybody needs.
    """
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant, parse_float=_read_number)
    except RecursionError as exc:
        raise UsageError(f"no JSON: it is nested deeper than {MAX_DEPTH} levels") from exc
    except ValueError as exc:
        raise UsageError(f"no JSON: {exc}") from exc
    check_plain(value)
    return value


def load_yaml(path: Path, *, kind: str) -> object:
    """Return what a YAML file holds.

    Args:
        path: the file.
        kind: what the file is, for the error: `scenario`, `profile`, `configuration`.

    Raises:
        UsageError: the file cannot be read, is no UTF-8 or no YAML, has a key twice, or holds
            what `check_plain` refuses.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise UsageError(f"cannot read {kind} file {path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"{kind} file {path} is no UTF-8 (byte {exc.start})") from exc
    try:
        value: object = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise UsageError(f"{kind} file {path}{place}: {exc.problem}") from exc
    except RecursionError as exc:
        raise UsageError(f"{kind} file {path}: it is nested too deep") from exc
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        LookupError,
    ) as exc:
        raise UsageError(f"{kind} file {path} is no YAML: {' '.join(str(exc).split())}") from exc
    try:
        check_plain(value)
    except UsageError as exc:
        raise UsageError(f"{kind} file {path}: {exc}") from exc
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


def _read_number(text: str) -> float:
    """Return 5 for 5.0: in JSON Schema it is the same number, and an integer."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


class _Loader(yaml.SafeLoader):
    """Load YAML with the core schema's scalars and refuse repeated keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping of a node."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_number(self, node: yaml.ScalarNode) -> float:
        """Return the number of a node, whole ones as such."""
        value = self.construct_yaml_float(node)
        return int(value) if value.is_integer() else value


_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)
for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$", re.ASCII), _first
    )
