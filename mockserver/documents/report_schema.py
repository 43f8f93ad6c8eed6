"""Hold the JSON Schema of a report, as `mockserver spec --report-schema` prints it."""

import json
from pathlib import Path
from typing import Any

__all__ = ["report_schema"]

_FILE = Path(__file__).with_suffix(".json")


def report_schema() -> dict[str, Any]:
    """Return the schema of what `--report json=FILE` writes."""
    schema: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return schema
