"""Let a world live: what commands change in it, and what arrives until an instant.

The rows at an instant are a function of the commands and the instant: going there in one step or
many is the same, and going back takes away what had arrived, never what a command brought.
overlay.py holds the rows; arrivals.py draws what arrives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from mockserver.dotnet.ticks import parse_date
from mockserver.models import ConversationInfo, MessageInfo
from mockserver.world.arrivals import Arrival, Arrivals
from mockserver.world.index import World
from mockserver.world.overlay import BASE, Added, Key, MadeRow, Overlay
from mockserver.world.rows import View

__all__ = ["LivingWorld", "Shown", "row_ticks"]

_ARRIVAL, _COMMAND = 1, 2
NO_DATE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Hold a conversation as it is seen.

    Attributes:
        key: where it stands by date.
        place: where it stands in stored order.
        needs_ticks: the instant of the arrival that it rests on; before it the row does not
            exist. Negative where it rests on none.
        columns: the members that the filters read, where they are known before the row is made.
    """

    made: MadeRow
    key: Key
    place: tuple[int, ...]
    needs_ticks: int = NO_DATE
    columns: tuple[str | None, ...] | None = None

    @property
    def row(self) -> ConversationInfo:
        """Return the row."""
        return self.made if isinstance(self.made, ConversationInfo) else self.made()

    @property
    def ticks(self) -> int:
        """Return the instant of the newest message; `NO_DATE` if it has none."""
        return -self.key[0]


class LivingWorld:
    """Hold a world that commands and time change.

    Args:
        base: the rows at the start, shared with others.
        arrivals: what arrives; None for nothing.
    """

    def __init__(self, base: World, *, arrivals: Arrivals | None, now_ticks: int) -> None:
        """Start as the base is."""
        self.base = base
        self._arrivals = arrivals
        self._commands = 0
        self._versions: dict[str, list[tuple[Shown, bool]]] = {}
        self._removed: set[str] = set()
        self._overlay: Overlay | None = None
        self._shown: dict[str, tuple[Shown, int]] = {}
        self._now = NO_DATE
        # Nothing arrives before this instant, so that most questions need not look.
        self._quiet_until = NO_DATE
        self._start = now_ticks
        # The members that the filters read, by line of a conversation that opened.
        self._columns: dict[int, tuple[str | None, ...]] = {}

    def at(self, now_ticks: int) -> View:
        """Return the rows at an instant."""
        if self._arrivals is None and not self._commands:
            return self.base
        if self._overlay is None or now_ticks < self._now or self._has_waiting(now_ticks):
            return self._rebuild(now_ticks)
        if self._arrivals is not None and now_ticks >= self._quiet_until:
            self._arrive_until(self._arrivals, self._now, now_ticks)
        self._now = now_ticks
        return self._overlay

    def find(self, conversation_id: str, *, now_ticks: int) -> Shown | None:
        """Return a conversation as it is seen at an instant; None where there is none."""
        self.at(now_ticks)
        return self._find(conversation_id)

    def is_removed(self, conversation_id: str) -> bool:
        """Tell whether a command took a conversation away."""
        return conversation_id in self._removed

    def newest_ticks(self, *, now_ticks: int) -> int:
        """Return the instant of the newest message that is seen; `NO_DATE` for none."""
        view = self.at(now_ticks)
        rows = view.find({}, now_ticks=now_ticks)
        return row_ticks(view.row(rows[0]), now_ticks=now_ticks) if len(rows) else NO_DATE

    def post(self, row: ConversationInfo, *, now_ticks: int) -> None:
        """Put a conversation's newer message into the world, or a new conversation."""
        self._version(row, is_change=False, needs_ticks=NO_DATE, now_ticks=now_ticks)

    def change(self, row: ConversationInfo, *, needs_ticks: int, now_ticks: int) -> None:
        """Replace a conversation."""
        self._version(row, is_change=True, needs_ticks=needs_ticks, now_ticks=now_ticks)

    def remove(self, conversation_id: str, *, now_ticks: int) -> None:
        """Take a conversation away for good."""
        self._commands += 1
        self.at(now_ticks)
        self._removed.add(conversation_id)
        shown = self._shown.pop(conversation_id, None)
        assert self._overlay is not None
        if shown is not None:
            self._overlay.drop([shown[1]])
        else:
            self._hide(conversation_id)

    def _version(
        self, row: ConversationInfo, *, is_change: bool, needs_ticks: int, now_ticks: int
    ) -> None:
        assert row.id is not None
        self.at(now_ticks)
        self._commands += 1
        if self._overlay is None:
            self._rebuild(now_ticks)
        before = self._find(row.id)
        ticks = row_ticks(row, now_ticks=now_ticks)
        key: Key = (-ticks, -_COMMAND, -self._commands)
        place: tuple[int, ...] = (1, ticks, _COMMAND, self._commands)
        if before is not None:
            place = before.place
            if is_change and before.ticks == ticks:
                # Marking as read moves nothing.
                key = before.key
        shown = Shown(made=row, key=key, place=place, needs_ticks=needs_ticks)
        self._versions.setdefault(row.id, []).append((shown, is_change))
        if is_change or before is None or key < before.key:
            self._show({row.id: shown})

    def _has_waiting(self, now_ticks: int) -> bool:
        """Tell whether a version that rests on an arrival comes back on the way to an instant."""
        if not self._versions:
            return False
        return now_ticks > self._now and any(
            self._now < shown.needs_ticks <= now_ticks
            for versions in self._versions.values()
            for shown, _ in versions
        )

    def _rebuild(self, now_ticks: int) -> Overlay:
        self._overlay = Overlay(self.base)
        self._overlay.generation = object()
        self._shown = {}
        for conversation_id in self._removed:
            self._hide(conversation_id)
        latest: dict[str, Shown] = {}
        for conversation_id, versions in self._versions.items():
            found = _latest(self._base_shown(conversation_id), versions, now_ticks)
            if found is not None and conversation_id not in self._removed:
                latest[conversation_id] = found
        self._show(latest)
        if self._arrivals is not None:
            self._arrive_until(self._arrivals, self._start, now_ticks)
        self._now = now_ticks
        return self._overlay

    def _find(self, conversation_id: str) -> Shown | None:
        if conversation_id in self._removed:
            return None
        found = self._shown.get(conversation_id)
        return found[0] if found is not None else self._base_shown(conversation_id)

    def _base_shown(self, conversation_id: str) -> Shown | None:
        number = self.base.number_of(conversation_id)
        if number is None:
            return None
        row = self.base.row(number)
        ticks = row_ticks(row, now_ticks=self._start)
        return Shown(made=row, key=(-ticks, -BASE, self.base.tie(number)), place=(BASE, number))

    def _arrive_until(self, arrivals: Arrivals, after_ticks: int, now_ticks: int) -> None:
        span = arrivals.span(after_ticks, now_ticks)
        if span:
            self._arrive_all(arrivals, span)
        self._quiet_until = arrivals.quiet_until(now_ticks)

    def _arrive_all(self, arrivals: Arrivals, span: range) -> None:
        """Take up what arrives; of a conversation its last message is seen."""
        changed: dict[str, Shown] = {}
        last: dict[str, int] = {}
        targets = arrivals.targets[span.start : span.stop]
        for target, number in dict(zip(targets, span, strict=True)).items():
            id_ = arrivals.id_of(target)
            assert id_ is not None, "nothing arrives at a row without an id"
            if id_ in self._removed:
                continue
            if target < 0 and id_ not in self._versions and self.base.number_of(id_) is None:
                changed[id_] = self._opened(arrivals, target, number)
            else:
                # Rows of a dataset may share an id, and are then one conversation.
                last[id_] = max(number, last.get(id_, number))
        for number in last.values():
            opening = arrivals.opening(arrivals.targets[number])
            if opening is not None and opening in span and opening != number:
                self._arrive(arrivals.arrival(opening), changed)
            self._arrive(arrivals.arrival(number), changed)
        self._show(changed)

    def _opened(self, arrivals: Arrivals, target: int, number: int) -> Shown:
        """Return a conversation that opened by itself, and that no command has changed.

        There may be very many, so that the row is made when somebody reads it.
        """
        assert self._overlay is not None
        opening = arrivals.opening(target)
        assert opening is not None
        line = arrivals.line_of(target)
        if line not in self._columns:
            self._columns[line] = self._overlay.columns_of(arrivals.conversation(number))
        ticks = arrivals.ticks[number]
        return Shown(
            made=partial(arrivals.conversation, number),
            columns=self._columns[line],
            key=(-ticks, -_ARRIVAL, -number),
            place=(1, arrivals.ticks[opening], _ARRIVAL, opening),
            needs_ticks=ticks,
        )

    def _arrive(self, arrival: Arrival, changed: dict[str, Shown]) -> None:
        row = arrival.conversation
        id_ = row.id
        assert id_ is not None
        before = changed.get(id_) or self._find(id_)
        if before is None and not arrival.opens:
            return
        key: Key = (-arrival.ticks, -_ARRIVAL, -arrival.number)
        place: tuple[int, ...] = (1, arrival.ticks, _ARRIVAL, arrival.number)
        if before is not None:
            if key >= before.key:
                return
            place = before.place
            row = _moved(before.row, row)
        changed[id_] = Shown(made=row, key=key, place=place, needs_ticks=arrival.ticks)

    def _show(self, changed: Mapping[str, Shown]) -> None:
        """Let conversations be seen in the place of what was seen of them."""
        assert self._overlay is not None
        before = [found[1] for id_ in changed if (found := self._shown.get(id_)) is not None]
        for id_ in changed:
            if id_ not in self._shown:
                self._hide(id_)
        if before:
            self._overlay.drop(before)
        numbers = self._overlay.add(self._added(shown) for shown in changed.values())
        for (id_, shown), number in zip(changed.items(), numbers, strict=True):
            self._shown[id_] = (shown, number)

    def _added(self, shown: Shown) -> Added:
        assert self._overlay is not None
        columns = shown.columns or self._overlay.columns_of(shown.row)
        return Added(shown.made, columns, shown.key, shown.place)

    def _hide(self, conversation_id: str) -> None:
        number = self.base.number_of(conversation_id)
        if number is not None:
            assert self._overlay is not None
            self._overlay.hide_base(number)


def row_ticks(row: ConversationInfo, *, now_ticks: int) -> int:
    """Return the instant of a row's message; `NO_DATE` where there is none."""
    message = row.most_recent_message
    if message is None or message.date is None:
        return NO_DATE
    ticks = parse_date(message.date, now_ticks=now_ticks)
    return NO_DATE if ticks is None else ticks


def _latest(
    found: Shown | None, versions: list[tuple[Shown, bool]], now_ticks: int
) -> Shown | None:
    for shown, is_change in versions:
        if shown.needs_ticks <= now_ticks and (found is None or is_change or shown.key < found.key):
            found = shown
    return found


def _moved(before: ConversationInfo, arrived: ConversationInfo) -> ConversationInfo:
    """Return a conversation with the message that arrived; a command may have changed the rest."""
    old, new = before.most_recent_message, arrived.most_recent_message
    assert new is not None
    kept: Mapping[str, str | None] = {}
    if old is not None:
        names = ("account_id", "customer_id", "endpoint_id", "endpoint_display_name")
        kept = {name: getattr(old, name) for name in names}
    message: MessageInfo = replace(new, **kept, other_address=before.other_address)  # type: ignore[arg-type]  # each is a text or None
    return replace(before, most_recent_message=message)
