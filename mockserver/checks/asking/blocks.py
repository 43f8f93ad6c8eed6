"""Ask what the oracle judges: the covering array, histories, and what Hypothesis draws.

Each block asks; the run judges every answer as it comes and settles what deviated after each
group of requests.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from mockserver.checks.asking.arranging import parted, woven
from mockserver.checks.asking.axes import STRANGER, Pivot, axes_of, pivots_of, plain_ask, trials
from mockserver.checks.asking.coverage import Coverage
from mockserver.checks.asking.covering import Covering
from mockserver.checks.asking.crossing import crossings
from mockserver.checks.asking.draw import Drawn, draw_each, histories
from mockserver.checks.asking.edges import (
    MANY,
    at_the_ends,
    near_a_row,
    odd_lists,
    within_a_filter,
)
from mockserver.checks.asking.histories import disturbances
from mockserver.checks.asking.known_axes import NO_ROUTE, known_axes
from mockserver.checks.asking.refusals import OWN_ROUTE, contexts, refused
from mockserver.checks.asking.telling import Telling
from mockserver.checks.expectation import OLD_COPY
from mockserver.checks.facts import Key, Page
from mockserver.checks.laws.law import Law
from mockserver.checks.plan import FILTER_NAMES, Query, query, text_value
from mockserver.checks.readers import sign_in
from mockserver.checks.sandwich import Runner
from mockserver.contract import Contract
from mockserver.errors import RefusedError, ScopeError, TooFewError

__all__ = ["Blocks"]

_GROUP = 8
# Of the requests of the array: what is refused, and what is at an edge; of all: the histories.
_REFUSALS, _EDGES, _HISTORIES = 0.44, 0.34, 0.22
# How many histories are drawn for each request, and for how many requests at a time.
_CHOICE, _BATCH = 2, 30
# How many answers of the user's the second user asks for, too.
_CROSSED = 6
_ZIPPED = ("@header-accept-encoding", "gzip")
# How many asks of the array what is refused is asked around, by whether the target is live.
_CONTEXTS = {False: 4, True: 3}


@dataclass(slots=True, kw_only=True)
class Blocks:
    """Ask in blocks; holds which pairs of values acted.

    Attributes:
        laws: the laws of the run; what speaks of none of them is not asked.
        settle: called after each group of requests.
        at_once: asks some queries at the same time, and settles.
        left: how many requests may still be asked.
        is_narrow: whether the user chose some laws alone.
        drawn: how many requests were drawn.
        knows_no_head: whether HEAD was refused as a verb that the target does not have.
    """

    runner: Runner
    laws: Sequence[Law]
    settle: Callable[[], None]
    left: Callable[[], int]
    on_scope: Callable[[ScopeError], None]
    at_once: Callable[[Sequence[Query]], None]
    is_narrow: bool = False
    drawn: int = 0
    knows_no_head: bool = False
    covering: Covering = field(init=False)
    telling: Telling = field(init=False)
    _answered: dict[Query, frozenset[Key]] = field(default_factory=dict)
    _drawn: set[Query] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.telling = Telling(self.runner)
        self._begin({}, {})

    @property
    def is_wanted(self) -> bool:
        """Say whether any law of the run judges what others ask."""
        return any(law.reads != "own" for law in self.laws)

    def prepare(self) -> None:
        """Learn who may read and what may be asked on this target."""
        facts = self.runner.facts
        # Right after dates that are none: whose request failed is not who asks next.
        self._ask_all(self._wanted([query(("@auth", "none"))]))
        if not facts.is_live:
            self.ask(sign_in())
        if facts.has_other and not self.runner.read_base("other").length:
            # Once more, as the run's own list that is empty at first.
            self.runner.read_base("other")
        customers = min(facts.count("customerIds"), MANY)
        if facts.has_other and customers and not self.is_narrow:
            # Before the first user asks for any of them: what is kept of his lists is not for all.
            ids = [f"$customer[{i}]" for i in range(customers)]
            self.ask(query(("customerIds", ids), ("@auth", "other")))
        pivots = {
            reader: pivots_of(facts, list(self.runner.base_of(reader).rows.values()))
            for reader in ("user", "other")
        }
        axes = axes_of(facts, has_session=bool(self.runner.sessions.latest))
        self._begin(axes, pivots)
        self.covering.axes = known_axes(
            self.covering, self.runner, self.ask, is_narrow=self.is_narrow
        )
        # With more than a type in Accept: a list, as a browser sends it, and a parameter.
        for kind, number in (("json", 1), ("xml", 0)):
            whole = {**plain_ask(axes), "way": "accept list", "format": kind}
            asked = self.covering.draw(whole, number)
            if asked is not None and not self.is_narrow:
                self.ask(asked.with_values(*_ZIPPED) if kind == "json" else asked)

    def _begin(
        self, axes: Mapping[str, tuple[str, ...]], pivots: Mapping[str, Sequence[Pivot]]
    ) -> None:
        self.covering = Covering(
            axes=axes, facts=self.runner.facts, pivots=pivots, acts=self.telling.score
        )

    def ask_for_readers(self) -> None:
        """Ask, where the user chose laws alone, for what those judge that others would ask."""
        if not self.is_narrow:
            return
        facts = self.runner.facts
        if facts.has_other and any(law.reads_other for law in self.laws):
            self.runner.read_base("other")
        for law in self.laws:
            if law.reads in ("each", "all"):
                for plan in law.plans(self.runner.facts):
                    for asked in law.asks(plan):
                        self.ask(asked, purpose=law.id)
        self.settle()

    def note(self, page: Page) -> None:
        """Note what an answer that the oracle found right has reached."""
        self.covering.note(page.query)
        if page.query.get("@auth") is None:
            self._answered[page.query] = page.keys

    def coverage(self, broken: Sequence[Query]) -> Coverage:
        """Return what acted, and what became of each parameter, format and spelling.

        Args:
            broken: the queries of the findings.
        """
        return self.covering.coverage(broken, drawn=self.drawn)

    def cover(self, most: int) -> None:
        """Ask the covering array for `most` requests, with what is refused and what is at an edge.

        A run that is about some laws alone asks for single filters, too: few of the array would
        speak of a law on one filter. What has to be refused, and HEAD, stands between; what such a
        request leaves behind shows in the next one.
        """
        facts = self.runner.facts
        singles = self._singles() if self.is_narrow else []
        formats = self.covering.axes.get("format", ())
        odd = self._wanted(odd_lists(facts, formats))
        pivots = self.covering.pivots.get("user", ())
        near = [*within_a_filter(facts, pivots, formats), *near_a_row(facts, formats)]
        edges = self._wanted([*at_the_ends(facts, formats), *near])
        edges = edges[: int(most * _EDGES)]
        left = most - len(odd) - len(edges)
        chosen = filter(self._is_wanted, chain(singles, self.covering.first()))
        array = list(islice(chosen, max(0, left - int(most * _REFUSALS))))
        between = self._wanted(self._refused())[: max(0, left - len(array))]
        array, together = parted(array, facts)
        if not together:
            edges, together = parted(edges, facts)
        self._ask_all([*odd, *woven(array, between), *edges])
        if together:
            self.at_once(together)

    def _refused(self) -> list[Query]:
        """Return what has to be refused, and HEAD, around asks of the array."""
        facts = self.runner.facts
        # Around what the target knows: a refusal of anything else says nothing.
        axes = self.covering.axes
        known = {
            text: ask
            for text, ask in self.covering.asked.items()
            if ask.get("case", "plain") == "plain"
            and all(ask.get(axis) in axes.get(axis, ()) for axis in ("format", "way"))
        }
        around = contexts(known, _CONTEXTS[facts.is_live])
        has_session = bool(self.runner.sessions.latest)
        return list(
            refused(
                around,
                is_live=facts.is_live,
                has_other=facts.has_other,
                has_session=has_session,
            )
        )

    def cover_deeper(self) -> None:
        """Ask so that three values act together, where the budget is large."""
        self._ask_all(self._wanted(self.covering.deeper(self.left())))

    def cover_rest(self) -> None:
        """Ask for pairs that have not acted yet."""
        for asked in self.covering.rest():
            if self.left() <= 0:
                return
            self._ask_all(self._wanted([asked]))

    def sign_in(self) -> None:
        """Begin a session for the asks that read with one."""
        if "session" in self.covering.axes.get("who", ()) and not self.runner.sessions.latest:
            self.ask(sign_in())

    def poll(self) -> None:
        """Ask as a page that polls: for what came after the newest row of the first read."""
        dates = self.runner.facts.dates
        if dates:
            asked = query(
                ("afterDate", f"$row[{len(dates) - 1}].date"),
                ("@header-origin", text_value(STRANGER)),
                ("@header-if-modified-since", text_value(OLD_COPY)),
            )
            self._ask_all(self._wanted([asked]))

    def need_of_histories(self, budget: int) -> int:
        """Return how many requests the histories take, of a share of the budget."""
        groups = self._histories([query()] * _CROSSED)
        return min(sum(map(len, groups)), int(budget * _HISTORIES))

    def disturb(self, most: int) -> None:
        """Ask one list around what may disturb it, in histories of up to `most` requests."""
        his = self.runner.base_of("other").rows.keys()
        answered = self._answered
        crossed = crossings(list(answered), _CROSSED, lambda asked: bool(answered[asked] - his))
        for group in self._histories(list(crossed)):
            if len(group) <= most:
                most -= len(group)
                self._ask_all(group, is_together=True)

    def _histories(self, crossed: Sequence[Query]) -> list[Sequence[Query]]:
        lists = {"accountIds": "two", "endpointIds": "many", "customerIds": "many"}
        first = self._one({**lists, "afterDate": "second west"}, 3)
        second = self._one({"accountIds": "one", "endpointIds": "many", "customerIds": "two"}, 5)
        if first is None or second is None:
            return []
        facts = self.runner.facts
        is_whole = self.runner.base_of("other").length and not facts.narrow.terms
        found = disturbances(
            first,
            second,
            facts,
            has_sign_in="session" in self.covering.axes.get("who", ()),
            has_tags=bool(self.runner.tags),
            twin=self.runner.find_twin(),
            crossed=crossed if is_whole else (),
        )
        return list(found)

    def draw(self, most: int, *, number: int) -> None:
        """Draw short histories of asks for `most` requests; no query twice."""
        if most <= 0 or not self.covering.axes:
            return
        begin, before = self.drawn, -1
        while self.left() > 0 and before < self.drawn < begin + most:
            before = self.drawn
            least = min(_BATCH, begin + most - before)
            self._draw_some(least, number=number + before - begin)

    def _draw_some(self, least: int, *, number: int) -> None:
        """Draw more histories than are needed, and ask those in which most meets for the first."""
        axes = {**self.covering.axes, "trial": trials(self.runner.facts)}
        if "session" in axes.get("who", ()):
            # As a page asks on and on; what a session forgets, or loses by use, shows so.
            axes["who"] = tuple("session" if who == "user" else who for who in axes["who"])
        found: list[Sequence[Drawn]] = []
        draw_each(histories(axes), found.append, number=number, count=least * _CHOICE)
        end = self.drawn + least
        for index in self.covering.newest_first([[one.ask for one in each] for each in found]):
            placed = (self.covering.draw(one.ask, one.number) for one in found[index])
            queries = dict.fromkeys(query for query in placed if query is not None)
            new = [query for query in queries if query not in self._drawn]
            self._drawn.update(new)
            self.drawn += len(new)
            self._ask_all(self._wanted(new), is_together=True)
            if self.drawn >= end or self.left() <= 0:
                return

    def draw_by_schema(self, contract: Contract, most: int, *, number: int) -> None:
        """Draw queries from the contract with Schemathesis; odd ones too, but on a live target."""
        # Not at the top: it brings Schemathesis, which a run by plan has no need of.
        from mockserver.checks.asking.draw_schema import draw_conforming, draw_odd

        if most <= 0:
            return
        facts = self.runner.facts
        odd = 0 if facts.is_live else most // 2
        queries = draw_conforming(contract, facts, seed=number, count=most - odd)
        queries += draw_odd(contract, seed=number, count=odd) if odd else []
        for asked in queries[: min(most, self.left())]:
            self.drawn += 1
            self.ask(asked)
        self.settle()

    def _one(self, values: Mapping[str, str], number: int) -> Query | None:
        """Return a query of these values, all else plain."""
        axes = self.covering.axes
        plain = plain_ask(axes)
        known = {axis: value for axis, value in values.items() if value in axes.get(axis, ())}
        return self.covering.draw({**plain, **known}, number)

    def _singles(self) -> list[Query]:
        """Return queries of one filter each, all else plain."""
        axes = self.covering.axes
        plain = plain_ask(axes)
        asks = [{**plain, axis: value} for axis in FILTER_NAMES for value in axes.get(axis, ())[1:]]
        found = (self.covering.draw(ask, number) for number, ask in enumerate(asks))
        return [query for query in found if query is not None]

    def _wanted(self, queries: Iterable[Query]) -> list[Query]:
        return list(filter(self._is_wanted, queries))

    def _is_wanted(self, asked: Query) -> bool:
        return any(law.covers(asked) for law in self.laws if law.reads != "own")

    def _ask_all(self, queries: Sequence[Query], *, is_together: bool = False) -> None:
        for number, asked in enumerate(queries, 1):
            if is_together or not self._is_vain(asked):
                self.ask(asked)
            if not is_together and number % _GROUP == 0:
                self.settle()
        self.settle()

    def _is_vain(self, asked: Query) -> bool:
        """Say whether the host is known to lack a verb or a route: it is asked for it once.

        Where it may leave something behind it is asked for all the same.
        """
        if _is_head(asked) and self.knows_no_head:
            return True
        is_other_route = asked.directive("path") == OWN_ROUTE and asked.directive("auth") == "none"
        return is_other_route and "api json" not in self.runner.shown

    def ask(self, asked: Query, *, purpose: str = "oracle") -> Page | None:
        """Return the answer; None where the target may not be asked, or shows too little."""
        if self.runner.facts.lacks(asked):
            return None
        try:
            page = self.runner.ask(asked, purpose=purpose)
            self.knows_no_head |= _is_head(asked) and page.status in NO_ROUTE
        except (RefusedError, TooFewError):
            return None
        except ScopeError as error:
            self.on_scope(error)
            return None
        return page


def _is_head(asked: Query) -> bool:
    return asked.directive("method") == "HEAD"
