"""Trace each failure to its cause, and keep one finding a cause.

A failure is asked again, then made small by returning its axes to plain; what has to stay is the
cause (cause.py). That has a purse of its own, so that causes do not depend on the budget. Rows too
many or too few that show in the plainest spelling as well are one finding of the law on that
query (L06, L10, L31), and so is an answer that is no list (L16), whichever laws met it.

How far that goes: a failure that holds a known cause counts with it and is not asked again, so that
a second fault with the same symptom which shows only where the first one does stays hidden behind
it. One fault in three parameters is three causes, and so is one that laws on refusals, sessions,
formats or headers see each in a way of its own. The mock is asked too; its answer is a note.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from mockserver.checks.cause import FLAKY, Cause, cause_of, is_within
from mockserver.checks.discovery import discover
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    ask_as_it_is,
    asks_of,
    every_ask,
)
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Send
from mockserver.checks.plan import LIST_NAMES, Plan, Query
from mockserver.checks.report import Finding, fingerprint
from mockserver.checks.sandwich import Runner
from mockserver.checks.shrink import MAX_SHRINK_REQUESTS, shrink_query
from mockserver.checks.verdicts import CheckOptions, Outcome
from mockserver.errors import GuardError, TargetError, TooFewError, UsageError

__all__ = ["SIGNALS", "Tracer", "page_case"]

_IN_ALL = {False: 100, True: 10}
# Symptoms that say of a law's own query what `exact` says of a plain one.
_AS_EXACT = {
    "extra rows": (
        "contradiction selects rows", "foreign rows", "older rows", "unknown id selects rows",
        "late date selects rows", "blank item widens",
    ),
    "missing rows": ("early date loses rows", "parts miss rows"),
}  # fmt: skip
_NO_LIST = ("status ", "broken answer", "unreadable body")
_T = TypeVar("_T")
# What a guard, a person or the target says; any other exception is a failure of our own.
SIGNALS = (GuardError, TargetError, TooFewError, UsageError)


class Guarded(Protocol):
    """Do a piece of work; a failure of the checker in it is recorded, and ends no run."""

    def __call__(self, during: str, work: Callable[[], _T]) -> _T | None:
        """Return what `work` does, or None."""


@dataclass(slots=True, kw_only=True)
class Tracer:
    """Trace the failures of one run.

    Attributes:
        spent: requests that confirming and reducing have taken.
        is_tracing: whether answers come of that, so that none of them is counted as another one.
        met: what the answers to the plan at hand were found to break.
    """

    options: CheckOptions
    outcome: Outcome
    runner: Runner
    screen: Send | None
    laws: Sequence[Law]
    guarded: Guarded
    on_finding: Callable[[Finding], None]
    spent: int = 0
    is_tracing: bool = False
    mock: Runner | None = None
    met: list[str] = field(default_factory=list)

    def is_known(self, law: Law, symptom: str, query: Query) -> bool:
        """Say whether a failure of a plan has a cause that is known."""
        return self._known(law, symptom, query) is not None

    def trace(self, law: Law, query: Query, judgement: Judgement) -> None:
        """Keep a failure: with the finding of its cause, or as a finding of its own."""
        known = self._known(law, judgement.symptom, query) or self._met(law, judgement.symptom)
        if known is not None:
            self._count(known, law)
            return
        if law.reads == "all" or self.options.plan is not None:
            self.keep(law, query, judgement, () if law.reads == "all" else cause_of(query))
            return
        self.is_tracing = True
        try:
            if self._trace_plainly(law, query, judgement):
                return
            small, cause = self._reduce(law, query, judgement.symptom)
        finally:
            self.is_tracing = False
        self.keep(law, small, judgement, cause)

    def _trace_plainly(self, law: Law, query: Query, judgement: Judgement) -> bool:
        """Trace a failure of the plainest spelling of a query instead, if that fails alike."""
        symptom, plain = _as_exact(judgement.symptom), _plainly(query)
        owner = find_laws("L06")[0]
        if _asks_plainly(law) or symptom is None or owner not in self.laws:
            return False
        known = self._known(owner, symptom, Query(query.filters))
        if known is not None:
            self._count(known, law)
            return True
        if not plain.terms:
            return False
        small, cause = self._reduce(owner, plain, symptom)
        if cause == FLAKY or self._left(owner) < owner.cost + 1:
            return False
        found = replace(judgement, symptom=symptom, documented="only rows that the query selects")
        if symptom == "missing rows":
            found = replace(found, documented="every row that the query selects")
        self.keep(owner, small, found, cause, met_by=law)
        return True

    def _met(self, law: Law, symptom: str) -> Finding | None:
        """Return the finding of an answer that is no list, where that is why a plan failed."""
        if law.reads != "own" or not symptom.startswith(_NO_LIST):
            return None
        number = find_laws("L16")[0].id
        return next(
            (
                finding
                for finding in self.outcome.findings
                if finding.law == number
                and finding.fingerprint in self.met
                and finding.symptom.startswith(_NO_LIST)
            ),
            None,
        )

    def _known(self, law: Law, symptom: str, query: Query) -> Finding | None:
        same = [f for f in self.outcome.findings if f.symptom == symptom and f.is_of(law.id)]
        within = (f for f in same if law.reads == "all" or is_within(f.cause, query))
        # Without a request left to tell causes apart, what looks the same counts as the same.
        rest = same if self._left(law) < law.cost + 1 else []
        return next(within, None) or next(iter(rest), None)

    def _count(self, known: Finding, law: Law) -> None:
        index = self.outcome.findings.index(known)
        self.met.append(known.fingerprint)
        also = known.also if known.is_of(law.id) else (*known.also, law.id)
        self.outcome.findings[index] = replace(known, count=known.count + 1, also=also)

    def _left(self, law: Law) -> int:
        return _IN_ALL[self.runner.facts.is_live] - self.spent

    def _reduce(self, law: Law, query: Query, symptom: str) -> tuple[Query, Cause]:
        left = min(MAX_SHRINK_REQUESTS, self._left(law))

        def fails(candidate: Query) -> bool | None:
            nonlocal left
            if left < law.cost + 1:
                return None
            before = self.runner.asked
            try:
                found = self.guarded(law.id, lambda: self._ask_again(law, candidate))
            except SIGNALS:
                return None
            finally:
                left -= self.runner.asked - before
                self.spent += self.runner.asked - before
            return found is not None and (found.verdict, found.symptom) == ("violated", symptom)

        again = fails(query)
        if again is False:
            return query, FLAKY
        if again is None:
            return query, cause_of(query)
        is_free = law.reads == "each"
        small = shrink_query(
            query,
            lambda candidate: fails(candidate) is True,
            cost=1,
            is_free=is_free,
            is_plain=is_free or bool(law.draws),
        )
        return small, cause_of(small)

    def _ask_again(self, law: Law, candidate: Query) -> Judgement:
        self.runner.is_extra = True
        try:
            if law.reads == "each":
                return law.judge(page_case(self.runner, candidate, law.id))
            asks_of(law, candidate)
            return self.runner.try_plan(law, candidate, rounds=1, rereads=1)
        finally:
            self.runner.is_extra = False

    def keep(
        self,
        law: Law,
        query: Query,
        judgement: Judgement,
        cause: Cause,
        *,
        met_by: Law | None = None,
    ) -> None:
        """Keep a failure whose cause is settled; `met_by` is the law that came upon it."""
        owner = self._owner(law, cause)
        axes = [f"{axis}={kind}" for axis, kind in cause]
        finding = Finding(
            fingerprint=fingerprint(owner.id, judgement.symptom, axes),
            law=owner.id,
            tier=owner.tier,
            symptom=judgement.symptom,
            cause=cause,
            also=() if owner is (met_by or law) else ((met_by or law).id,),
            plan=str(Plan(owner.id, query)),
            received=judgement.received,
            documented=judgement.documented,
        )
        for known in self.outcome.findings:
            if known.fingerprint == finding.fingerprint:
                self._count(known, met_by or law)
                return
        self.met.append(finding.fingerprint)
        finding = replace(finding, also_on_mock=self._is_on_mock(law, query, judgement.symptom))
        self.outcome.findings.append(finding)
        self.on_finding(finding)

    def _owner(self, law: Law, cause: Cause) -> Law:
        """Return the law that a cause belongs to, of those that judge a query by itself alone."""
        if not _asks_plainly(law):
            return law
        axes = {axis for axis, _ in cause}
        number = "L31" if "afterDate" in axes else "L10" if len(axes) > 1 else "L06"
        owner = find_laws(number)[0]
        return owner if owner in self.laws and axes and cause != FLAKY else law

    def _is_on_mock(self, law: Law, query: Query, symptom: str) -> bool | None:
        if self.screen is None or law.reads == "all":
            return None
        try:
            found = self.guarded(f"{law.id} on the mock", lambda: self._try_mock(law, query))
        except SIGNALS:
            return None
        return None if found is None else (found.verdict, found.symptom) == ("violated", symptom)

    def _try_mock(self, law: Law, query: Query) -> Judgement:
        if self.mock is None:
            assert self.screen is not None, "asked only where there is one"
            self.mock = discover(
                self.screen, profile=self.options.profile, fields=self.options.fields
            )
        if law.reads == "each":
            return law.judge(page_case(self.mock, query, law.id))
        return self.mock.try_plan(law, query)


def page_case(runner: Runner, query: Query, purpose: str) -> Case:
    """Return what a law on single answers judges of a query that is asked now."""
    return Case(
        facts=runner.facts,
        plan=query,
        pages=(runner.ask(query, purpose=purpose),),
        core=runner.base.rows,
        profile=runner.profile,
    )


def _as_exact(symptom: str) -> str | None:
    for plain, others in _AS_EXACT.items():
        if symptom == plain or symptom.startswith(others):
            return plain
    return None


def _plainly(query: Query) -> Query:
    """Return the filters of a query spelled plainly; nothing where one is no symbol."""
    terms = [
        replace(term, values=tuple(v.partition("!")[0] for v in term.values), style="comma")
        for term in query.filters
        if term.name in (*LIST_NAMES, "afterDate")
    ]
    is_plain = all(
        value.startswith("$") and not value.startswith("$unknown")
        for term in terms
        for value in term.values
    )
    return Query(tuple(terms)) if is_plain else Query()


def _asks_plainly(law: Law) -> bool:
    return law.judge is every_ask and law.asks is ask_as_it_is
