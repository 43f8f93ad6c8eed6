"""Give commands their form in a log, and read them again as a JSON Schema says.

A line is an object with the command's name and its members. `start` is beginning.py's to read.
"""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial
from typing import Any

from mockserver.contract import load_contract
from mockserver.documents.json_schema import Schema, object_schema
from mockserver.errors import UsageError, unknown_name
from mockserver.limits import MAX_BUGS, MAX_NUMBER
from mockserver.models import ConversationInfo, conversation_from_wire, conversation_to_wire
from mockserver.space.beginning import Start, start_from_json, start_to_json
from mockserver.space.clock import INSTANT, INSTANT_OR_NULL, OFFSET, Clock
from mockserver.space.commands import Command, SpaceCommand
from mockserver.space.faults import MAX_RULES, fault_forms
from mockserver.world.dataset import Rows
from mockserver.world.hand_schema import BY_HAND
from mockserver.world.scenario_schema import scenario_schema

__all__ = ["COMMANDS", "command_from_json", "command_schemas", "command_to_json", "line_schema"]

COMMANDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in typing.get_args(Command)}

_TEXT = {"type": "string"}
_START = {"type": ["object", "null"]}
_CLOCK = object_schema({"frozen_ticks": INSTANT_OR_NULL, "offset_ticks": OFFSET})
_CONVERSATION = {"type": "object", "required": ["id"], "properties": {"id": _TEXT}}


def command_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of the members of each command, by its name."""
    choices = scenario_schema(load_contract())["properties"]["profile"]
    rules = {"type": "array", "items": {"oneOf": fault_forms()}, "maxItems": MAX_RULES}
    changed = {"conversation": _CONVERSATION, "at_ticks": INSTANT}
    members: dict[str, dict[str, Any]] = {
        "SignIn": {
            "session_id": _TEXT,
            "username": _TEXT,
            "expires_ticks": {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
            "provider": _TEXT,
        },
        "SignOut": {"session_id": _TEXT},
        "SetClock": {"clock": _CLOCK},
        "SetProfile": {"choices": choices},
        "SetFaults": {"rules": rules},
        "SetBugs": {"names": {"type": "array", "items": _TEXT, "maxItems": MAX_BUGS}},
        "AddMessage": changed,
        "ChangeConversation": {**changed, "needs_ticks": {**INSTANT, "minimum": -1}},
        "RemoveConversation": {"conversation_id": _TEXT, "at_ticks": INSTANT},
        "SetRows": dict(BY_HAND),
        "Reset": {},
        "Restore": {"start": _START, "commands": {"type": "array", "items": {"type": "object"}}},
        "CreateSpace": {"start": _START},
        "DeleteSpace": {},
    }
    return {
        name: object_schema(found, optional=_optional(COMMANDS[name]))
        for name, found in members.items()
    }


def line_schema() -> dict[str, Any]:
    """Return the JSON Schema of a line of a log that holds a command."""
    return {
        "oneOf": [
            {
                **schema,
                "required": ["space", "command", *schema["required"]],
                "properties": {"space": _TEXT, "command": {"const": name}, **schema["properties"]},
            }
            for name, schema in command_schemas().items()
        ]
    }


def _optional(kind: type[Command]) -> set[str]:
    return {field.name for field in fields(kind) if field.default is not MISSING}


def _schema_of(name: str) -> Schema:
    return Schema(lambda: command_schemas()[name])


_SCHEMAS: Mapping[str, Schema] = {name: _schema_of(name) for name in COMMANDS}


def command_to_json(command: Command) -> dict[str, Any]:
    """Return a command as a JSON object, its name under `command`."""
    members = {field.name: _to_json(getattr(command, field.name)) for field in fields(command)}
    return {"command": type(command).__name__, **members}


def _to_json(value: object) -> object:
    match value:
        case ConversationInfo():
            return conversation_to_wire(value)
        case Clock():
            return {"frozen_ticks": value.frozen_ticks, "offset_ticks": value.offset_ticks}
        case Start():
            return start_to_json(value)
        case tuple():
            return [_to_json(item) for item in value]
    return command_to_json(value) if isinstance(value, _KINDS) else value


_KINDS = tuple(COMMANDS.values())


def command_from_json(
    value: object, *, datasets: Sequence[Rows] = (), pointer: str = ""
) -> Command:
    """Return the command that a JSON object describes.

    Args:
        datasets: rows at hand, for a start that holds only the digest of its own.
        pointer: where the object stands, for the sentence.

    Raises:
        UsageError: the command is unknown, or a member is missing, unknown or wrong.
    """
    place = f"{pointer}: " if pointer else ""
    if not isinstance(value, dict) or not isinstance(value.get("command"), str):
        raise UsageError(f'{place}expected an object with a "command"')
    members = dict(value)
    name = members.pop("command")
    if name not in COMMANDS:
        raise UsageError(f"{place}{unknown_name('command', name, COMMANDS)}")
    _SCHEMAS[name].check(members, pointer=pointer)
    readers: Mapping[str, Callable[[Any], object]] = {
        "conversation": partial(conversation_from_wire, pointer=f"{pointer}/conversation"),
        "clock": lambda clock: Clock(**clock),
        "rules": tuple,
        "names": tuple,
        "accounts": tuple,
        "conversations": tuple,
        "start": partial(_start_from_json, datasets=datasets, pointer=f"{pointer}/start"),
        "commands": partial(_commands_from_json, datasets=datasets, pointer=f"{pointer}/commands"),
    }
    read = {n: readers[n](member) if n in readers else member for n, member in members.items()}
    kind: Callable[..., Command] = COMMANDS[name]
    return kind(**read)


def _start_from_json(value: Any, *, datasets: Sequence[Rows], pointer: str) -> Start | None:
    return None if value is None else start_from_json(value, datasets=datasets, pointer=pointer)


def _commands_from_json(
    values: Sequence[Any], *, datasets: Sequence[Rows], pointer: str
) -> tuple[SpaceCommand, ...]:
    found: list[SpaceCommand] = []
    for place, value in enumerate(values):
        command = command_from_json(value, datasets=datasets, pointer=f"{pointer}/{place}")
        if not isinstance(command, SpaceCommand):
            name = type(command).__name__
            raise UsageError(f"{pointer}/{place}: {name} is no command of one space")
        found.append(command)
    return tuple(found)
