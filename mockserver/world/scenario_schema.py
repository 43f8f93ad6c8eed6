"""Declare the scenario file once, as a JSON Schema, and check a file by it.

`mockserver spec --scenario-schema` prints it for editors; scenario.py reads files.
"""

import re
from collections.abc import Mapping
from typing import Any

from mockserver.contract import Contract, Point
from mockserver.errors import UsageError, unknown_name
from mockserver.limits import (
    MAX_ARRIVALS_PER_MINUTE,
    MAX_BUGS,
    MAX_CONVERSATIONS,
    MAX_FAULTS,
    MAX_LOCALES,
    MAX_ORIGINS,
    MAX_OWNERS,
    MAX_SEED,
    MAX_USERS,
    SPACE_NAME,
)
from mockserver.profile import UNKNOWN

__all__ = ["check_scenario", "scenario_schema"]

_OWNERS = {"type": "integer", "minimum": 0, "maximum": MAX_OWNERS}
_TEXT = {"type": "string", "minLength": 1}
_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_USER = {
    "type": "object",
    "required": ["username", "password"],
    "additionalProperties": False,
    "properties": {
        "username": {
            "type": "string",
            "pattern": "^[^:~]+$",
            "description": "Without a colon, which Basic cannot carry, and without a tilde.",
        },
        "password": _TEXT,
        "email": _TEXT,
        "firstName": _TEXT,
        "lastName": _TEXT,
        "displayName": _TEXT,
        "roles": {"type": "array", "items": _TEXT},
        "accounts": {
            "description": "`all`, or accounts by their number from 0 or by their id.",
            "anyOf": [
                {"const": "all"},
                {
                    "type": "array",
                    "items": {"anyOf": [{"type": "integer", "minimum": 0}, _TEXT]},
                },
            ],
        },
    },
}


def scenario_schema(contract: Contract) -> dict[str, Any]:
    """Return the JSON Schema of a scenario file; the contract gives the profile's points."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of mockserver",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": f"^{SPACE_NAME}$"},
            "seed": {
                "type": "integer",
                "minimum": -MAX_SEED,
                "maximum": MAX_SEED,
                "description": "Draws everything; same seed, same bytes.",
            },
            "size": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    **dict.fromkeys(("accounts", "customers", "endpoints"), _OWNERS),
                    "conversations": {**_OWNERS, "maximum": MAX_CONVERSATIONS},
                },
            },
            "locales": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MAX_LOCALES},
            "clock": {"enum": ["live", "frozen"]},
            "now": {
                "type": "string",
                "description": "The instant of a frozen clock, ISO 8601, up to the year 9000.",
            },
            "arrivals": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "perMinute": {
                        "type": "number",
                        "minimum": 0,
                        "maximum": MAX_ARRIVALS_PER_MINUTE,
                    }
                },
            },
            "dataset": {
                "type": "string",
                "minLength": 1,
                "description": "A file of conversations instead of a generated world.",
            },
            "users": {
                "type": "array",
                "items": _USER,
                "maxItems": MAX_USERS,
                "description": "Absent: the users of the scenario `default`.",
            },
            "corsOrigins": {
                "type": "array",
                "items": _TEXT,
                "maxItems": MAX_ORIGINS,
                "description": "Absent: loopback origins. Empty: no CORS headers at all.",
            },
            "profile": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    name: _choice_schema(point) for name, point in contract.points.items()
                },
            },
            "faults": {
                "type": "array",
                "items": {"anyOf": [_TEXT, {"type": "object"}]},
                "maxItems": MAX_FAULTS,
            },
            "bugs": {"type": "array", "items": _TEXT, "maxItems": MAX_BUGS},
        },
    }


def check_scenario(document: object, schema: Mapping[str, Any]) -> None:
    """Compare a scenario's document with its schema.

    Raises:
        UsageError: it does not fit; named by its JSON pointer.
    """
    _check(document, schema, "")


def _choice_schema(point: Point) -> dict[str, Any]:
    options: list[dict[str, Any]] = [{"enum": [*point.choices, UNKNOWN]}]
    if point.pattern is not None:
        options.append({"type": "string", "pattern": point.pattern})
        options.append({"type": "integer", "minimum": 0})
    return {"description": point.description, "anyOf": options}


def _check(value: object, schema: Mapping[str, Any], pointer: str) -> None:
    place = pointer or "the file"
    if "anyOf" in schema:
        _check_any(value, schema["anyOf"], pointer)
        return
    if "const" in schema and value != schema["const"]:
        raise UsageError(f"{place}: expected {schema['const']!r}, got {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        known = ", ".join(map(str, schema["enum"]))
        raise UsageError(f"{place}: {value!r} is not one of {known}")
    kind = schema.get("type")
    if kind is None:
        return
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        article = "an" if kind[0] in "aio" else "a"
        raise UsageError(f"{place}: expected {article} {kind}, got {_shown(value, pointer)}")
    if isinstance(value, dict):
        _check_members(value, schema, pointer)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            raise UsageError(f"{place}: expected at least {schema['minItems']} item")
        if len(value) > schema.get("maxItems", len(value)):
            raise UsageError(f"{place}: {len(value)} items; expected at most {schema['maxItems']}")
        for number, item in enumerate(value):
            _check(item, schema["items"], f"{pointer}/{number}")
    elif isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            raise UsageError(f"{place}: expected a text that is not empty")
        if not re.search(schema.get("pattern", ""), value):
            raise UsageError(f"{place}: {value!r} does not match {schema['pattern']}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and value < low or high is not None and value > high:
            wanted = f"at least {low}" if high is None else f"from {low} to {high}"
            raise UsageError(f"{place}: {value} is out of range; expected {wanted}")


def _check_members(value: dict[object, object], schema: Mapping[str, Any], pointer: str) -> None:
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in value:
        if not isinstance(name, str) or (
            name not in properties and schema.get("additionalProperties") is False
        ):
            error = unknown_name("key", str(name), properties)
            raise UsageError(f"{pointer or 'the file'}: {error}")
    for name in schema.get("required", ()):
        if name not in value:
            raise UsageError(f"{pointer or 'the file'}: the key {name!r} is missing")
    for name, member in value.items():
        if name in properties:
            _check(member, properties[str(name)], f"{pointer}/{name}")


def _check_any(value: object, options: list[Mapping[str, Any]], pointer: str) -> None:
    errors = []
    for option in options:
        try:
            _check(value, option, pointer)
        except UsageError as exc:
            errors.append(exc)
        else:
            return
    # What is wrong deepest inside says most: the option that was meant fitted further.
    raise max(errors, key=lambda error: str(error).partition(":")[0].count("/"))


def _shown(value: object, pointer: str) -> str:
    if pointer.endswith("/password"):
        return "something else"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return "null" if value is None else repr(value)
