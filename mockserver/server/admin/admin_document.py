"""Give the OpenAPI document of the admin API, its names filled in from the tables they stand in."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.contract import Point, load_contract
from mockserver.limits import (
    MAX_BUGS,
    MAX_FAULTS,
    MAX_GLOB,
    MAX_JUMP_SECONDS,
    MAX_MATCH,
    MAX_SEED,
    MAX_WAIT_SECONDS,
)
from mockserver.space.faults import PRESETS, STATUSES
from mockserver.world.scenario import scenario_names

__all__ = ["admin_document"]

_PATH = Path(__file__).resolve().parent / "admin_openapi.yaml"


@cache
def admin_document(bugs: tuple[str, ...]) -> bytes:
    """Return the document as YAML; `bugs` are the names that there are."""
    document: dict[str, Any] = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    schemas["NewSpace"]["properties"]["scenario"] = {"enum": list(scenario_names())}
    schemas["Bug"] = {"enum": list(bugs)} if bugs else {"type": "string"}
    schemas["FaultOrPreset"]["anyOf"][0] = {"enum": list(PRESETS)}
    schemas["StatusFault"]["properties"]["code"] = {"enum": list(STATUSES)}
    schemas["FaultsOrPresets"]["maxItems"] = MAX_FAULTS
    match = schemas["Match"]["properties"]
    match["path"]["maxLength"] = MAX_GLOB
    for schema in (match["user"], match["query"]["additionalProperties"]):
        schema["maxLength"] = MAX_MATCH
    schemas["Glob"]["maxLength"] = MAX_GLOB
    schemas["BugNames"]["maxItems"] = MAX_BUGS
    schemas["Jump"] |= {"minimum": -MAX_JUMP_SECONDS, "maximum": MAX_JUMP_SECONDS}
    schemas["Wait"]["maximum"] = MAX_WAIT_SECONDS
    schemas["NewSpace"]["properties"]["seed"]["maximum"] = MAX_SEED
    schemas["Choices"]["properties"] = {
        name: _choice_schema(point) for name, point in load_contract().points.items()
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100).encode()


def _choice_schema(point: Point) -> dict[str, Any]:
    listed: dict[str, Any] = {"enum": list(point.choices)}
    if point.pattern is None:
        return {"description": point.description, **listed}
    return {
        "description": point.description,
        "anyOf": [listed, {"type": "string", "pattern": point.pattern}],
    }
