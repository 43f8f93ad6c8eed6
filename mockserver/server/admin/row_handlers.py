"""Answer the admin API about rows: a message arrives, a conversation is changed or removed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from mockserver.dotnet.characters import SURROGATES, XML_BARS
from mockserver.dotnet.ticks import (
    LATEST_TICKS,
    MAX_TICKS,
    TICKS_PER_MS,
    format_ticks,
    parse_instant,
)
from mockserver.errors import ProblemError, UsageError
from mockserver.models import (
    DIRECTIONS,
    MESSAGE_FIELDS,
    ConversationInfo,
    MessageInfo,
    conversation_to_wire,
)
from mockserver.server.admin.admin_app import Asked, Reply, demand_known
from mockserver.space.commands import AddMessage, ChangeConversation, RemoveConversation
from mockserver.space.space import Space
from mockserver.world.dataset import world_json
from mockserver.world.rows import Line

__all__ = ["add_message", "change_conversation", "get_dataset", "remove_conversation"]

# Every format must be able to write a text.
_UNWRITABLE = re.compile(f"[{XML_BARS}{SURROGATES}]")
_TO_CONVERSATION = ("conversationId",)
_TO_ADDRESS = ("endpointId", "otherAddress")
_OF_A_MESSAGE = ("text", "direction", "sender", "date", "isUnread")
_ATTRIBUTES = dict(MESSAGE_FIELDS)
_CHANGEABLE = ("endpointId", "otherAddress", "mostRecentMessage")


async def add_message(asked: Asked) -> Reply:
    """Let a message arrive."""
    space, body = asked.space, asked.json_object()
    demand_known(body, (*_TO_CONVERSATION, *_TO_ADDRESS, *_OF_A_MESSAGE), "")
    _check(body, "")
    before = _find_target(space, body)
    members = {_ATTRIBUTES[n]: v for n, v in body.items() if n in _OF_A_MESSAGE}
    direction = members.setdefault("direction", "Incoming")
    is_incoming = direction == "Incoming"
    members.setdefault("is_unread", is_incoming)
    known = before.most_recent_message or MessageInfo()
    members.setdefault(
        "sender", before.other_address if is_incoming else known.endpoint_display_name
    )
    members.setdefault("text", "Hello!" if is_incoming else "How can we help?")
    if "date" not in members:
        newest = space.living().newest_ticks(now_ticks=space.now_ticks())
        ticks = max(space.now_ticks(), newest - newest % TICKS_PER_MS + TICKS_PER_MS)
        ticks = min(ticks, MAX_TICKS - TICKS_PER_MS)
        members["date"] = format_ticks(ticks)
    message = MessageInfo(
        id=_new_id(space, "e7", "message"),
        account_id=known.account_id,
        customer_id=known.customer_id,
        endpoint_id=known.endpoint_id or before.endpoint_id,
        endpoint_display_name=known.endpoint_display_name,
        other_address=before.other_address,
        **members,
    )
    conversation = replace(before, most_recent_message=message)
    space.apply(AddMessage(conversation=conversation, at_ticks=space.now_ticks()))
    # A message that is older than the newest one does not take its place.
    shown = space.living().find(before.id or "", now_ticks=space.now_ticks())
    return Reply(value=_to_json(space, conversation if shown is None else shown.row), status=201)


async def change_conversation(asked: Asked) -> Reply:
    """Change members of a conversation, or of its newest message."""
    space, body = asked.space, asked.json_object()
    demand_known(body, (*_CHANGEABLE, *_OF_A_MESSAGE), "")
    shown = space.living().find(asked.path["id"], now_ticks=space.now_ticks())
    if shown is None:
        raise _no_conversation(asked.path["id"])
    row = shown.row
    inner = body.get("mostRecentMessage", {})
    if not isinstance(inner, dict):
        raise ProblemError(
            "expected an object with members of the message",
            status=422,
            pointer="/mostRecentMessage",
        )
    demand_known(inner, [n for n in _ATTRIBUTES if n != "id"], "/mostRecentMessage")
    _check({n: v for n, v in body.items() if n != "mostRecentMessage"}, "", nullable=True)
    _check(inner, "/mostRecentMessage", nullable=True)
    # Members of the message may stand beside those of the conversation.
    changes = {_ATTRIBUTES[n]: v for n, v in body.items() if n in _OF_A_MESSAGE}
    changes |= {_ATTRIBUTES[n]: v for n, v in inner.items()}
    message = row.most_recent_message
    if changes:
        message = replace(message or MessageInfo(), **changes)
    own = {
        n: body[w]
        for w, n in (("endpointId", "endpoint_id"), ("otherAddress", "other_address"))
        if w in body
    }
    changed = replace(row, most_recent_message=message, **own)
    if changed != row:
        command = ChangeConversation(
            conversation=changed, needs_ticks=shown.needs_ticks, at_ticks=space.now_ticks()
        )
        space.apply(command)
    return Reply(value=_to_json(space, changed))


async def remove_conversation(asked: Asked) -> Reply:
    """Take a conversation away."""
    space, id_ = asked.space, asked.path["id"]
    if space.living().find(id_, now_ticks=space.now_ticks()) is None:
        raise _no_conversation(id_)
    space.apply(RemoveConversation(conversation_id=id_, at_ticks=space.now_ticks()))
    return Reply(status=204)


async def get_dataset(asked: Asked) -> Reply:
    """Return the rows of a space as they are now, or their digest."""
    world = asked.space.world
    if "digest" in asked.query:
        if asked.query["digest"] not in ("", "true", "1"):
            raise ProblemError("digest takes no value, or true", status=422)
        return Reply(value={"digest": world.digest(), "conversations": len(world)})
    rows = world.as_stored(world.find({}, now_ticks=asked.space.now_ticks()))
    return Reply(value="".join(world_json(world, rows, nulls=True)).encode())


def _to_json(space: Space, row: ConversationInfo) -> dict[str, object]:
    """Return a conversation as the space's lists have it."""
    wire = conversation_to_wire(row)
    if space.profile["nulls"] == "write":
        return wire
    message = wire.get("mostRecentMessage")
    if isinstance(message, dict):
        wire["mostRecentMessage"] = {n: v for n, v in message.items() if v is not None}
    return {name: value for name, value in wire.items() if value is not None}


def _find_target(space: Space, body: Mapping[str, Any]) -> ConversationInfo:
    """Return the conversation that a message goes into; a new one where there is none."""
    if "conversationId" in body:
        for name in _TO_ADDRESS:
            if name in body:
                raise ProblemError(
                    "a message goes to a conversation or to an address, not to both",
                    status=422,
                    pointer=f"/{name}",
                )
        id_ = body["conversationId"]
        shown = space.living().find(id_, now_ticks=space.now_ticks())
        if shown is None:
            raise _no_conversation(id_, pointer="/conversationId")
        return shown.row
    for name in _TO_ADDRESS:
        if not body.get(name):
            raise ProblemError(
                "a message needs conversationId, or endpointId and otherAddress",
                status=422,
                pointer=f"/{name}",
            )
    endpoint, address = body["endpointId"], body["otherAddress"]
    world = space.world
    numbers = world.find({"endpoint_ids": frozenset([endpoint])}, now_ticks=space.now_ticks())
    rows = [world.row(number) for number in numbers]
    found = next((row for row in rows if row.id and row.other_address == address), None)
    return found or _open(space, endpoint, address)


def _open(space: Space, endpoint: str, address: str) -> ConversationInfo:
    lines: Mapping[str, Line] = {line.endpoint_id: line for line in space.ground.world.lines}
    line = lines.get(endpoint)
    if line is None:
        raise ProblemError(
            f"there is no endpoint {endpoint[:60]!r}", status=404, pointer="/endpointId"
        )
    return line.open(_new_id(space, "c3", "conversation"), address)


def _new_id(space: Space, kind: str, what: str) -> str:
    key = f"{space.scenario.seed}/{space.name}/{what}/{space.commands}".encode()
    return f"5f8e6a{kind}{blake2b(key, digest_size=8).hexdigest()}"


def _no_conversation(id_: str, *, pointer: str | None = None) -> ProblemError:
    return ProblemError(f"there is no conversation {id_[:60]!r}", status=404, pointer=pointer)


def _is_text(value: object) -> str | None:
    if not isinstance(value, str):
        return f"expected a text, got {value!r}"
    return "holds a character that XML cannot" if _UNWRITABLE.search(value) else None


def _is_direction(value: object) -> str | None:
    return None if value in DIRECTIONS else f"{value!r} is not one of {', '.join(DIRECTIONS)}"


def _is_boolean(value: object) -> str | None:
    return None if isinstance(value, bool) else f"{value!r} is neither true nor false"


def _is_date(value: object) -> str | None:
    try:
        ticks = parse_instant(value if isinstance(value, str) else "")
    except UsageError:
        return f"{value!r} is no instant; write it as 2026-03-01T12:00:00Z"
    return None if ticks <= LATEST_TICKS else "a message may not be later than the year 9000"


_CHECKS: Mapping[str, Callable[[object], str | None]] = {
    "direction": _is_direction,
    "isUnread": _is_boolean,
    "date": _is_date,
}
_NEVER_NULL = ("direction", "isUnread")


def _check(body: Mapping[str, Any], pointer: str, *, nullable: bool = False) -> None:
    """Refuse a member of the wrong kind."""
    for name, value in body.items():
        if value is None and nullable and name not in _NEVER_NULL:
            continue
        wrong = _CHECKS.get(name, _is_text)(value)
        if wrong is not None:
            raise ProblemError(wrong, status=422, pointer=f"{pointer}/{name}")
