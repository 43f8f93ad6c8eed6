"""Say how much an answer to a query tells: which rows must be there, and which must not."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import member, ticks_of
from mockserver.checks.instants import DAY, HOUR, parse_instant
from mockserver.checks.plan import Query, Term
from mockserver.checks.sandwich import Runner
from mockserver.checks.selection import test_of
from mockserver.errors import TooFewError

__all__ = ["Telling"]


@dataclass(slots=True)
class Telling:
    """Holds which rows each term selects, a bit a row of those that a reader was first shown."""

    runner: Runner
    _rows: dict[str, Sequence[Row]] = field(default_factory=dict)
    _alike: dict[tuple[str, str], list[tuple[Row, int]]] = field(default_factory=dict)
    _dates: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
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
        dates = self._dates_of(reader)
        earlier = reversed(dates[: bisect_left(dates, (ticks, 0))])
        gap = next((ticks - at for at, bit in earlier if selected & bit), ticks)
        return HOUR / (HOUR + gap)

    def _masks(self, term: Term, reader: str) -> tuple[int, int] | None:
        """Return the rows that a term selects and those that it does not."""
        key = (reader, term)
        if key not in self._known_masks:
            test = test_of(term, self.runner.facts)
            yes = no = 0
            for row, bits in self._alike_for(term.name, reader) if test else ():
                fit = test(row) if test else None
                yes |= bits if fit is True else 0
                no |= bits if fit is False else 0
            self._known_masks[key] = None if test is None else (yes, no)
        return self._known_masks[key]

    def _alike_for(self, name: str, reader: str) -> list[tuple[Row, int]]:
        """Return a row of each kind that a parameter tells apart, and the bits of all of its kind.

        A parameter looks at one member, and at whether there is anything that it stands in.
        """
        found = self._alike.get((reader, name))
        if found is None:
            pointer = self.runner.facts.fields[name]
            parent = pointer.rpartition("/")[0]
            kinds: dict[tuple[object, bool], tuple[Row, int]] = {}
            for place, row in enumerate(self._rows_of(reader)):
                value = member(row, pointer)
                kind = (value, value is None and member(row, parent) is None)
                first, bits = kinds.get(kind, (row, 0))
                kinds[kind] = (first, bits | 1 << place)
            found = self._alike[reader, name] = list(kinds.values())
        return found

    def _dates_of(self, reader: str) -> list[tuple[int, int]]:
        """Return the date of each row in ticks and its bit, the oldest first."""
        if reader not in self._dates:
            value = self.runner.facts.value
            found = (
                (parse_instant(value(row, "afterDate")), 1 << place)
                for place, row in enumerate(self._rows_of(reader))
            )
            self._dates[reader] = sorted((at, bit) for at, bit in found if at is not None)
        return self._dates[reader]

    def _every(self, reader: str) -> int:
        return (1 << len(self._rows_of(reader))) - 1

    def _rows_of(self, reader: str) -> Sequence[Row]:
        if not self._rows.get(reader):
            self._rows[reader] = list(self.runner.base_of(reader).rows.values())
        return self._rows[reader]
