"""Read openapi.yaml as a contract: what its parameters filter, and what the vendor leaves open.

The document itself stays at hand for what needs more of it (schemas, responses, generated types).
profile.py holds one choice for each point.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from mockserver.errors import UsageError
from mockserver.resources import find_resource

__all__ = ["OPERATION_PATH", "Contract", "Operator", "Parameter", "Point", "load_contract"]

Operator = Literal["in", "after"]
OPERATION_PATH = "/conversations"
_OPERATORS = ("in", "after")
# libyaml's loader is six times as fast, where it exists.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Hold a query parameter and what it filters.

    Attributes:
        field: a JSON pointer into one conversation.
        operator: `in` compares with a list's values, `after` with an instant.
        comment: what generated clients say about it.
    """

    name: str
    field: str
    operator: Operator
    description: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Hold one point that the vendor leaves open.

    Attributes:
        choices: the names, the default among them.
        pattern: what a choice may match instead of being one of the names: a number, an offset.
        observable: a careful checker can see the choice from outside.
        choice_help: what each choice means; under `pattern` what a match means.
    """

    name: str
    description: str
    choices: tuple[str, ...]
    pattern: str | None
    default: str
    why: str
    observable: bool
    choice_help: Mapping[str, str]

    @property
    def is_switch(self) -> bool:
        """Say whether the choices are `on` and `off`."""
        return {"on", "off"} == set(self.choices)

    def accepts(self, choice: str) -> bool:
        """Say whether `choice` is one of the point's."""
        if choice in self.choices:
            return True
        return self.pattern is not None and re.fullmatch(self.pattern, choice) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Hold what openapi.yaml says about the operation.

    Attributes:
        parameters: in declared order.
        points: by name, in the document's order.
        document: the whole of openapi.yaml.
    """

    parameters: tuple[Parameter, ...]
    points: Mapping[str, Point]
    document: dict[str, Any]
    parameter_names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(parameter.name for parameter in self.parameters)
        object.__setattr__(self, "parameter_names", names)

    @property
    def operation(self) -> dict[str, Any]:
        """Return the operation `ListConversations` of the document."""
        return cast(dict[str, Any], self.document["paths"][OPERATION_PATH]["get"])


@cache
def load_contract(path: Path | None = None) -> Contract:
    """Return the contract in a file; without a path, the one that is shipped.

    Raises:
        UsageError: the file cannot be read or holds no such contract.
    """
    source = path or find_resource("openapi.yaml")
    try:
        document = yaml.load(source.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as exc:
        raise UsageError(f"cannot read contract {source}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"contract {source} is no UTF-8 (byte {exc.start})") from exc
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        raise UsageError(f"contract {source} is no YAML: {' '.join(str(exc).split())}") from exc
    return _build_contract(document, source)


def _build_contract(document: Any, source: Path) -> Contract:
    try:
        operation = document["paths"][OPERATION_PATH]["get"]
        parameters = tuple(_parameter(item) for item in operation["parameters"])
        points = {item["name"]: _point(item) for item in operation["x-unspecified"]}
    except KeyError as exc:
        raise UsageError(f"contract {source}: GET {OPERATION_PATH} lacks {exc.args[0]!r}") from exc
    except (TypeError, AttributeError) as exc:
        raise UsageError(
            f"contract {source} does not describe GET {OPERATION_PATH} as expected: {exc}"
        ) from exc
    except UsageError as exc:
        raise UsageError(f"contract {source}: {exc}") from exc
    return Contract(parameters=parameters, points=points, document=document)


def _parameter(item: Mapping[str, Any]) -> Parameter:
    operator = item["x-filter"]["operator"]
    if operator not in _OPERATORS:
        known = ", ".join(_OPERATORS)
        raise UsageError(f"{item['name']}: unknown operator {operator!r}; known: {known}")
    pointer = item["x-filter"]["field"]
    if not (isinstance(pointer, str) and pointer.startswith("/")):
        raise UsageError(f"{item['name']}: the field {pointer!r} is no JSON pointer such as /id")
    return Parameter(
        name=item["name"],
        field=pointer,
        operator=operator,
        description=" ".join(item.get("description", "").split()),
        comment=item.get("x-comment", ""),
    )


def _point(item: Mapping[str, Any]) -> Point:
    helps = dict(item["choices"])
    pattern = item.get("pattern")
    point = Point(
        name=item["name"],
        description=item["description"],
        choices=tuple(helps),
        pattern=pattern,
        default=item["default"],
        why=item["why"],
        observable=item["observable"],
        choice_help=helps | ({"pattern": item["pattern-means"]} if pattern is not None else {}),
    )
    if not point.accepts(point.default):
        raise UsageError(f"point {point.name}: the default {point.default!r} is no choice of it")
    return point
