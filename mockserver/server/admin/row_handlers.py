"""Answer the admin API about rows: a message arrives, a conversation is changed or removed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from mockserver.dotnet.characters import SURROGATES, XML_BARS
from mockserver.dotnet.ticks import (
    MAX_TICKS,
    TICKS_PER_MS,
    format_ticks,
)
from mockserver.errors import ProblemError, UsageError
from mockserver.models import (
    MESSAGE_FIELDS,
    ConversationInfo,
    MessageInfo,
    conversation_to_wire,
)
from mockserver.server.admin.admin_app import Asked, Reply, contradiction
from mockserver.space.commands import AddMessage, ChangeConversation, RemoveConversation, SetRows
from mockserver.space.space import Space
from mockserver.world.dataset import world_json
from mockserver.world.directory import Line

__all__ = [
    "add_message",
    "change_conversation",
    "get_dataset",
    "put_dataset",
    "remove_conversation",
]

# Every format must be able to write a text.
_UNWRITABLE = re.compile(f"[{XML_BARS}{SURROGATES}]")
_TO_CONVERSATION = ("conversationId",)
_TO_ADDRESS = ("endpointId", "otherAddress")
_OF_A_MESSAGE = ("text", "direction", "sender", "date", "isUnread")
_ATTRIBUTES = dict(MESSAGE_FIELDS)
_CHANGEABLE = ("endpointId", "otherAddress", "mostRecentMessage")


async def add_message(asked: Asked) -> Reply:
    """Let a message arrive."""
    space, body = asked.space, asked.json()
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
    space, body = asked.space, asked.json()
    shown = space.living().find(asked.path["id"], now_ticks=space.now_ticks())
    if shown is None:
        raise _no_conversation(asked.path["id"])
    row = shown.row
    inner = body.get("mostRecentMessage", {})
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


async def put_dataset(asked: Asked) -> Reply:
    """Replace the rows of a space by rows by hand; the answer has all that was filled in."""
    body = asked.json()
    is_list = isinstance(body, list)
    given = {"conversations": body} if is_list else body
    command = SetRows(
        accounts=tuple(given.get("accounts", ())),
        conversations=tuple(given["conversations"]),
        size=given.get("size", {}),
    )
    try:
        asked.space.apply(command)
    except UsageError as exc:
        # In a list alone the rows stand at the top.
        text = str(exc).removeprefix("/conversations") if is_list else str(exc)
        raise contradiction(text) from exc
    return await get_dataset(asked)


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
        id_ = body["conversationId"]
        shown = space.living().find(id_, now_ticks=space.now_ticks())
        if shown is None:
            raise _no_conversation(id_, pointer="/conversationId")
        return shown.row
    endpoint, address = body["endpointId"], body["otherAddress"]
    world = space.world
    numbers = world.find({"endpoint_ids": frozenset([endpoint])}, now_ticks=space.now_ticks())
    rows = [world.row(number) for number in numbers]
    found = next((row for row in rows if row.id and row.other_address == address), None)
    return found or _open(space, endpoint, address)


def _open(space: Space, endpoint: str, address: str) -> ConversationInfo:
    known = space.ground.world.directory.lines
    lines: Mapping[str, Line] = {line.endpoint_id: line for line in known}
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
