"""Declare the scenario file once, as a JSON Schema.

`mockserver spec --scenario-schema` prints it for editors; scenario.py reads files.
"""

from typing import Any

from mockserver.contract import Contract, Point, load_contract
from mockserver.documents.json_schema import Schema
from mockserver.limits import (
    HEADER_NAME,
    MAX_ARRIVAL_DAYS,
    MAX_ARRIVALS,
    MAX_ARRIVALS_PER_MINUTE,
    MAX_BUGS,
    MAX_FAULTS,
    MAX_LOCALES,
    MAX_ORIGINS,
    MAX_SEED,
    MAX_USERS,
    SPACE_NAME,
)
from mockserver.profile import CLIENTS, UNKNOWN
from mockserver.world.hand_schema import BY_HAND

__all__ = ["SCENARIO", "choice_schema", "scenario_schema"]

_TEXT = {"type": "string", "minLength": 1}
# Of a choice that is a number.
_MAX_CHOICE = 999_999_999
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
        "password": {**_TEXT, "description": "A made-up one: it is printed at the start."},
        **{
            name: {**_TEXT, "description": "Shown by `/auth`."}
            for name in ("email", "firstName", "lastName", "displayName")
        },
        "roles": {"type": "array", "items": _TEXT, "description": "Such as `Manager`."},
        "accounts": {
            "description": "`all`, or accounts by number from 0, by name or by id. Absent: none.",
            "anyOf": [
                {"type": "string", "const": "all"},
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
            "name": {
                "type": "string",
                "pattern": f"^{SPACE_NAME}$",
                "description": "Absent: the name of the file.",
            },
            "seed": {
                "type": "integer",
                "minimum": -MAX_SEED,
                "maximum": MAX_SEED,
                "description": "Draws everything; same seed, same bytes.",
            },
            "size": BY_HAND["size"],
            "locales": {
                "type": "array",
                "items": _TEXT,
                "minItems": 1,
                "maxItems": MAX_LOCALES,
                "description": "Of names and texts, such as `de_DE`.",
            },
            "clock": {
                "type": "string",
                "enum": ["live", "frozen"],
                "description": "Whether time passes.",
            },
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
                        "description": "How many arrive as the clock goes on.",
                    },
                    "background": {
                        "type": "boolean",
                        "description": "Only news in generated conversations, under a live clock.",
                    },
                },
                "description": (
                    "Messages that arrive by themselves, for at most "
                    f"{MAX_ARRIVAL_DAYS} days after the start and {MAX_ARRIVALS:,} in all."
                ),
            },
            "dataset": {
                "type": "string",
                "minLength": 1,
                "description": "A file of conversations instead of a generated world.",
            },
            "accounts": BY_HAND["accounts"],
            "conversations": BY_HAND["conversations"],
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
            "corsHeaders": {
                "type": "array",
                "items": {"type": "string", "pattern": f"^{HEADER_NAME}$"},
                "maxItems": MAX_ORIGINS,
                "description": "Request headers that a page may send, besides the usual ones.",
            },
            "profile": {
                "type": "object",
                "description": "A choice for some points: `mockserver help profile`.",
                "additionalProperties": False,
                "properties": {
                    name: choice_schema(point) for name, point in contract.points.items()
                },
            },
            "for": {
                "type": "string",
                "enum": list(CLIENTS),
                "description": "Choose what such a client needs; `profile` may say otherwise.",
            },
            "faults": {
                "type": "array",
                "items": {"anyOf": [{"type": "object"}, _TEXT]},
                "maxItems": MAX_FAULTS,
                "description": "Rows, or names of presets: `mockserver help faults`.",
            },
            "bugs": {
                "type": "array",
                "items": _TEXT,
                "maxItems": MAX_BUGS,
                "description": "Names of what goes wrong: `mockserver help bugs`.",
            },
        },
    }


def choice_schema(point: Point) -> dict[str, Any]:
    """Return the JSON Schema of a choice for a point."""
    options: list[dict[str, Any]] = [{"type": "string", "enum": [*point.choices, UNKNOWN]}]
    if point.pattern is not None:
        means = point.choice_help["pattern"]
        options.append({"type": "string", "pattern": point.pattern, "description": means})
        if point.accepts(str(_MAX_CHOICE)):
            options.append({"type": "integer", "minimum": 1, "maximum": _MAX_CHOICE})
    numbers = [int(choice) for choice in point.choices if choice.isdecimal()]
    if numbers:
        options.append({"type": "integer", "enum": numbers})
    if point.is_switch:
        # What YAML makes of a bare `on` or `off`.
        options.append({"type": "boolean"})
    return {"description": point.description, "anyOf": options}


SCENARIO = Schema(lambda: scenario_schema(load_contract()), member="key")
