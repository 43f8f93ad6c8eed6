"""Define the operation's DTOs and join Python names to wire names.

Only this module knows both: everything else uses attributes inside and wire names, as exact
strings, at the edges. `REQUEST_FIELDS`, `MESSAGE_FIELDS` and `CONVERSATION_FIELDS` hold (wire name,
attribute) in the order in which the vendor declares and ServiceStack writes them.
Source: openapi.yaml, components/schemas.
"""

from dataclasses import dataclass

from mockserver.errors import UsageError

__all__ = [
    "CONVERSATION_FIELDS",
    "DIRECTIONS",
    "MESSAGE_FIELDS",
    "REQUEST_FIELDS",
    "ConversationInfo",
    "ListConversations",
    "MessageInfo",
    "conversation_from_wire",
    "conversation_to_wire",
]

DIRECTIONS = ("Incoming", "Outgoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageInfo:
    """Hold one message; every member but the two value types may be None."""

    id: str | None = None
    account_id: str | None = None
    customer_id: str | None = None
    endpoint_id: str | None = None
    endpoint_display_name: str | None = None
    date: str | None = None
    direction: str = "Incoming"
    other_address: str | None = None
    sender: str | None = None
    text: str | None = None
    is_unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationInfo:
    """Hold one thread between an endpoint and an address, with its newest message."""

    id: str | None = None
    endpoint_id: str | None = None
    other_address: str | None = None
    most_recent_message: MessageInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConversations:
    """Hold a bound request: None where the framework left a member null.

    A list may be empty and may hold None (an empty item, as in `a,,b`). `after_date` is the raw
    text.
    """

    account_ids: tuple[str | None, ...] | None = None
    endpoint_ids: tuple[str | None, ...] | None = None
    customer_ids: tuple[str | None, ...] | None = None
    after_date: str | None = None

    def at(self, after_date: str) -> "ListConversations":
        """Return the same question with another date."""
        return ListConversations(
            account_ids=self.account_ids,
            endpoint_ids=self.endpoint_ids,
            customer_ids=self.customer_ids,
            after_date=after_date,
        )


MESSAGE_FIELDS = (
    ("id", "id"),
    ("accountId", "account_id"),
    ("customerId", "customer_id"),
    ("endpointId", "endpoint_id"),
    ("endpointDisplayName", "endpoint_display_name"),
    ("date", "date"),
    ("direction", "direction"),
    ("otherAddress", "other_address"),
    ("sender", "sender"),
    ("text", "text"),
    ("isUnread", "is_unread"),
)
CONVERSATION_FIELDS = (
    ("id", "id"),
    ("endpointId", "endpoint_id"),
    ("otherAddress", "other_address"),
    ("mostRecentMessage", "most_recent_message"),
)
REQUEST_FIELDS = (
    ("accountIds", "account_ids"),
    ("endpointIds", "endpoint_ids"),
    ("customerIds", "customer_ids"),
    ("afterDate", "after_date"),
)


def conversation_from_wire(value: object, *, pointer: str = "") -> ConversationInfo:
    """Return the conversation that a JSON object describes; absent members become None.

    Raises:
        UsageError: a member is unknown or of the wrong type; named by its JSON pointer.
    """
    members = _members(value, dict(CONVERSATION_FIELDS), pointer)
    message = members.pop("most_recent_message", None)
    for name in members:
        _expect(members[name], str, pointer, name, CONVERSATION_FIELDS)
    return ConversationInfo(
        **members,  # type: ignore[arg-type]  # each value was checked just above
        most_recent_message=None
        if message is None
        else _message_from_wire(message, f"{pointer}/mostRecentMessage"),
    )


def conversation_to_wire(conversation: ConversationInfo) -> dict[str, object]:
    """Return the conversation as a JSON object in declared order, nulls included."""
    wire: dict[str, object] = {w: getattr(conversation, a) for w, a in CONVERSATION_FIELDS}
    message = conversation.most_recent_message
    if message is not None:
        wire["mostRecentMessage"] = {w: getattr(message, a) for w, a in MESSAGE_FIELDS}
    return wire


def _message_from_wire(value: object, pointer: str) -> MessageInfo:
    members = _members(value, dict(MESSAGE_FIELDS), pointer)
    for name, member in members.items():
        if name == "is_unread":
            _expect(member, bool, pointer, name, MESSAGE_FIELDS)
        else:
            _expect(member, str, pointer, name, MESSAGE_FIELDS)
    # The two value types are never null on the wire: absent or null means their default.
    for name in ("direction", "is_unread"):
        if members.get(name) is None:
            members.pop(name, None)
    direction = members.get("direction", "Incoming")
    if direction not in DIRECTIONS:
        raise UsageError(
            f"{pointer}/direction: {str(direction)[:80]!r} is not one of {', '.join(DIRECTIONS)}"
        )
    return MessageInfo(**members)  # type: ignore[arg-type]  # each value was checked just above


def _members(value: object, names: dict[str, str], pointer: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UsageError(f"{pointer or '/'}: expected an object, got {_kind(value)}")
    unknown = [key for key in value if key not in names]
    if unknown:
        raise UsageError(f"{pointer}/{unknown[0][:80]}: unknown member; known: {', '.join(names)}")
    return {names[key]: member for key, member in value.items()}


def _expect(
    value: object, kind: type, pointer: str, attribute: str, fields: tuple[tuple[str, str], ...]
) -> None:
    if value is not None and not isinstance(value, kind):
        wire = next(w for w, a in fields if a == attribute)
        wanted = "a string" if kind is str else "true or false"
        raise UsageError(f"{pointer}/{wire}: expected {wanted} or null, got {_kind(value)}")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return "null" if value is None else kinds.get(type(value), "a number")
