"""Choose asks so that every pair of values of two axes acts in an answer, and count which did.

A pair acts where an answer was judged in which both values count: nothing refuses, a row had to be
there and one must not. The array is covertable's; the row that each ask is about is chosen so that
its filters select something and leave something out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, islice
from typing import Any

from covertable import make, make_async

from mockserver.checks.asking.axes import Ask, Pivot, acting, query_of
from mockserver.checks.asking.coverage import Cell, Coverage, State
from mockserver.checks.facts import Facts
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query
from mockserver.checks.type_asked import kind_asked

__all__ = ["Covering", "Pair", "pairs_of"]

# Two of (axis, value), sorted.
Pair = tuple[tuple[str, str], tuple[str, str]]
_SEVERAL = ("two", "many")
# Ways to spell ids that one id is enough for.
_ANY_IDS = ("percent-encoded", "quoted", "beside strangers")
_MORE = 60
_TRIES = 12
_BEST = 2
# With a row that is left out some six minutes before the date.
_NEAR = 2.9
_FEW = 3


@dataclass(slots=True, kw_only=True)
class Covering:
    """Hold the asks of one run's array and what has acted so far.

    Attributes:
        axes: axis → its values, the plain one first.
        pivots: reader → the rows of his list that asks may be about.
        acts: says of a query and its reader how far it tells: 2 where each of its filters leaves
            out a row of its own, 1 where a row has to be there and one must not, else 0; and up to
            1 more the nearer such a row is to the date.
        asked: the text of a query → its ask.
        covered: pairs that acted.
        of: pairs that can.
    """

    axes: Mapping[str, tuple[str, ...]]
    facts: Facts
    pivots: Mapping[str, Sequence[Pivot]]
    acts: Callable[[Query, str], float]
    asked: dict[str, Ask] = field(default_factory=dict)
    covered: set[Pair] = field(default_factory=set)
    of: set[Pair] = field(default_factory=set)
    held: set[tuple[str, str, str]] = field(default_factory=set)

    def first(self) -> Iterator[Query]:
        """Yield the queries of the array; in each some filter acts."""
        if not any(name in self.axes for name in FILTER_NAMES):
            return
        factors = tuple((axis, values) for axis, values in self.axes.items() if len(values) > 1)
        asks = _most_first([self._whole(row) for row in _pairwise(factors)])
        self.of = {pair for ask in asks for pair in pairs_of(ask)}
        placed = (self._place(ask, number) for number, ask in enumerate(asks))
        yield from (query for query in placed if query is not None)

    def deeper(self, most: int) -> list[Query]:
        """Return queries in which three values of different axes meet, `most` of them at most."""
        factors = {axis: list(values) for axis, values in self.axes.items() if len(values) > 1}
        made = islice(make_async(factors, strength=3), most)
        whole = (self._whole(_mended(row, factors)) for row in made)
        placed = (self._place(ask, i + 2000) for i, ask in enumerate(whole))
        return [query for query in placed if query is not None]

    def rest(self) -> Iterator[Query]:
        """Yield queries for pairs that have not acted, a few at most."""
        tried: set[Pair] = set()
        for number in range(_MORE):
            missed = sorted(self.of - self.covered - tried)
            if not missed:
                return
            ask, taken = self._joined(missed)
            tried |= taken
            query = self._place(ask, number + 1000)
            if query is not None:
                yield query

    def draw(self, ask: Ask, number: int) -> Query | None:
        """Return the query of an ask that somebody drew; None where nothing of it would act."""
        return self._place(ask, number)

    def newest_first(self, groups: Sequence[Sequence[Ask]]) -> Iterator[int]:
        """Yield the indexes of all groups, next the one with most pairs an ask that never acted.

        What acts between two steps counts.
        """
        left = [(i, len(asks), set().union(*map(pairs_of, asks))) for i, asks in enumerate(groups)]
        while left:
            missed = self.of - self.covered
            best = max(left, key=lambda one: len(one[2] & missed) / one[1])
            left.remove(best)
            yield best[0]

    def note(self, asked: Query) -> None:
        """Note that an answer was right in which the values of an ask acted."""
        self.held.update(cells_of(asked))
        ask = self.asked.get(str(asked))
        if ask is not None:
            self.covered |= pairs_of(acting(ask, asked)) & self.of

    def coverage(self, broken: Sequence[Query], *, drawn: int) -> Coverage:
        """Return what acted, and what became of each parameter, format and spelling."""
        violated = {cell for query in broken for cell in cells_of(query)}
        covered = self.covered & self.of
        missed = tuple(f"{_name(a)} with {_name(b)}" for a, b in sorted(self.of - covered))
        return Coverage(
            covered=len(covered),
            of=len(self.of),
            missed=missed,
            cells=tuple(self._cells(violated)),
            drawn=drawn,
        )

    def _cells(self, violated: set[tuple[str, str, str]]) -> Iterator[Cell]:
        spellings = {
            **dict.fromkeys(LIST_NAMES, self.axes.get("spelling", ("comma",))),
            "afterDate": ("Z", "offset"),
        }
        for name in FILTER_NAMES:
            for kind in self.axes.get("format", ()) if name in self.axes else ():
                for spelling in spellings[name]:
                    cell = (name, kind, spelling)
                    state: State = "unreached"
                    if cell in violated:
                        state = "violated"
                    elif cell in self.held:
                        state = "held"
                    values = {"parameter": name, "format": kind, "spelling": spelling}
                    yield Cell(values=values, state=state)

    def _whole(self, row: Mapping[str, Any]) -> dict[str, str]:
        return {axis: str(row.get(axis, values[0])) for axis, values in self.axes.items()}

    def _place(self, ask: Ask, number: int) -> Query | None:
        """Return the ask around a row where it acts; else around any; None where none fits."""
        reader = "other" if ask.get("who") == "other" else "user"
        pivots = self.pivots.get(reader, ())
        needed = {name for name in FILTER_NAMES if ask.get(name, "none") != "none"}
        fitting = [pivot for pivot in pivots if needed <= pivot.axes] or list(pivots)
        rare = [name for name in needed if ask[name] == "rare"]
        if rare:
            fitting = sorted(fitting, key=lambda pivot: -sum(pivot.ids.get(n, -1) for n in rare))
            fitting = fitting[:_FEW]
        if not fitting:
            return None
        found: Query | None = None
        best = -1.0
        start = number * 7919 % len(fitting)
        for step in range(min(_TRIES, len(fitting))):
            pivot = fitting[(start + step * (1 + len(fitting) // _TRIES)) % len(fitting)]
            query = query_of(ask, pivot, self.facts, salt=number + step)
            score = self.acts(query, reader) if query.filters else 0
            if score > best:
                found, best = query, score
            if best >= _BEST and (best > _NEAR or query.get("afterDate") is None):
                break
        if found is not None:
            self.asked.setdefault(str(found), ask)
        return found

    def _joined(self, missed: Sequence[Pair]) -> tuple[Ask, set[Pair]]:
        """Return an ask that holds the first pair and whichever others fit beside it."""
        ask: dict[str, str] = {}
        taken: set[Pair] = set()
        for pair in missed:
            if all(ask.get(axis, value) == value for axis, value in pair):
                trial = {**ask, **dict(pair)}
                if len(taken) < 6:
                    ask = trial
                    taken.add(pair)
        whole = {axis: ask.get(axis, values[0]) for axis, values in self.axes.items()}
        return _mended(whole, self.axes), taken


@lru_cache(maxsize=16)
def _pairwise(factors: tuple[tuple[str, tuple[str, ...]], ...]) -> list[Mapping[str, Any]]:
    """Return the array of these axes, which takes seconds: hosts of one kind have one array."""
    known = {axis: list(values) for axis, values in factors}
    return [_mended(row, known) for row in make(known)]


def _most_first(asks: Sequence[Ask]) -> list[Ask]:
    """Return asks in an order in which the first few hold every value, and then most pairs."""
    left = [(ask, set(ask.items()), pairs_of(ask)) for ask in asks]
    values: set[tuple[str, str]] = set()
    pairs: set[Pair] = set()
    found = []
    while left:
        best = max(left, key=lambda one: (len(one[1] - values), len(one[2] - pairs)))
        left.remove(best)
        found.append(best[0])
        values |= best[1]
        pairs |= best[2]
    return found


def pairs_of(values: Mapping[str, str]) -> set[Pair]:
    """Return the pairs of values of different axes."""
    return set(combinations(sorted(values.items()), 2))


def cells_of(asked: Query) -> Iterator[tuple[str, str, str]]:
    """Yield the parameter, format and spelling of each filter of a query."""
    kind = kind_asked(asked)
    if kind is None:
        return
    for term in asked.filters:
        if term.values == ("",):
            continue
        if term.name == "afterDate" and term.values:
            form = term.values[0].partition("!")[2]
            yield term.name, kind, "offset" if form[:1] in ("+", "-") else "Z"
        elif term.name in LIST_NAMES:
            yield term.name, kind, term.style


def _name(item: tuple[str, str]) -> str:
    return f"{item[0]}={item[1]}"


def _mended(row: Mapping[str, Any], factors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return a row of an array in which every value can act: it has the filters that they need.

    As constraints of the array these rules would take it seven times as long.
    """
    made = {axis: str(value) for axis, value in row.items()}
    lists = [name for name in LIST_NAMES if name in factors]
    filters = [name for name in FILTER_NAMES if name in factors]
    if made.get("format") == "jsonp" and " over " in made.get("way", ""):
        # A call in another type than JSON means nothing.
        made["way"] = factors["way"][0]
    way = made.get("ids", "plain")
    if made.get("spelling", "comma") != "comma" or way not in ("plain", *_ANY_IDS):
        several = [name for name in lists if _SEVERAL[0] in factors[name]]
        if not any(made[name] in _SEVERAL for name in several):
            made[_free(several, made)] = _SEVERAL[0]
    elif way in _ANY_IDS and lists:
        _fill(made, factors, lists, 1)
    _fill(made, factors, filters, 2 if made.get("order", "plain") != "plain" else 1)
    return made


def _fill(
    made: dict[str, str], factors: Mapping[str, Sequence[str]], names: Sequence[str], least: int
) -> None:
    """Give a row so many of these filters at least."""
    while sum(made[name] != "none" for name in names) < min(least, len(names)):
        name = _free(names, made)
        made[name] = factors[name][1]


def _free(names: Sequence[str], made: Mapping[str, str]) -> str:
    """Return a filter that a row has not; the first one where it has all."""
    return next((name for name in names if made[name] == "none"), names[0])
