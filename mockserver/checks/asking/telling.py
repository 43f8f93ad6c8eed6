"""Say how much an answer to a query tells: which rows must be there, and which must not."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from operator import and_, itemgetter, or_

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import member, ticks_of
from mockserver.checks.instants import DAY, HOUR, parse_instant
from mockserver.checks.plan import Query, Term
from mockserver.checks.sandwich import Runner
from mockserver.checks.selection import MOST_SLACK, test_of
from mockserver.errors import TooFewError

__all__ = ["Telling"]

# A row and the bits of all rows that a parameter cannot tell from it.
_Kind = tuple[Row, int]
_AT = itemgetter(0)


@dataclass(frozen=True, slots=True)
class _Dates:
    """Holds kinds of rows by their dates in ticks, the oldest first; those without one apart."""

    dated: Sequence[tuple[int, _Kind]]
    undated: Sequence[_Kind]
    # The bits of so many of the oldest.
    up_to: Sequence[int]

    @classmethod
    def of(cls, kinds: Sequence[tuple[int | None, _Kind]]) -> "_Dates":
        dated = sorted(((at, kind) for at, kind in kinds if at is not None), key=_AT)
        up_to = list(accumulate((bits for _, (_, bits) in dated), or_, initial=0))
        return cls(dated, [kind for at, kind in kinds if at is None], up_to)

    def told_apart(self, ticks: int) -> Iterator[_Kind]:
        """Yield the kinds; all that is long before a date are one, and so is all long after."""
        start = bisect_left(self.dated, ticks - MOST_SLACK, key=_AT)
        end = bisect_right(self.dated, ticks + MOST_SLACK, key=_AT)
        if start:
            yield self.dated[0][1][0], self.up_to[start]
        yield from (kind for _, kind in self.dated[start:end])
        if end < len(self.dated):
            yield self.dated[-1][1][0], self.up_to[-1] & ~self.up_to[end]
        yield from self.undated

    def gap_before(self, ticks: int, wanted: int) -> int:
        """Return by how much the latest of some rows is before a date; the date for none."""
        earlier = reversed(self.dated[: bisect_left(self.dated, ticks, key=_AT)])
        return next((ticks - at for at, (_, bits) in earlier if wanted & bits), ticks)


@dataclass(slots=True)
class Telling:
    """Holds which rows each term selects, a bit a row of those that a reader was first shown."""

    runner: Runner
    _rows: dict[str, Sequence[Row]] = field(default_factory=dict)
    _alike: dict[tuple[str, str], list[_Kind]] = field(default_factory=dict)
    _dates: dict[str, _Dates] = field(default_factory=dict)
    _known_masks: dict[tuple[str, Term], tuple[int, int] | None] = field(default_factory=dict)

    def score(self, query: Query, reader: str) -> float:
        """Return 2 where each filter leaves out a row that all others select, 1 where any does.

        Less than 1 is added by how near such a row is to the date: what moves the date a little is
        seen by it.
        """
        try:
            masks = [self._masks(term, reader) for term in query.filters]
        except TooFewError:
            return 0
        filters = [mask for mask in masks if mask is not None]
        every = self._every(reader)
        selected = reduce(and_, (yes for yes, _ in filters), every)
        barred = reduce(or_, (no for _, no in filters), 0)
        if not selected or not barred:
            return 0
        score = 2.0
        for index, (_, no) in enumerate(filters):
            others = (yes for i, (yes, _) in enumerate(filters) if i != index)
            if not reduce(and_, others, every) & no:
                score = 1.0
        return score + self._nearness(query, reader)

    def _nearness(self, query: Query, reader: str) -> float:
        """Return from 0 to 1 how near to the date a row is that it alone leaves out."""
        date = query.get("afterDate")
        ticks = None if date is None else ticks_of(date.values[0], self.runner.facts)
        if date is None or ticks is None:
            return 0.0
        if date.values[0].endswith("!day"):
            ticks -= ticks % DAY
        masks = [self._masks(term, reader) for term in query.filters if term is not date]
        selected = reduce(and_, (yes for yes, _ in filter(None, masks)), self._every(reader))
        return HOUR / (HOUR + self._dates_of(reader).gap_before(ticks, selected))

    def _masks(self, term: Term, reader: str) -> tuple[int, int] | None:
        """Return the rows that a term selects and those that it does not."""
        key = (reader, term)
        if key not in self._known_masks:
            test = test_of(term, self.runner.facts)
            yes = no = 0
            for row, bits in self._told_apart(term, reader) if test else ():
                fit = test(row) if test else None
                yes |= bits if fit is True else 0
                no |= bits if fit is False else 0
            self._known_masks[key] = None if test is None else (yes, no)
        return self._known_masks[key]

    def _told_apart(self, term: Term, reader: str) -> Iterable[_Kind]:
        """Return a row of each kind that a term tells apart, and the bits of all of its kind."""
        ticks = ticks_of(term.values[0], self.runner.facts) if term.name == "afterDate" else None
        if ticks is None:
            return self._alike_for(term.name, reader)
        return self._dates_of(reader).told_apart(ticks)

    def _alike_for(self, name: str, reader: str) -> list[_Kind]:
        """Return a row of each kind that a parameter tells apart, and the bits of all of its kind.

        A parameter looks at one member, and at whether there is anything that it stands in.
        """
        found = self._alike.get((reader, name))
        if found is None:
            pointer = self.runner.facts.fields[name]
            parent = pointer.rpartition("/")[0]
            kinds: dict[tuple[object, bool], _Kind] = {}
            for place, row in enumerate(self._rows_of(reader)):
                value = member(row, pointer)
                kind = (value, value is None and member(row, parent) is None)
                first, bits = kinds.get(kind, (row, 0))
                kinds[kind] = (first, bits | 1 << place)
            found = self._alike[reader, name] = list(kinds.values())
        return found

    def _dates_of(self, reader: str) -> _Dates:
        if reader not in self._dates:
            value = self.runner.facts.value
            kinds = self._alike_for("afterDate", reader)
            self._dates[reader] = _Dates.of(
                [(parse_instant(value(kind[0], "afterDate")), kind) for kind in kinds]
            )
        return self._dates[reader]

    def _every(self, reader: str) -> int:
        return (1 << len(self._rows_of(reader))) - 1

    def _rows_of(self, reader: str) -> Sequence[Row]:
        if not self._rows.get(reader):
            self._rows[reader] = list(self.runner.base_of(reader).rows.values())
        return self._rows[reader]
