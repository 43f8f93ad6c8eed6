"""Define the commands, the only way in which a space changes, and their form in a log.

A command says all that it changes: ids, dates and instants are settled before it is made, so that
replaying it elsewhere and later gives the same space. space.py folds them; log_file.py keeps them.
"""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Protocol

from mockserver.dotnet.ticks import LATEST_TICKS, TICKS_PER_SECOND, unix_to_ticks
from mockserver.errors import UsageError, unknown_name
from mockserver.models import ConversationInfo, conversation_from_wire, conversation_to_wire

__all__ = [
    "COMMANDS",
    "AddMessage",
    "ChangeConversation",
    "Clock",
    "Command",
    "CommandLog",
    "CreateSpace",
    "DeleteSpace",
    "RemoveConversation",
    "Reset",
    "Restore",
    "SetBugs",
    "SetClock",
    "SetFaults",
    "SetProfile",
    "SignIn",
    "SignOut",
    "command_from_json",
    "command_to_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tell a space's time: `frozen_ticks`, or the real time moved by `offset_ticks`."""

    frozen_ticks: int | None = None
    offset_ticks: int = 0

    def now_ticks(self, unix_seconds: float) -> int:
        """Return the instant in ticks, given the real time."""
        if self.frozen_ticks is not None:
            return self.frozen_ticks
        return min(max(unix_to_ticks(unix_seconds) + self.offset_ticks, 0), LATEST_TICKS)

    @property
    def mode(self) -> str:
        """Return `frozen` or `live`."""
        return "live" if self.frozen_ticks is None else "frozen"

    def moved(self, seconds: float) -> "Clock":
        """Return a clock that is `seconds` ahead of this one; behind it where negative."""
        ticks = round(seconds * TICKS_PER_SECOND)
        if self.frozen_ticks is None:
            return Clock(offset_ticks=self.offset_ticks + ticks)
        return Clock(frozen_ticks=self.frozen_ticks + ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Let `session_id` stand for a user until `expires_ticks`."""

    session_id: str
    username: str
    expires_ticks: int
    provider: str = "credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """End a session; one that does not exist is no error."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock:
    """Replace the space's clock."""

    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProfile:
    """Choose how points are settled; those not named stay as they are."""

    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFaults:
    """Replace the fault rules, and count requests from here."""

    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBugs:
    """Replace the bugs that are switched on."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage:
    """Let a message arrive: `conversation` with it as its newest."""

    conversation: ConversationInfo
    at_ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConversation:
    """Replace a conversation; `needs_ticks` is the arrival that it rests on, or negative."""

    conversation: ConversationInfo
    needs_ticks: int
    at_ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveConversation:
    """Take a conversation away."""

    conversation_id: str
    at_ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """Make the space as it was when it was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Make the space what another log says: its start, where it differs, and its commands."""

    start: Mapping[str, Any] | None
    commands: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSpace:
    """Make a space; without a start of its own it is as the server's."""

    start: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSpace:
    """Remove a space."""


Command = (
    SignIn
    | SignOut
    | SetClock
    | SetProfile
    | SetFaults
    | SetBugs
    | AddMessage
    | ChangeConversation
    | RemoveConversation
    | Reset
    | Restore
    | CreateSpace
    | DeleteSpace
)


class CommandLog(Protocol):
    """Keep commands where a killed process cannot lose them."""

    def append(self, space: str, command: Command) -> None:
        """Keep one command; it is safe when this returns."""
        ...


COMMANDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in typing.get_args(Command)}


def command_to_json(command: Command) -> dict[str, Any]:
    """Return a command as a JSON object, its name under `command`."""
    members = {field.name: _pack(getattr(command, field.name)) for field in fields(command)}
    return {"command": type(command).__name__, **members}


def command_from_json(value: object) -> Command:
    """Return the command that a JSON object describes; `space` in it is not ours to read.

    Raises:
        UsageError: the command is unknown, or a member is missing, unknown or of the wrong kind.
    """
    if not isinstance(value, dict) or not isinstance(value.get("command"), str):
        raise UsageError('expected an object with a "command"')
    if value["command"] not in COMMANDS:
        raise unknown_name("command", value["command"], COMMANDS)
    kind = COMMANDS[value["command"]]
    members = {name: member for name, member in value.items() if name not in ("command", "space")}
    known = {field.name: field for field in fields(kind)}
    hints = typing.get_type_hints(kind)
    for name in members:
        if name not in known:
            raise unknown_name("member", name, known)
    for name, field in known.items():
        if name not in members and field.default is MISSING:
            raise UsageError(f"the member {name!r} is missing")
    return kind(**{name: _unpack(hints[name], member, name) for name, member in members.items()})


def _pack(value: object) -> object:
    if isinstance(value, ConversationInfo):
        return conversation_to_wire(value)
    if isinstance(value, Clock):
        return {"frozen_ticks": value.frozen_ticks, "offset_ticks": value.offset_ticks}
    return list(value) if isinstance(value, tuple) else value


def _unpack(hint: Any, value: object, name: str) -> Any:
    """Return a member as its type says; a wrong kind is refused."""
    if hint is ConversationInfo:
        return conversation_from_wire(value, pointer=f"/{name}")
    if hint is Clock:
        if not isinstance(value, dict) or set(value) != {"frozen_ticks", "offset_ticks"}:
            raise UsageError(f"/{name}: expected frozen_ticks and offset_ticks")
        frozen = value["frozen_ticks"]
        offset = value["offset_ticks"]
        _expect_int(offset, name)
        if not -LATEST_TICKS <= offset <= LATEST_TICKS:
            raise UsageError(f"/{name}: {offset} is no way between the years 1 and 9000")
        if frozen is not None:
            _expect_int(frozen, name)
            if not 0 <= frozen <= LATEST_TICKS:
                raise UsageError(f"/{name}: {frozen} is not within the years 1 to 9000")
        return Clock(**value)
    for check, convert in _KINDS.get(_plain(hint), ()):
        if check(value):
            return convert(value)
    raise UsageError(f"/{name}: {value!r} is of the wrong kind")


def _plain(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        return "optional mapping"
    if origin is tuple:
        return "texts" if typing.get_args(hint)[0] is str else "mappings"
    return "mapping" if origin is not None else str(hint.__name__)


def _expect_int(value: object, name: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"/{name}: {value!r} is no whole number")


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


def _is_list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


_KINDS: Mapping[str, tuple[tuple[Callable[[object], bool], Callable[[Any], Any]], ...]] = {
    "str": ((lambda value: isinstance(value, str), str),),
    "bool": ((lambda value: isinstance(value, bool), bool),),
    "int": ((lambda value: isinstance(value, int) and not isinstance(value, bool), int),),
    "mapping": ((_is_mapping, dict),),
    "optional mapping": ((_is_mapping, dict), (lambda value: value is None, lambda value: None)),
    "texts": ((_is_list_of(str), tuple),),
    "mappings": ((_is_list_of(dict), tuple),),
}
