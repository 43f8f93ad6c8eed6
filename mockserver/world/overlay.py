"""Lay rows over a world that many share: some of its rows hidden, others added.

The base never changes; added rows have numbers from its length on and posting lists of their own,
so that a selection costs what it costs in the base plus what the overlay itself holds of the
result; a small world that rests for a while is sorted anew, and costs no more than a base.
living.py decides what is hidden and added.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from mockserver.models import ConversationInfo
from mockserver.world.directory import Directory
from mockserver.world.index import World
from mockserver.world.rows import EncodedRows, read_member
from mockserver.world.timeline import Timeline

__all__ = ["BASE", "Added", "Key", "MadeRow", "Overlay"]

# Where a row stands among all, newest first: (-ticks, -kind, -number). Kind 0 is a row of the base,
# with its number there; what arrives is newer than it at the same instant, a command newer still.
Key = tuple[int, int, int]
BASE = 0
# Below this number, or share of the result, added rows are put in one by one.
_FEW = 16
# A world of more rows is not sorted anew; one of fewer is when its rows were merged so many times.
_SMALL = 5_000
_MERGED_OFTEN = 4


# A row, or what makes it when somebody reads it.
MadeRow = ConversationInfo | Callable[[], ConversationInfo]


class Added(NamedTuple):
    """Hold a row to add.

    Attributes:
        columns: the members that the filters read, in their order.
        key: where it stands by date.
        place: where it stands in stored order; `(0, number)` for a row of the base.
    """

    row: MadeRow
    columns: tuple[str | None, ...]
    key: Key
    place: tuple[int, ...]


class Overlay:
    """Hold a base with rows hidden and added."""

    def __init__(self, base: World) -> None:
        """Change nothing yet."""
        self.base = base
        self.generation = base.generation
        self.encoded_rows: dict[tuple[bool, bool], EncodedRows] = {}
        self._hidden: set[int] = set()
        self._rows: list[MadeRow | None] = []
        self._keys_of: list[Key] = []
        self._places: list[tuple[int, ...]] = []
        self._keys: list[tuple[Key, int]] = []
        self._columns: dict[str, list[str | None]] = {name: [] for name in base.filters}
        self._postings: dict[str, dict[str | None, list[tuple[Key, int]]]] = {
            name: {} for name in base.filters
        }
        self._timeline: Timeline | None = None
        self._merged = 0

    @property
    def directory(self) -> Directory:
        """Return what the ids stand for."""
        return self.base.directory

    @property
    def seed(self) -> int:
        """Return what everything is drawn from."""
        return self.base.seed

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the user should know of the rows."""
        return self.base.warnings

    @property
    def has_floating_dates(self) -> bool:
        """Tell whether a row's date leaves something to the clock; what is added never does."""
        return self.base.has_floating_dates

    def __len__(self) -> int:
        """Count the rows that are seen."""
        return len(self.base) - len(self._hidden) + len(self._keys)

    def row(self, number: int) -> ConversationInfo:
        """Return a row; one of the base that is hidden, too."""
        place = number - len(self.base)
        if place < 0:
            return self.base.row(number)
        row = self._rows[place]
        assert row is not None, "a row that was dropped"
        if not isinstance(row, ConversationInfo):
            row = self._rows[place] = row()
        return row

    def digest(self) -> str:
        """Return the SHA-256 that names the rows."""
        if not self._keys and not self._hidden:
            return self.base.digest()
        found = sha256(self.base.digest().encode())
        found.update(repr(sorted(self._hidden)).encode())
        for _, number in self._keys:
            found.update(repr(self.row(number)).encode())
        return found.hexdigest()

    def knows(self, attribute: str, value: str) -> bool:
        """Tell whether an id exists, with or without conversations."""
        return self.base.knows(attribute, value) or value in self._postings[attribute]

    def hide_base(self, number: int) -> None:
        """Let a row of the base be seen no more."""
        self._hidden.add(number)
        self._change()

    def columns_of(self, row: ConversationInfo) -> tuple[str | None, ...]:
        """Return the members of a row that the filters read."""
        return tuple(read_member(row, pointer) for pointer in self.base.filters.values())

    def add(self, entries: Iterable[Added]) -> range:
        """Add rows and return their numbers."""
        first = len(self.base) + len(self._rows)
        keys: list[tuple[Key, int]] = []
        postings: dict[str, dict[str | None, list[tuple[Key, int]]]] = {
            name: {} for name in self.base.filters
        }
        for number, entry in enumerate(entries, start=first):
            self._rows.append(entry.row)
            self._keys_of.append(entry.key)
            self._places.append(entry.place)
            keys.append((entry.key, number))
            for name, value in zip(self.base.filters, entry.columns, strict=True):
                self._columns[name].append(value)
                postings[name].setdefault(value, []).append(keys[-1])
        _put(self._keys, keys)
        for name, found in postings.items():
            for value, added in found.items():
                _put(self._postings[name].setdefault(value, []), added)
        self._change()
        return range(first, first + len(keys))

    def drop(self, numbers: Collection[int]) -> None:
        """Let added rows be seen no more; their numbers are not used again."""
        keys: list[tuple[Key, int]] = []
        postings: dict[tuple[str, str | None], list[tuple[Key, int]]] = {}
        for number in numbers:
            place = number - len(self.base)
            entry = (self._keys_of[place], number)
            keys.append(entry)
            for name, column in self._columns.items():
                postings.setdefault((name, column[place]), []).append(entry)
            self._rows[place] = None
        _take(self._keys, keys)
        for (name, value), gone in postings.items():
            _take(self._postings[name][value], gone)
        self._change()

    def find(
        self,
        wanted: Mapping[str, frozenset[str | None]],
        *,
        now_ticks: int,
        after_ticks: int | None = None,
        is_inclusive: bool = False,
        naive_offset_minutes: int = 0,
    ) -> Sequence[int]:
        """Return the rows that every filter of `wanted` lets through, newest first."""
        if self._timeline is not None:
            if after_ticks is None:
                end = len(self)
            else:
                end = self._timeline.cut(after_ticks, is_inclusive=is_inclusive)
            return self._timeline.intersect(wanted, end)
        below: Sequence[int] = self.base.find(
            wanted,
            now_ticks=now_ticks,
            after_ticks=after_ticks,
            is_inclusive=is_inclusive,
            naive_offset_minutes=naive_offset_minutes,
        )
        if self._hidden:
            below = [number for number in below if number not in self._hidden]
        added = self._find_added(wanted, after_ticks, is_inclusive)
        self._merged += len(below) + len(added) + _FEW
        if not added:
            return below
        timeline = self.base.timeline(
            now_ticks=now_ticks, naive_offset_minutes=naive_offset_minutes
        )
        if self._merged > _MERGED_OFTEN * len(self) and self._may_settle():
            self._settle(timeline)
        return _merge(added, below, self._key_in(timeline))

    def _change(self) -> None:
        """Be other rows than before."""
        self.generation = object()
        self._timeline = None
        self._merged = 0

    def _key_in(self, timeline: Timeline) -> Callable[[int], Key]:
        """Return what tells where a row of the base stands."""
        return lambda number: (-timeline.ticks[number], -BASE, self.base.tie(number))

    def _may_settle(self) -> bool:
        return len(self) <= _SMALL and not self.base.has_floating_dates

    def _settle(self, base: Timeline) -> None:
        """Sort all rows, so that nothing has to be merged until they change."""
        below = [number for number in base.rows if number not in self._hidden]
        columns = {
            name: [*column, *self._columns[name]] for name, column in self.base.columns.items()
        }
        ticks = [*base.ticks, *(-key[0] for key in self._keys_of)]
        newest = _merge(self._keys, below, self._key_in(base)) if self._keys else below
        self._timeline = Timeline(ticks, columns, newest=newest)

    def by_id(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in the order of their ids; rows without one first."""

        def key(number: int) -> tuple[bool, str, tuple[int, ...]]:
            id_ = self.row(number).id
            return id_ is not None, id_ or "", self._place(number)

        return sorted(rows, key=key)

    def as_stored(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in stored order; a changed row keeps its place."""
        return sorted(rows, key=self._place)

    def _place(self, number: int) -> tuple[int, ...]:
        added = number - len(self.base)
        return (BASE, number) if added < 0 else self._places[added]

    def _find_added(
        self,
        wanted: Mapping[str, frozenset[str | None]],
        after_ticks: int | None,
        is_inclusive: bool,
    ) -> list[tuple[Key, int]]:
        """Return the added rows that the filters let through, newest first."""
        # A row without a date has the key 1, which is after nothing.
        end = None if after_ticks is None else (-after_ticks + int(is_inclusive),)
        if not wanted:
            return self._keys if end is None else self._keys[: bisect_left(self._keys, (end,))]
        lists = {
            attribute: [
                (posting, len(posting) if end is None else bisect_left(posting, (end,)))
                for value in values
                if (posting := self._postings[attribute].get(value))
            ]
            for attribute, values in wanted.items()
        }
        shortest = min(lists, key=lambda attribute: sum(stop for _, stop in lists[attribute]))
        found = [entry for posting, stop in lists[shortest] for entry in posting[:stop]]
        for attribute, values in wanted.items():
            if attribute != shortest:
                column, start = self._columns[attribute], len(self.base)
                found = [entry for entry in found if column[entry[1] - start] in values]
        return sorted(found)


def _put(entries: list[tuple[Key, int]], added: list[tuple[Key, int]]) -> None:
    """Put some into a sorted list: one by one where they are few."""
    if len(added) < _FEW:
        for entry in added:
            insort(entries, entry)
    else:
        entries += added
        entries.sort()


def _take(entries: list[tuple[Key, int]], gone: list[tuple[Key, int]]) -> None:
    """Take some out of a sorted list: one by one where they are few."""
    if len(gone) < _FEW:
        for entry in gone:
            del entries[bisect_left(entries, entry)]
    else:
        without = set(gone)
        entries[:] = [entry for entry in entries if entry not in without]


def _merge(
    added: Sequence[tuple[Key, int]], below: Sequence[int], key: Callable[[int], Key]
) -> list[int]:
    """Return both newest first; each is already. `key` is of a row of the base."""
    numbers = [number for _, number in added]
    if not below or added[-1][0] < key(below[0]):
        return [*numbers, *below]
    if len(added) * _FEW > len(below):
        return [number for _, number in sorted([*added, *((key(n), n) for n in below)])]
    merged: list[int] = []
    start = 0
    for where, number in added:
        stop = bisect_right(below, where, lo=start, key=key)
        merged += below[start:stop]
        merged.append(number)
        start = stop
    merged += below[start:]
    return merged
