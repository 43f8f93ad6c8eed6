"""Run `init`: write a commented scenario of the user's own, and its schema for editors."""

import json
import re
from pathlib import Path

from mockserver.cli.terminal import print_lines
from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.limits import SPACE_NAME
from mockserver.options.settle import Call
from mockserver.world.scenario_schema import scenario_schema

__all__ = ["run"]

_NAME = "my-scenario"
_SUFFIXES = (".yaml", ".yml")
_SCHEMA = "scenario.schema.json"
_TEMPLATE = Path(__file__).resolve().parent / "new_scenario.yaml"


def run(call: Call) -> None:
    """Write the files, none in the place of another."""
    given = Path(call.arguments[0] if call.arguments else _NAME)
    path = given if given.suffix in _SUFFIXES else given.with_name(f"{given.name}.yaml")
    name = re.sub("[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    if not re.fullmatch(SPACE_NAME, name):
        raise UsageError(
            f"{path.stem[:60]!r} is no name of a scenario; 1 to 40 of a-z, 0-9 and -, which may "
            "stand behind a folder"
        )
    template = _TEMPLATE.read_text(encoding="utf-8")
    text = template.replace("name: NAME", f"name: {name}").replace("FILE", path.name)
    _write(path, text)
    schema = path.with_name(_SCHEMA)
    has_schema = schema.exists()
    if not has_schema:
        _write(schema, json.dumps(scenario_schema(load_contract()), indent=2) + "\n")
    beside = "" if has_schema else f", and {schema} for your editor"
    print_lines([f"wrote {path}{beside}", f"mockserver serve --scenario-file {path} --watch"])


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise UsageError(f"{path} is there already, and stays; give another name") from exc
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror}") from exc
