"""Hold a world's rows by date, with the posting lists of its filters.

index.py keeps one for each meaning of the rows' dates.
"""

import itertools
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

__all__ = ["Timeline"]


class Timeline:
    """Hold a world's rows by rank, newest first, and the ranks of each value of each filter.

    Of equal dates the later row is newer, or the earlier where the rows stand the newest first;
    rows without a date come last.
    """

    def __init__(
        self,
        ticks: Sequence[int],
        columns: Mapping[str, Sequence[str | None]],
        *,
        is_newest_first: bool = False,
        newest: Sequence[int] | None = None,
    ) -> None:
        """Sort the rows, unless `newest` has them; `ticks` is -1 for a row that has no date."""
        self.ticks = ticks
        self._columns = columns
        if newest is None:
            numbers = range(len(ticks)) if is_newest_first else range(len(ticks) - 1, -1, -1)
            newest = sorted(numbers, key=ticks.__getitem__, reverse=True)
        self.rows = array("I", newest)
        # Negated, so that they ascend and bisect applies; those without a date are 1.
        self._ages = array("q", [-ticks[number] for number in newest])
        self.postings: dict[str, dict[str | None, Sequence[int]]] = {}
        for attribute, column in columns.items():
            lists: dict[str | None, list[int]] = {}
            for rank, number in enumerate(newest):
                lists.setdefault(column[number], []).append(rank)
            self.postings[attribute] = {v: array("I", ranks) for v, ranks in lists.items()}

    def cut(self, after_ticks: int, *, is_inclusive: bool) -> int:
        """Return how many ranks, from the newest, are after an instant."""
        bisect = bisect_right if is_inclusive else bisect_left
        return bisect(self._ages, -after_ticks)

    def intersect(self, wanted: Mapping[str, frozenset[str | None]], end: int) -> Sequence[int]:
        """Return the rows of the first `end` ranks that every filter lets through, newest first.

        The filter with the shortest posting lists gives the rows, the others drop some of them.
        """
        if not wanted:
            return self.rows[:end]
        found = {
            attribute: _ranks_before(self.postings[attribute], values, end)
            for attribute, values in wanted.items()
        }
        shortest = next(iter(found))
        if len(found) > 1:
            shortest = min(found, key=lambda attribute: sum(map(len, found[attribute])))
        lists = found[shortest]
        ranks = lists[0] if len(lists) == 1 else sorted(itertools.chain.from_iterable(lists))
        all_rows = self.rows
        rows = [all_rows[rank] for rank in ranks]
        for attribute, values in wanted.items():
            if attribute != shortest:
                column = self._columns[attribute]
                rows = [number for number in rows if column[number] in values]
        return rows


def _ranks_before(
    postings: Mapping[str | None, Sequence[int]], values: frozenset[str | None], end: int
) -> list[Sequence[int]]:
    """Return the ranks below `end` of each value that has any, in a list that is never empty."""
    found = [
        posting if posting[-1] < end else posting[: bisect_left(posting, end)]
        for value in values
        if (posting := postings.get(value))
    ]
    return found or [()]
