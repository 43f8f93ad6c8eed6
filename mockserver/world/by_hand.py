"""Fill in rows that somebody wrote by hand: what is given is kept, the rest is drawn to fit it.

A row names its account, customer and endpoint by name or id, or leaves them out; its date may be
relative to the anchor. What the n-th row lacks depends on (seed, n) and on what there is to choose
from. registry.py holds the owners; scenario.py puts these rows beside generated ones.
"""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from mockserver.dotnet.ticks import (
    LATEST_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_MS,
    TICKS_PER_SECOND,
    format_ticks,
    parse_date,
)
from mockserver.errors import UsageError
from mockserver.models import (
    MESSAGE_FIELDS,
    ConversationInfo,
    MessageInfo,
)
from mockserver.world.directory import Line
from mockserver.world.draws import (
    AGENTS,
    GUESTS,
    OTHER_NUMBERS,
    draw_date,
    draw_key,
    hex_id,
    key_number,
    other_number,
)
from mockserver.world.owners import Owners, place_row
from mockserver.world.registry import Registry

__all__ = ["Row", "build_hand_rows"]

Row = Mapping[str, Any]

_UNITS = {
    "ms": TICKS_PER_MS,
    "s": TICKS_PER_SECOND,
    "m": TICKS_PER_MINUTE,
    "h": TICKS_PER_HOUR,
    "d": TICKS_PER_DAY,
    "w": 7 * TICKS_PER_DAY,
}
_RELATIVE = re.compile(r"([+-])([0-9]{1,9})(ms|s|m|h|d|w)", re.ASCII)
# Of the counters of numbers the rows take the last; generated rows count from the first.
_COUNTED_ROWS = 10_000
_MESSAGE = dict(MESSAGE_FIELDS)
_OWN = ("id", "endpointId", "otherAddress")
_ONLY_OF_A_MESSAGE = tuple(wire for wire, _ in MESSAGE_FIELDS if wire not in _OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draws:
    """Hold what is drawn for a row, in bits."""

    flags: int
    which: int
    who: int

    @classmethod
    def of(cls, key: bytes, number: int) -> "_Draws":
        """Draw for the n-th row."""
        drawn = blake2b(number.to_bytes(8, "little"), key=key, digest_size=24).digest()
        return cls(**dict(zip(("flags", "which", "who"), struct.unpack("<3Q", drawn), strict=True)))


def build_hand_rows(
    rows: Sequence[Row],
    registry: Registry,
    *,
    seed: int,
    generated: int,
    anchor_ticks: int,
) -> tuple[ConversationInfo, ...]:
    """Return the rows, filled in; owners that they name and nobody knows are made.

    Args:
        rows: what is given, as the scenario's schema has it.
        registry: the owners to choose from.
        generated: how many generated rows stand beside them.
        anchor_ticks: what relative dates are relative to.

    Raises:
        UsageError: members contradict each other, or a date is none; the sentence starts with the
            JSON pointer `/conversations/N/…`.
    """
    given = [_Given.read(number, row) for number, row in enumerate(rows)]
    owners: dict[int, Owners] = {}
    key = draw_key(seed, "row by hand")
    # A name that some row puts into an account is not made again for a row that leaves it open.
    for one in sorted(given, key=lambda one: not one.names("account", "accountId")):
        owners[one.number] = place_row(
            registry, one.row, one.wire, one.pointer, pick=_Draws.of(key, one.number).who >> 16
        )
    filler = _Filler(registry, seed=seed, generated=generated, anchor_ticks=anchor_ticks)
    filler.take(
        (owners[one.number].endpoint_id, one.own["otherAddress"])
        for one in given
        if "otherAddress" in one.own
    )
    return tuple(filler.fill(one, owners[one.number], _Draws.of(key, one.number)) for one in given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Hold what a row says: of the conversation, and of its message wherever it stands."""

    number: int
    row: Row
    own: Mapping[str, Any]
    message: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        return f"/conversations/{self.number}"

    @property
    def has_message(self) -> bool:
        return self.row.get("mostRecentMessage", ()) is not None

    @property
    def wire(self) -> Mapping[str, Any]:
        """Return the ids and the name that the row gives to its owners."""
        wire = {**self.message, **self.own}
        if wire.get("endpointId") is None and self.message.get("endpointId") is not None:
            wire["endpointId"] = self.message["endpointId"]
        return wire

    def names(self, *members: str) -> bool:
        return any(
            self.row.get(name) is not None or self.message.get(name) is not None for name in members
        )

    @classmethod
    def read(cls, number: int, row: Row) -> "_Given":
        pointer = f"/conversations/{number}"
        own = {name: row[name] for name in _OWN if name in row}
        beside = {name: row[name] for name in _ONLY_OF_A_MESSAGE if name in row}
        inside = row.get("mostRecentMessage", {})
        if inside is None:
            for name in (*beside, *(n for n in ("account", "customer") if n in row)):
                raise UsageError(f"{pointer}/{name}: the row says that it has no message")
            inside = {}
        for name in beside:
            if name in inside and inside[name] != beside[name]:
                raise UsageError(f"{pointer}/{name}: mostRecentMessage says otherwise")
        if "endpointId" not in own and "endpointId" in inside:
            own["endpointId"] = inside["endpointId"]
        if "otherAddress" not in own and "otherAddress" in inside:
            own["otherAddress"] = inside["otherAddress"]
        message = {**inside, **beside}
        if "otherAddress" not in own and _is_from_outside(message):
            own["otherAddress"] = message["sender"]
        return cls(number=number, row=row, own=own, message=message)


def _is_from_outside(message: Mapping[str, Any]) -> bool:
    """Tell whether the sender is the other party."""
    sender, direction = message.get("sender"), message.get("direction")
    if sender is None or direction == "Outgoing":
        return False
    return direction == "Incoming" or sender.startswith("+")


class _Filler:
    def __init__(self, registry: Registry, *, seed: int, generated: int, anchor_ticks: int) -> None:
        self._registry = registry
        self._anchor = anchor_ticks
        self._ids = key_number(seed, "conversation by hand")
        self._message_ids = key_number(seed, "message by hand")
        self._numbers = key_number(seed, "address")
        self._counted = _COUNTED_ROWS if generated <= OTHER_NUMBERS - _COUNTED_ROWS else 0
        self._taken: set[tuple[str | None, str | None]] = set()

    def take(self, addresses: Iterable[tuple[str | None, str | None]]) -> None:
        """Draw none of these other addresses for their endpoint."""
        self._taken.update(addresses)

    def fill(self, given: _Given, owners: Owners, draws: _Draws) -> ConversationInfo:
        """Return a row with all that it leaves out."""
        line, own = owners.line, given.own
        is_email = line is not None and line.is_email
        address = (
            own["otherAddress"]
            if "otherAddress" in own
            else self._new_address(given.number, owners.endpoint_id, draws, is_email=is_email)
        )
        return ConversationInfo(
            id=own["id"] if "id" in own else hex_id(0xC4, self._ids, given.number),
            endpoint_id=own["endpointId"] if "endpointId" in own else owners.endpoint_id,
            other_address=address,
            most_recent_message=self._message(given, owners, draws, address)
            if given.has_message
            else None,
        )

    def _message(
        self, given: _Given, owners: Owners, draws: _Draws, address: str | None
    ) -> MessageInfo:
        said, line = given.message, owners.line
        is_incoming = _is_incoming(said, address, draws)
        members: dict[str, Any] = {
            "id": hex_id(0xE8, self._message_ids, given.number),
            "accountId": owners.account_id,
            "customerId": owners.customer_id,
            "endpointId": owners.endpoint_id,
            "endpointDisplayName": None if line is None else line.endpoint_display_name,
            "date": format_ticks(
                draw_date(draws.which >> 32, self._anchor - self._anchor % TICKS_PER_MS)
            ),
            "direction": "Incoming" if is_incoming else "Outgoing",
            "otherAddress": address,
            "sender": address if is_incoming else _our_sender(line, draws),
            "text": self._text(owners, draws),
            "isUnread": is_incoming and draws.flags >> 8 & 0xFF < 90,
        } | dict(said)
        members["date"] = self._date(given, members["date"])
        return MessageInfo(**{_MESSAGE[name]: value for name, value in members.items()})

    def _text(self, owners: Owners, draws: _Draws) -> str:
        texts = self._registry.pool_of(owners.account_id).texts
        return texts[(draws.which & 0xFFFFFFFF) % len(texts)]

    def _date(self, given: _Given, text: str | None) -> str | None:
        """Return a date as it is given, a relative one as an instant.

        What stands in `mostRecentMessage` may be no date at all, as in rows of a file.
        """
        pointer = f"{given.pointer}/date"
        found = None if text is None else _RELATIVE.fullmatch(text)
        if found is not None:
            sign, count, unit = found.groups()
            ticks = self._anchor + (-1 if sign == "-" else 1) * int(count) * _UNITS[unit]
            if not 0 <= ticks <= LATEST_TICKS:
                raise UsageError(f"{pointer}: {text!r} leaves the years 1 to 9000")
            return format_ticks(ticks - ticks % TICKS_PER_MS)
        if text is None or "date" not in given.row:
            return text
        # The schema has seen to its form.
        if parse_date(text, now_ticks=self._anchor) is None:
            raise UsageError(f"{pointer}: {text[:80]!r} is in no calendar")
        return text

    def _new_address(
        self, number: int, endpoint: str | None, draws: _Draws, *, is_email: bool
    ) -> str:
        """Return an address that no row of the endpoint has."""
        if is_email:
            return f"{GUESTS[draws.who % len(GUESTS)]}{number}@example.com"
        if number < self._counted:
            address = other_number(self._numbers, OTHER_NUMBERS - 1 - number)
            if (endpoint, address) not in self._taken:
                return address
        return f"+9993{number:09d}"


def _is_incoming(said: Mapping[str, Any], address: str | None, draws: _Draws) -> bool:
    if "direction" in said:
        return bool(said["direction"] == "Incoming")
    if said.get("isUnread"):
        return True
    if said.get("sender") is not None:
        return bool(said["sender"] == address)
    return draws.flags & 0xFF >= 102


def _our_sender(line: Line | None, draws: _Draws) -> str:
    """Return who of us wrote: the line, or one of our agents."""
    if line is not None and line.address is not None and draws.flags & 0x10000:
        return line.address
    return f"{AGENTS[draws.who % len(AGENTS)]}@example.com"
