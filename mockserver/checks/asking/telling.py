"""Say how much an answer to a query tells: which rows must be there, and which must not."""

from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from mockserver.checks.facts import ticks_of
from mockserver.checks.instants import DAY, HOUR, parse_instant
from mockserver.checks.plan import Query, Term
from mockserver.checks.sandwich import Runner
from mockserver.checks.selection import test_of
from mockserver.errors import TooFewError

__all__ = ["Telling"]


@dataclass(slots=True)
class Telling:
    """Holds which rows of which reader each term selects, a bit a row."""

    runner: Runner
    _known_masks: dict[tuple[str, str], tuple[int, int] | None] = field(default_factory=dict)

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
        rows = len(self.runner.base_of(reader).rows)
        every = (1 << rows) - 1
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
        rows = list(self.runner.base_of(reader).rows.values())
        selected = reduce(and_, (yes for yes, _ in filter(None, masks)), (1 << len(rows)) - 1)
        gaps = (
            ticks - at
            for bit, row in enumerate(rows)
            if selected >> bit & 1
            and (at := parse_instant(self.runner.facts.value(row, "afterDate"))) is not None
            and at < ticks
        )
        return HOUR / (HOUR + min(gaps, default=ticks))

    def _masks(self, term: Term, reader: str) -> tuple[int, int] | None:
        """Return the rows that a term selects and those that it does not, a bit a row."""
        key = (reader, str(term))
        if key not in self._known_masks:
            test = test_of(term, self.runner.facts)
            yes = no = 0
            for bit, row in enumerate(self.runner.base_of(reader).rows.values() if test else ()):
                fit = test(row) if test else None
                yes |= (fit is True) << bit
                no |= (fit is False) << bit
            self._known_masks[key] = None if test is None else (yes, no)
        return self._known_masks[key]
