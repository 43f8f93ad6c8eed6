"""Make lines of a log, and spoil them member by member."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from mockserver.space.beginning import Start, start_to_json
from mockserver.world.rows import View

__all__ = ["changes_of", "command_lines", "text_of"]

_TICKS = 639_079_632_000_000_000
_DEEP: Any = json.loads("[" * 90 + "]" * 90)
_VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "negative": -1,
    "huge": 10**30,
    "large": 9_223_372_036_854_775_807,
    "whole-float": 3.0,
    "empty-text": "",
    "text": "nobody",
    "surrogate": "\ud800",
    "zero-byte": "a\x00b",
    "long": "x" * 5_000,
    "list": [],
    "list-of-texts": ["nobody"],
    "object": {},
    "deep": _DEEP,
}
_UNKNOWN = "no-such-member"


def command_lines(start: Start, view: View) -> dict[str, dict[str, Any]]:
    """Return one good line of each command."""
    message = {"id": "m1", "date": "2026-03-01T11:00:00Z", "text": "hi", "accountId": "a"}
    row = {"id": view.row(0).id, "endpointId": "e", "mostRecentMessage": message}
    fire = {"first": 1}
    rule = {"fault": "status", "code": 503, "match": {"path": "/x", "query": {"a": "b"}}}
    members: dict[str, dict[str, Any]] = {
        "SignIn": {"session_id": "two", "username": "ada", "expires_ticks": _TICKS + 9},
        "SignOut": {"session_id": "one"},
        "SetClock": {"clock": {"frozen_ticks": _TICKS, "offset_ticks": 0}},
        "SetProfile": {"choices": {"order": "by-id", "row-cap": "5"}},
        "SetFaults": {"rules": [{**rule, "fire": fire}]},
        "SetBugs": {"names": ["list-bare"]},
        "AddMessage": {"conversation": {**row, "id": "new"}, "at_ticks": _TICKS},
        "ChangeConversation": {"conversation": row, "needs_ticks": -1, "at_ticks": _TICKS},
        "RemoveConversation": {"conversation_id": row["id"], "at_ticks": _TICKS},
        "SetRows": {
            "accounts": [{"name": "Acme", "customers": [{"endpoints": [{"address": "+1202"}]}]}],
            "conversations": [
                {"account": "Acme", "date": "-2h", "mostRecentMessage": {"text": "x"}}
            ],
            "size": {"conversations": 2},
        },
        "Reset": {},
        "Restore": {"start": None, "commands": [{"command": "SetBugs", "names": ["list-bare"]}]},
        "CreateSpace": {"start": start_to_json(start)},
        "DeleteSpace": {},
    }
    spaces = {"CreateSpace": "made", "DeleteSpace": "other"}
    return {
        name: {"space": spaces.get(name, "default"), "command": name, **found}
        for name, found in members.items()
    }


def changes_of(value: Any, *, depth: int = 0) -> dict[str, dict[str, Any]]:
    """Return a JSON value with one member changed at a time: place → the change's name → the value.

    Args:
        depth: how many names of the way to a member make its place.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in _paths(value):
        member = "/".join(map(str, path))
        changed = found.setdefault("/".join(map(str, path[:depth])), {})
        for name, other in _VALUES.items():
            changed[f"{member}={name}"] = _with(value, path, other)
        changed[f"{member}-missing"] = _without(value, path)
        if isinstance(_at(value, path), dict):
            changed[f"{member}+unknown"] = _with(value, (*path, _UNKNOWN), 1)
    return found


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every member; of a list to its first item, which stands for the others."""
    if path:
        yield path
    names = list(value) if isinstance(value, dict) else [0] if value and _is_list(value) else []
    for name in names:
        yield from _paths(value[name], (*path, name))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _with(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    changed = copy.deepcopy(value)
    _at(changed, path[:-1])[path[-1]] = other
    return changed


def _without(value: Any, path: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(value)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def text_of(*lines: Any) -> bytes:
    """Return a log of these lines."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
