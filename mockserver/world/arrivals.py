"""Draw the messages that arrive as time passes: a seeded Poisson process in buckets of time.

What arrives is a function of (seed, instant) and of the world it arrives in; nothing remembers how
the clock got there. living.py puts arrivals into the world.
"""

import random
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from hashlib import blake2b

from mockserver.dotnet.ticks import TICKS_PER_MINUTE, TICKS_PER_MS, format_ticks
from mockserver.limits import MAX_ARRIVAL_DAYS, MAX_ARRIVALS
from mockserver.models import ConversationInfo, MessageInfo
from mockserver.world.index import World

__all__ = ["Arrival", "Arrivals"]

_MS_PER_MINUTE = 60_000
_MINUTES_PER_DAY = 1_440
# What comes seldom is drawn by the hour: a year must not cost half a million buckets.
_MINUTES_PER_BUCKET = {False: 1, True: 60}
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

    What is drawn are numbers; a message is made of them when somebody reads it.

    Args:
        world: the rows that the messages arrive at.
        per_minute: the mean; at least 0.
        texts: what people write.
        since_ticks: nothing arrives at or before it.
        is_background: no message opens a conversation, and they come seldom.
    """

    def __init__(
        self,
        world: World,
        *,
        per_minute: float,
        texts: Sequence[str],
        since_ticks: int,
        is_background: bool = False,
    ) -> None:
        """Draw nothing yet."""
        self._world = world
        self._texts = texts
        self._since = since_ticks
        self._may_open = not is_background
        minutes = _MINUTES_PER_BUCKET[is_background]
        per_bucket = per_minute * minutes
        parts = max(1, -int(-per_bucket // _MAX_MEAN))
        mean = Decimal(per_bucket) / parts
        self._thresholds = [int((-mean).exp(_EXP) * 2**64)] * parts
        self._bucket_ticks, self._bucket_ms = minutes * TICKS_PER_MINUTE, minutes * _MS_PER_MINUTE
        self._next_bucket = since_ticks // self._bucket_ticks
        self._end_bucket = self._next_bucket + MAX_ARRIVAL_DAYS * _MINUTES_PER_DAY // minutes
        self.ticks = array("q")
        # Where each arrives: a row of the world, or ~n for the n-th conversation that was opened.
        self.targets = array("q")
        self._text_of = array("I")
        self._is_incoming = bytearray()
        # Of each conversation that was opened: its line, and the arrival that opened it.
        self._line_of = array("I")
        self._opened_by = array("I")
        self._ids: dict[int, str | None] = {}

    def span(self, after_ticks: int, until_ticks: int) -> range:
        """Return the numbers of what arrives after one instant and until another."""
        last = min(until_ticks // self._bucket_ticks, self._end_bucket - 1)
        while self._next_bucket <= last and len(self.ticks) < MAX_ARRIVALS:
            self._draw_bucket(self._next_bucket)
            self._next_bucket += 1
        first = bisect_right(self.ticks, after_ticks)
        return range(first, bisect_right(self.ticks, until_ticks))

    def quiet_until(self, ticks: int) -> int:
        """Return an instant before which nothing arrives after another, as far as is drawn."""
        place = bisect_right(self.ticks, ticks)
        if place < len(self.ticks):
            return self.ticks[place]
        return self._next_bucket * self._bucket_ticks

    def arrival(self, number: int) -> Arrival:
        """Return a message that arrives, with its conversation as it is then."""
        target = self.targets[number]
        return Arrival(
            number=number,
            ticks=self.ticks[number],
            opens=self.opening(target) == number,
            conversation=self.conversation(number),
        )

    def conversation(self, number: int) -> ConversationInfo:
        """Return the conversation of an arrival, as it is then."""
        target = self.targets[number]
        return _with_message(
            self._world.row(target) if target >= 0 else self._open(target),
            id=f"5f8e6ae6{_digest(self._world.seed, 'message', number)}",
            text=self._texts[self._text_of[number]],
            ticks=self.ticks[number],
            is_incoming=bool(self._is_incoming[number]),
        )

    def opening(self, target: int) -> int | None:
        """Return what opened the conversation that something arrives at; None for a row's."""
        return self._opened_by[~target] if target < 0 else None

    def line_of(self, target: int) -> int:
        """Return the number of the line of a conversation that was opened."""
        return self._line_of[~target]

    def id_of(self, target: int) -> str | None:
        """Return the id of the conversation that something arrives at."""
        if target < 0:
            return f"5f8e6ac2{_digest(self._world.seed, 'conversation', self._opened_by[~target])}"
        if target not in self._ids:
            self._ids[target] = self._world.row(target).id
        return self._ids[target]

    def _draw_bucket(self, bucket: int) -> None:
        key = f"{self._world.seed}/arrivals/{bucket}".encode()
        rng = random.Random(int.from_bytes(blake2b(key, digest_size=16).digest(), "little"))
        count = sum(_draw_count(rng, threshold) for threshold in self._thresholds)
        offsets = sorted(rng.randrange(self._bucket_ms) for _ in range(count))
        for offset in offsets:
            if len(self.ticks) < MAX_ARRIVALS:
                self._draw(rng, bucket * self._bucket_ticks + offset * TICKS_PER_MS)

    def _draw(self, rng: random.Random, ticks: int) -> None:
        """Draw a message; none in a world that has neither conversations nor endpoints."""
        bits = rng.getrandbits
        kind, which, text, is_outgoing = bits(32), bits(32), bits(32), bits(32)
        number = len(self.ticks)
        rows, lines = len(self._world), self._world.directory.lines
        old = rows + len(self._opened_by)
        opens = self._may_open and bool(lines) and (old == 0 or kind % 100 < _OPENS_PERCENT)
        if ticks <= self._since or not (opens or old):
            return
        if opens:
            target = ~len(self._opened_by)
            self._line_of.append(which % len(lines))
            self._opened_by.append(number)
        else:
            place = which % old
            target = place if place < rows else ~(place - rows)
            if target >= 0 and self.id_of(target) is None:
                return
        self.ticks.append(ticks)
        self.targets.append(target)
        self._text_of.append(text % len(self._texts))
        self._is_incoming.append(is_outgoing % 100 >= _OUTGOING_PERCENT)

    def _open(self, target: int) -> ConversationInfo:
        line = self._world.directory.lines[self.line_of(target)]
        number = self._opened_by[~target]
        address = f"arrival.{number}@example.com" if line.is_email else f"+9992{number:09d}"
        return line.open(self.id_of(target), address)


def _with_message(
    conversation: ConversationInfo, *, id: str, text: str, ticks: int, is_incoming: bool
) -> ConversationInfo:
    before = conversation.most_recent_message or MessageInfo()
    message = replace(
        before,
        id=id,
        endpoint_id=before.endpoint_id or conversation.endpoint_id,
        date=format_ticks(ticks),
        direction="Incoming" if is_incoming else "Outgoing",
        other_address=conversation.other_address,
        sender=conversation.other_address if is_incoming else before.endpoint_display_name,
        text=text,
        is_unread=is_incoming,
    )
    return replace(conversation, most_recent_message=message)


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
