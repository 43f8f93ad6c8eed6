"""Give the OpenAPI document of the admin API, its names filled in from the tables they stand in."""

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.contract import Point, load_contract
from mockserver.documents.json_schema import Schema, object_schema
from mockserver.limits import (
    MAX_ASKED_CONVERSATIONS,
    MAX_BUGS,
    MAX_GLOB,
    MAX_JUMP_SECONDS,
    MAX_SEED,
    MAX_WAIT_SECONDS,
)
from mockserver.space.beginning import start_schema
from mockserver.space.command_lines import line_schema
from mockserver.space.faults import fault_forms, faults_schema
from mockserver.world.hand_schema import BY_HAND
from mockserver.world.pools import known_locales
from mockserver.world.scenario import scenario_names
from mockserver.world.scenario_schema import choice_schema, scenario_schema

__all__ = ["admin_api", "admin_document", "body_schema"]

_PATH = Path(__file__).resolve().parent / "admin_openapi.yaml"
_OF_THE_CONTRACT = ("ConversationInfo", "MessageInfo", "MessageDirections")


class _Dumper(yaml.SafeDumper):
    """Write what stands twice twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """Name nothing to refer to it."""
        return True


@cache
def admin_document(bugs: tuple[str, ...]) -> bytes:
    """Return the document as YAML; `bugs` are the names that there are."""
    document = admin_api(bugs)
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, encoding="utf-8"
    )


def body_schema(method: str, path: str) -> Schema:
    """Return the schema of an operation's JSON body, as the document has it."""

    def build() -> Mapping[str, Any]:
        # The names of bugs are the space's to check: their table is loaded for them alone.
        document = admin_api(())
        body = document["paths"][path][method.lower()]["requestBody"]["content"]
        return {**body["application/json"]["schema"], "components": document["components"]}

    return Schema(build)


def _fill_scenarios(schemas: dict[str, Any]) -> None:
    """Fill in what a scenario may be; a request reads no file, and makes no world of millions."""
    size = copy.deepcopy(BY_HAND["size"])
    size["properties"]["conversations"]["maximum"] = MAX_ASKED_CONVERSATIONS
    members = {
        **scenario_schema(load_contract())["properties"],
        "size": size,
        "now": {"$ref": "#/components/schemas/Instant"},
        "faults": {"$ref": "#/components/schemas/FaultsOrPresets"},
        "bugs": {"$ref": "#/components/schemas/BugNames"},
    }
    members["locales"]["items"] = {"type": "string", "enum": list(known_locales())}
    del members["dataset"]
    schemas["ScenarioName"]["enum"] = list(scenario_names())
    schemas["Scenario"]["properties"] = members
    schemas["HandRows"]["properties"] = {**BY_HAND, "size": size}
    schemas["HandConversations"] |= BY_HAND["conversations"]


@cache
def admin_api(bugs: tuple[str, ...]) -> dict[str, Any]:
    """Return the document; without `bugs` any name stands for one."""
    document: dict[str, Any] = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    _fill_scenarios(schemas)
    schemas["NewSpace"]["properties"]["seed"]["maximum"] = MAX_SEED
    schemas["Bug"] = {"type": "string", "enum": list(bugs)} if bugs else {"type": "string"}
    schemas["BugNames"]["maxItems"] = MAX_BUGS
    schemas["Fault"] = {"oneOf": fault_forms()}
    schemas["FaultsOrPresets"] = faults_schema()
    schemas["Glob"]["maxLength"] = MAX_GLOB
    schemas["Jump"] |= {"minimum": -MAX_JUMP_SECONDS, "maximum": MAX_JUMP_SECONDS}
    schemas["Wait"]["maximum"] = MAX_WAIT_SECONDS
    schemas["LogStart"] = start_schema()
    schemas["LogLine"] = line_schema()
    contract = load_contract()
    schemas["Choices"]["properties"] = {
        name: choice_schema(point) for name, point in contract.points.items()
    }
    schemas["Profile"] = object_schema({name: _chosen(p) for name, p in contract.points.items()})
    schemas |= {name: contract.document["components"]["schemas"][name] for name in _OF_THE_CONTRACT}
    return document


def _chosen(point: Point) -> dict[str, Any]:
    """Return the JSON Schema of the choice that stands for a point."""
    choices = {} if point.pattern is not None else {"enum": list(point.choices)}
    return {"type": "string", **choices, "description": point.description}
