"""Settle what the oracle found wrong with answers: reproducible, in need of a history, or flaky.

An answer is first judged again by rows that a fresh read left unchanged, so that data which moves
raises no alarm; then its query is asked again by itself, then after ever more of what came before
it in the run. What fails in none of these is told only where it was seen twice, or where nothing
moved in the whole run.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, product

from mockserver.checks.cause import FLAKY, cause_of
from mockserver.checks.expectation import Expectation
from mockserver.checks.facts import Page
from mockserver.checks.judgement import Judgement
from mockserver.checks.likeness import apart, is_renamed
from mockserver.checks.oracle import STRANGE_ROWS_SYMPTOM, compare, shown_in
from mockserver.checks.plan import FILTER_NAMES, Query, parse_plan
from mockserver.checks.readers import (
    IN_LATEST,
    begins_anew,
    plainly_signed,
    sessions_lacking,
    sign_in,
    signs,
)
from mockserver.checks.sandwich import EMPTY_LIST, Runner
from mockserver.checks.shrink import shrink_query
from mockserver.checks.snapshot import Snapshot
from mockserver.checks.trace import SIGNALS, Tracer

__all__ = ["Deviation", "Deviations"]

_WINDOWS = (1, 2, 4, 8)
_TWICE = 2
_MOST_ALIKE = 4
# So much of what was asked in a session is tried again.
_LONGEST = 8
_LEAST = 16
# How many requests may make a history's queries smaller, each of two.
_MOST_REDUCING = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """Hold an answer that deviated, what it had to be, and where in the run it was asked."""

    page: Page
    expected: Expectation
    judgement: Judgement
    read: Snapshot
    place: int


@dataclass(slots=True, kw_only=True)
class Deviations:
    """Hold what deviated and is not settled yet.

    Attributes:
        on_held: told of each answer in which all was right, and something could have been wrong.
        trail: every query of the run so far, in order.
        judged: how many answers the oracle judged.
    """

    runner: Runner
    tracer: Tracer
    on_held: Callable[[Page, Judgement], None]
    trail: list[Query] = field(default_factory=list)
    judged: int = 0
    _waiting: list[Deviation] = field(default_factory=list)
    _strays: list[Deviation] = field(default_factory=list)
    _is_settling: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def judge(self, page: Page) -> None:
        """Judge an answer by the oracle; keep it if it deviates."""
        if page.response.request.purpose == "base":
            # What it is compared with is itself: what moved is no fault, and the laws on time see
            # what may not move.
            return
        self.trail.append(page.query)
        expected = self.runner.expect(page.query)
        read = self.runner.base_of("user" if expected is None else expected.reader)
        if expected is None or read.length is None:
            return
        if page.status == 200 and page.kind in expected.kinds:
            self.runner.shown |= expected.shows | ({EMPTY_LIST} if page.rows == () else set())
        view = self.runner.view([read])
        judgement = compare(page, expected, view)
        self.judged += judgement.verdict != "vacuous"
        if judgement.verdict == "violated":
            if not (self._is_settling or self.tracer.is_tracing):
                place = len(self.trail) - 1
                self._waiting.append(
                    Deviation(
                        page=page, expected=expected, judgement=judgement, read=read, place=place
                    )
                )
            return
        if judgement.verdict == "holds":
            self.runner.shown |= shown_in(page, expected, view)
            self.on_held(page, judgement)

    def settle(self, *, is_explained: bool = False) -> None:
        """Settle what waits.

        Args:
            is_explained: whether a law has told of the same requests already, so that only what
                shows in them one by one is news.
        """
        law = self.tracer.oracle
        waiting, self._waiting = self._waiting, []
        if not self.tracer.owns_any():
            return
        self._is_settling = True
        try:
            for found in self._unmoved(waiting):
                query = found.page.query
                if self._is_told(found) or self._trace_session(found):
                    continue
                judgement = self.runner.try_plan(law, query)
                if judgement.verdict == "violated" and self._trace_remembered(found):
                    continue
                if judgement.verdict == "violated":
                    self.tracer.trace(law, query, judgement)
                elif not is_explained and not self._trace_history(found):
                    self._strays.append(found)
        finally:
            self._is_settling = False

    def waits(self) -> bool:
        """Say whether anything waits that rows which changed meanwhile do not explain."""
        self._waiting = list(self._unmoved(self._waiting))
        return bool(self._waiting)

    @property
    def waiting(self) -> set[Query]:
        """Return the queries whose answers wait to be settled."""
        return {found.page.query for found in self._waiting}

    def take(self) -> list[Deviation]:
        """Return what waits, which somebody else settles, or gives back as strays."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def give_back(self, strays: Sequence[Deviation]) -> None:
        """Keep what deviated and did not show again."""
        self._strays += strays

    def conclude(self) -> None:
        """Tell of what was seen now and then: a fault of its own, one finding a symptom."""
        strays = [found for found in self._strays if not self._may_be_fleeting(found)]
        counts = Counter(found.judgement.symptom for found in strays)
        for found in strays:
            seen = counts.pop(found.judgement.symptom, 0)
            if seen >= _TWICE or (seen and self.runner.is_still):
                query = found.page.query
                self.tracer.keep(
                    self.tracer.oracle, query, found.judgement, FLAKY, seen=(seen, self.judged)
                )

    def _may_be_fleeting(self, found: Deviation) -> bool:
        """Say whether rows may have come after one read of the list and gone before the next."""
        return found.judgement.symptom == STRANGE_ROWS_SYMPTOM and not self.runner.is_still

    def _unmoved(self, waiting: Sequence[Deviation]) -> Iterator[Deviation]:
        """Yield what rows that changed meanwhile do not explain; one fresh read tells for all."""
        again: dict[str, Snapshot] = {}
        for found in waiting:
            # Of an answer in a session: whose that was then.
            expected = found.expected
            if self._is_told(found):
                continue
            if expected.reader not in again:
                again[expected.reader] = self.runner.read_once_more(expected.reader)
            view = self.runner.view([found.read, again[expected.reader]])
            judgement = compare(found.page, expected, view)
            if judgement.verdict == "violated":
                yield replace(found, judgement=judgement)
            elif judgement.verdict == "holds":
                self.on_held(found.page, judgement)

    def _is_told(self, found: Deviation) -> bool:
        """Say whether a known cause explains it; it is counted there."""
        return self.tracer.count_known(
            self.tracer.oracle, found.page.query, found.judgement.symptom
        )

    def _trace_history(self, found: Deviation) -> bool:
        """Look for what has to come before a query for its answer to deviate."""
        tracer, query = self.tracer, found.page.query
        symptom = found.judgement.symptom
        trail = self.trail[: found.place]
        for size in _WINDOWS:
            before = tuple(trail[-size:])
            if len(before) < size and size > 1:
                return False
            if not tracer.can_spend(size + 2):
                return False
            if self._fails_after(before, query, symptom):
                small = self._shrink(before, query, symptom)
                if not self._is_sure(small, query, symptom):
                    return False
                small, query = self._reduce(small, query, symptom)
                self._keep(query, found.judgement, small)
                return True
        return False

    def _trace_session(self, found: Deviation) -> bool:
        """Look for what happened to a session, where an answer in a new one does not deviate."""
        query, symptom, reader = found.page.query, found.judgement.symptom, found.expected.reader
        new = (sign_in(reader),)
        if query.directive("auth") not in IN_LATEST:
            return False
        if self._fails_after(new, query, symptom):
            return self._trace_anothers(found, new)
        whole = query.without(*FILTER_NAMES)
        for before in self._since_sign_ins(found.place):
            if sessions_lacking((*before, query)):
                continue
            plain = tuple(map(plainly_signed, before))
            for asked, signed in dict.fromkeys(product((whole, query), (plain, before))):
                # What goes wrong for a session stays so, or does again: it is no chance.
                if self._can_fail(signed, asked, symptom) and (
                    self._fails_after((), asked, symptom)
                    or self._fails_after(signed, asked, symptom)
                ):
                    self._keep(asked, found.judgement, self._shrink(signed, asked, symptom))
                    return True
        return self._trace_spoilt(found)

    def _trace_spoilt(self, found: Deviation) -> bool:
        """Keep what a session gets and its reader does not, where no new one can show how so."""
        query, symptom = found.page.query, found.judgement.symptom
        plain = Query(tuple(term for term in query.terms if term.name == "@auth"))
        for asked in (plain, query):
            by_name = asked.with_values("@auth", found.expected.reader)
            if self._can_fail((), asked, symptom) and not self._can_fail((), by_name, symptom):
                law, cause = self.tracer.oracle, cause_of(asked)
                self.tracer.keep(law, asked, found.judgement, cause, is_of_run=True)
                return True
        return False

    def _trace_anothers(self, found: Deviation, new: tuple[Query, ...]) -> bool:
        """Trace what any session of the other user gets, which a plan has to begin."""
        query, symptom, reader = found.page.query, found.judgement.symptom, found.expected.reader
        if reader == "user":
            return False
        if self._trace_remembered(found):
            return True
        by_name = query.with_values("@auth", reader)
        if self._can_fail((), by_name, symptom):
            self.tracer.trace(self.tracer.oracle, by_name, found.judgement)
        else:
            self._keep(query, found.judgement, new)
        return True

    def _can_fail(self, before: tuple[Query, ...], query: Query, symptom: str) -> bool:
        """Say whether a query fails after a history, where the purse allows to ask."""
        return self.tracer.can_spend(len(before) + 2) and self._fails_after(before, query, symptom)

    def _since_sign_ins(self, place: int) -> Iterator[tuple[Query, ...]]:
        """Yield what was asked since the last sign-in in a new browser, and since the one before.

        Each first without what neither signs in nor out.
        """
        begun = [at for at, asked in enumerate(self.trail[:place]) if begins_anew(asked)]
        for at in reversed(begun[-_TWICE:]):
            asked = tuple(self.trail[at:place])
            yield from dict.fromkeys((tuple(filter(signs, asked)), asked[:1] + asked[-_LONGEST:]))

    def _trace_remembered(self, found: Deviation) -> bool:
        """Look for an earlier ask whose answer the server gives in place of this one's own.

        A parameter that means nothing makes a query new to a server that remembers answers: what
        deviates only without it was answered wrongly for what came before.
        """
        query, symptom = found.page.query, found.judgement.symptom
        before = dict.fromkeys(reversed(self.trail[: found.place]))
        others = [other for other in before if other.filters and other != query]
        alike = [other for other in others if not apart(other, query)][:_MOST_ALIKE]
        # What a server forgets of a query may be the names of its filters, or one of them.
        near = [other for other in others if apart(other, query) == 1]
        near.sort(key=lambda other: not is_renamed(other, query))
        earlier = [*alike, *near[:_MOST_ALIKE]]
        if not earlier or not self.tracer.can_spend(_LEAST):
            return False
        if self._fails_after((), _new(query, next(self._numbers)), symptom):
            return False
        for other in earlier:
            number = next(self._numbers)
            if self._fails_after((_new(other, number),), _new(query, number), symptom):
                self._keep(query, found.judgement, (other,))
                return True
        return False

    def _keep(self, query: Query, judgement: Judgement, before: tuple[Query, ...]) -> None:
        """Keep what deviates after a history; what another is given is one cause, however seen."""
        findings = self.tracer.outcome.findings if _is_anothers(before, query) else []
        plans = ((finding, parse_plan(finding.plan)) for finding in findings if finding.plan)
        alike = (finding for finding, plan in plans if _is_anothers(plan.before, plan.query))
        known = next(alike, None)
        if known is not None:
            self.tracer.count(known, self.tracer.oracle)
            return
        cause = cause_of(query, before=before)
        self.tracer.keep(self.tracer.oracle, query, judgement, cause, before=before)

    def _is_sure(self, before: tuple[Query, ...], query: Query, symptom: str) -> bool:
        """Say whether a history shows it again, and the query without it does not.

        What shows in every so many answers, whatever came before, would pass for a history else.
        """
        # A new session is like any other; in the old one it would show still.
        signed = tuple(filter(begins_anew, before))
        return (
            self._fails_after(before, query, symptom)
            and not self._fails_after(signed if signed != before else (), query, symptom)
            and self._fails_after(before, query, symptom)
        )

    def _shrink(self, before: tuple[Query, ...], query: Query, symptom: str) -> tuple[Query, ...]:
        index = 0
        while len(before) > 1 and index < len(before) and self.tracer.can_spend(len(before) + 2):
            fewer = before[:index] + before[index + 1 :]
            # What is replayed has no sessions but those that it begins.
            if not sessions_lacking((*fewer, query)) and self._fails_after(fewer, query, symptom):
                before = fewer
            else:
                index += 1
        return before

    def _reduce(
        self, before: tuple[Query, ...], query: Query, symptom: str
    ) -> tuple[tuple[Query, ...], Query]:
        """Return a history and the query that fails after it, with what does not matter gone."""
        most, cost = _MOST_REDUCING, len(before) + _TWICE

        def can_ask() -> bool:
            return self.tracer.can_spend(cost)

        small = shrink_query(
            query,
            lambda plan: can_ask() and self._fails_after(before, plan, symptom),
            cost=cost,
            max_requests=most,
            is_free=True,
        )
        if len(before) > 1:
            return before, small
        first = shrink_query(
            before[0],
            lambda plan: can_ask() and self._fails_after((plan,), small, symptom),
            cost=cost,
            max_requests=most,
            is_free=True,
        )
        return (first,), small

    def _fails_after(self, before: Sequence[Query], query: Query, symptom: str) -> bool:
        with self.tracer.spending():
            try:
                for earlier in before:
                    self.runner.ask(earlier, purpose="history")
                judgement = self.runner.try_plan(self.tracer.oracle, query, rounds=1, rereads=1)
            except SIGNALS:
                return False
        return (judgement.verdict, judgement.symptom) == ("violated", symptom)


def _is_anothers(before: Sequence[Query], query: Query) -> bool:
    """Say whether a history is one request for the same that somebody else made."""
    if len(before) != 1 or apart(before[0], query):
        return False
    return before[0].get("@auth") != query.get("@auth")


def _new(query: Query, number: int) -> Query:
    """Return a query with a parameter that no API knows and that no query had before."""
    return query.with_values("_", str(number))
