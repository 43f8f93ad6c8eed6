"""Draw the messages that arrive as time passes: a seeded Poisson process in buckets of a minute.

What arrives is a function of (seed, instant) and of the world it arrives in; nothing remembers how
the clock got there. living.py puts arrivals into the world.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from hashlib import blake2b

from mockserver.models import ConversationInfo, MessageInfo
from mockserver.world.index import World
from mockserver.world.rows import Line
from mockserver.world.ticks import TICKS_PER_SECOND, format_ticks

__all__ = ["Arrival", "Arrivals"]

_TICKS_PER_MS = 10_000
_MS_PER_BUCKET = 60_000
_TICKS_PER_BUCKET = 60 * TICKS_PER_SECOND
# A draw of many at once loses the tail of e^-mean, so that it is made in parts.
_MAX_MEAN = 8.0
_OPENS_PERCENT = 30
_OUTGOING_PERCENT = 15
_EXP = Context(prec=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Hold one message that arrives: the conversation as it is then, the n-th of its world."""

    number: int
    ticks: int
    conversation: ConversationInfo
    opens: bool


class Arrivals:
    """Hold what arrives after an instant; drawn as far as somebody has looked.

    Args:
        world: the rows that the messages arrive at.
        per_minute: the mean; at least 0.
        texts: what people write.
        since_ticks: nothing arrives at or before it.
    """

    def __init__(
        self, world: World, *, per_minute: float, texts: Sequence[str], since_ticks: int
    ) -> None:
        """Draw nothing yet."""
        self._world = world
        self._texts = texts
        self._since = since_ticks
        parts = max(1, -int(-per_minute // _MAX_MEAN))
        mean = Decimal(per_minute) / parts
        self._thresholds = [int((-mean).exp(_EXP) * 2**64)] * parts
        self._next_bucket = since_ticks // _TICKS_PER_BUCKET
        self._found: list[Arrival] = []
        self._ticks: list[int] = []
        self._opened: list[ConversationInfo] = []

    def between(self, after_ticks: int, until_ticks: int) -> Sequence[Arrival]:
        """Return what arrives after one instant and until another, in order."""
        while self._next_bucket * _TICKS_PER_BUCKET <= until_ticks:
            self._draw_bucket(self._next_bucket)
            self._next_bucket += 1
        first = bisect_right(self._ticks, after_ticks)
        return self._found[first : bisect_right(self._ticks, until_ticks)]

    def _draw_bucket(self, bucket: int) -> None:
        key = f"{self._world.seed}/arrivals/{bucket}".encode()
        rng = random.Random(int.from_bytes(blake2b(key, digest_size=16).digest(), "little"))
        count = sum(_draw_count(rng, threshold) for threshold in self._thresholds)
        offsets = sorted(rng.randrange(_MS_PER_BUCKET) for _ in range(count))
        for offset in offsets:
            ticks = bucket * _TICKS_PER_BUCKET + offset * _TICKS_PER_MS
            found = self._draw(rng, ticks)
            if found is not None and ticks > self._since:
                self._found.append(found)
                self._ticks.append(ticks)

    def _draw(self, rng: random.Random, ticks: int) -> Arrival | None:
        """Return a message; None in a world that has neither conversations nor endpoints."""
        kind, which, text, is_outgoing = (rng.getrandbits(32) for _ in range(4))
        number = len(self._found)
        old = len(self._world) + len(self._opened)
        opens = bool(self._world.lines) and (old == 0 or kind % 100 < _OPENS_PERCENT)
        if not opens and old == 0:
            return None
        if opens:
            line = self._world.lines[which % len(self._world.lines)]
            conversation = self._open(line, number)
        else:
            place = which % old - len(self._world)
            conversation = (
                self._opened[place] if place >= 0 else self._world.row(place + len(self._world))
            )
        if ticks <= self._since or conversation.id is None:
            return None
        if opens:
            self._opened.append(conversation)
        return Arrival(
            number=number,
            ticks=ticks,
            opens=opens,
            conversation=_with_message(
                conversation,
                id=f"5f8e6ae6{_digest(self._world.seed, 'message', number)}",
                text=self._texts[text % len(self._texts)],
                ticks=ticks,
                is_incoming=is_outgoing % 100 >= _OUTGOING_PERCENT,
            ),
        )

    def _open(self, line: Line, number: int) -> ConversationInfo:
        address = f"arrival.{number}@example.com" if line.is_email else f"+9992{number:09d}"
        return ConversationInfo(
            id=f"5f8e6ac2{_digest(self._world.seed, 'conversation', number)}",
            endpoint_id=line.endpoint_id,
            other_address=address,
            most_recent_message=MessageInfo(
                account_id=line.account_id,
                customer_id=line.customer_id,
                endpoint_id=line.endpoint_id,
                endpoint_display_name=line.endpoint_display_name,
                other_address=address,
            ),
        )


def _with_message(
    conversation: ConversationInfo, *, id: str, text: str, ticks: int, is_incoming: bool
) -> ConversationInfo:
    before = conversation.most_recent_message or MessageInfo()
    message = MessageInfo(
        id=id,
        account_id=before.account_id,
        customer_id=before.customer_id,
        endpoint_id=before.endpoint_id or conversation.endpoint_id,
        endpoint_display_name=before.endpoint_display_name,
        date=format_ticks(ticks),
        direction="Incoming" if is_incoming else "Outgoing",
        other_address=conversation.other_address,
        sender=conversation.other_address if is_incoming else before.endpoint_display_name,
        text=text,
        is_unread=is_incoming,
    )
    return ConversationInfo(
        id=conversation.id,
        endpoint_id=conversation.endpoint_id,
        other_address=conversation.other_address,
        most_recent_message=message,
    )


def _draw_count(rng: random.Random, threshold: int) -> int:
    """Return a Poisson draw by Knuth's method, in integers: the same on every machine."""
    product, count = 1 << 64, 0
    while True:
        product = product * rng.getrandbits(32) >> 32
        if product <= threshold:
            return count
        count += 1


def _digest(seed: int, kind: str, number: int) -> str:
    return blake2b(f"{seed}/arrived {kind}/{number}".encode(), digest_size=8).hexdigest()
