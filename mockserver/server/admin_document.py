"""Give the OpenAPI document of the admin API, its names filled in from the tables they stand in."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.contract import Point, load_contract
from mockserver.server.faults import PRESETS, STATUSES
from mockserver.world.scenario import scenario_names

__all__ = ["admin_document"]

_PATH = Path(__file__).resolve().parent / "admin_openapi.yaml"


@cache
def admin_document() -> bytes:
    """Return the document as YAML."""
    # Not at the top: most servers never need the bugs.
    from mockserver.server.bugs import BUGS

    document: dict[str, Any] = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    schemas["NewSpace"]["properties"]["scenario"] = {"enum": list(scenario_names())}
    schemas["Bug"] = {"enum": list(BUGS)} if BUGS else {"type": "string"}
    schemas["FaultOrPreset"]["anyOf"][0] = {"enum": list(PRESETS)}
    schemas["StatusFault"]["properties"]["code"] = {"enum": list(STATUSES)}
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
