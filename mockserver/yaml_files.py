"""Read YAML files as people mean them: YAML 1.2's plain scalars, and no key twice.

PyYAML's own loader makes a date of `2026-03-01`, 600 of `+10:00` and true of `on`; none of these
is wanted in a scenario, a profile or a configuration.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from mockserver.errors import UsageError
from mockserver.plain_data import check_plain

__all__ = ["load_yaml"]


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


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$", re.ASCII), _first
    )


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
