"""Define the commands, the only way in which a space changes.

A command says all that it changes: ids, dates and instants are settled before it is made, so that
replaying it elsewhere and later gives the same space. space.py and spaces.py check, log and fold
them; command_lines.py holds their form in a log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.models import ConversationInfo
from mockserver.space.beginning import Start
from mockserver.space.clock import Clock

__all__ = [
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
    "SetRows",
    "SignIn",
    "SignOut",
    "SpaceCommand",
]


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
class SetRows:
    """Replace the rows by rows by hand, as they were given; nothing arrives among them.

    `size` counts what is generated beside them.
    """

    accounts: tuple[Mapping[str, Any], ...]
    conversations: tuple[Mapping[str, Any], ...]
    size: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """Make the space as it was when it was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSpace:
    """Make a space; without a start of its own it is as the server's."""

    start: Start | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Make the space what another log says: its start, where it differs, and its commands."""

    start: Start | None
    commands: "tuple[SpaceCommand, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSpace:
    """Remove a space."""


# What changes a space; the others make it, another, or none.
SpaceCommand = (
    SignIn
    | SignOut
    | SetClock
    | SetProfile
    | SetFaults
    | SetBugs
    | AddMessage
    | ChangeConversation
    | RemoveConversation
    | SetRows
    | Reset
)
Command = SpaceCommand | Restore | CreateSpace | DeleteSpace


class CommandLog(Protocol):
    """Keep commands where a killed process cannot lose them."""

    def append(self, space: str, command: Command) -> None:
        """Keep one command; it is safe when this returns."""
        ...
