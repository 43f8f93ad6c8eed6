"""Hold one answer as what may explain it reads it, and what an explanation is: a way to read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Facts, Key
from mockserver.checks.plan import FILTER_NAMES, Query, Term
from mockserver.checks.selection import Test, selector

__all__ = ["Read", "Rule", "Seen", "all_of_them", "any_of_them", "replacing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Hold one answer: what it was asked, and which of the rows it held.

    Attributes:
        query: what was asked.
        number: how many answers came before it in the run.
        meaning: the filters that count, spelled plainly.
        rows: the rows of the whole list.
        held: the keys of those that the answer held.
        length: how many rows it had.
    """

    query: Query
    meaning: Query
    rows: Mapping[Key, Row] = field(repr=False)
    held: frozenset[Key] = field(repr=False)
    length: int
    number: int = 0
    facts: Facts = field(repr=False)

    def fits(self, test: Test) -> bool:
        """Say whether the answer held just the rows that a test selects, as far as it says."""
        for key, row in self.rows.items():
            fit = test(row)
            if fit is not None and fit != (key in self.held):
                return False
        return True

    @property
    def is_right(self) -> bool:
        """Say whether the answer held what its query selects."""
        return self.fits(selector(self.meaning, self.facts))

    def terms(self, *names: str) -> list[Term]:
        """Return the filters of these names, or of all."""
        return [t for t in self.meaning.terms if t.name in (names or FILTER_NAMES)]


# From an answer to what selects its rows; None where the rule says nothing of such a query.
Read = Callable[[Seen], Test | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one explanation, in words, and the reading of queries that it is."""

    words: str
    read: Read


def replacing(name: str, test_of_term: Callable[[Term, Facts], Test | None]) -> Read:
    """Return the reading of a query whose one filter is tested otherwise."""

    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        test = None if term is None else test_of_term(term, one.facts)
        if test is None:
            return None
        rest = selector(one.meaning.without(name), one.facts)
        return lambda row: all_of_them((rest(row), test(row)))

    return read


def all_of_them(found: Sequence[bool | None]) -> bool | None:
    """Return whether all hold; None where one is open."""
    return False if False in found else None if None in found else True


def any_of_them(found: Iterator[bool | None]) -> bool | None:
    """Return whether any holds; None where it hangs on one that is open."""
    seen = list(found)
    return True if True in seen else None if None in seen else False
