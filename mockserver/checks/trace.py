"""Trace each failure to its cause, and keep one finding a cause.

A failure is asked again, then made small by returning its axes to plain; what has to stay is the
cause (cause.py). That has a purse of its own, so that causes do not depend on the budget. Rows that
are wrong in the plainest spelling too are one finding of the law on that query (L06, L10, L31), and
so is an answer that is no list (L16), whichever laws met it.

How far that goes: a failure that holds a known cause counts with it and is not asked again, so that
a second fault with its symptom which shows only where the first does stays hidden. One fault in
three parameters is three causes, and so is one that laws on refusals, sessions, formats or headers
see each in a way of its own. The mock is asked too; its answer is a note.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from mockserver.checks.cause import FLAKY, NO_ROWS, Cause, cause_of, is_within
from mockserver.checks.discovery import discover
from mockserver.checks.evidence import Evidence, evidence_of
from mockserver.checks.facts import Page
from mockserver.checks.finding_requests import asks_shown
from mockserver.checks.laws.law import Judgement, Law, asks_of
from mockserver.checks.laws.names import name_of_law
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.plan import Plan, Query
from mockserver.checks.report import Finding, fingerprint
from mockserver.checks.same_cause import find_by_dates, is_narrower, is_wider
from mockserver.checks.sandwich import EMPTY_LIST, Runner
from mockserver.checks.selection import selector
from mockserver.checks.shrink import MAX_SHRINK_REQUESTS, plainly, shrink_query
from mockserver.checks.symptoms import NO_LIST, are_alike, as_exact, is_of_answer
from mockserver.checks.verdicts import CheckOptions, Outcome
from mockserver.errors import GuardError, TargetError, TooFewError, UsageError

__all__ = ["SIGNALS", "Tracer"]

_IN_ALL = {False: 100, True: 10}
# How many answers to a request are looked at for one that was right.
_FEW_PAGES = 12
_A_LIST, _IN_REFUSAL = ": a list", "data in a refusal"
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
        pages: every answer of the run so far.
        oracle: the law that an answer of any query may break.
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
    pages: Sequence[Page] = ()
    oracle: Law = field(default_factory=lambda: find_laws("L87")[0])
    spent: int = 0
    is_tracing: bool = False
    mock: Runner | None = None
    met: list[str] = field(default_factory=list)

    def is_known(self, law: Law, symptom: str, query: Query) -> bool:
        """Say whether a failure of a plan has a cause that is known."""
        return self._known(law, symptom, query) is not None

    def count_known(self, law: Law, query: Query, symptom: str) -> bool:
        """Count a failure with the finding of its cause; False where there is none yet."""
        known = self._known(law, symptom, query) or self._met(law, symptom)
        known = known or find_by_dates(self.outcome.findings, law, symptom, query)
        if known is not None:
            self.count(known, law)
        return known is not None

    def can_spend(self, count: int) -> bool:
        """Say whether so many requests are left to confirm and to reduce."""
        return self._left() >= count

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Take what is asked meanwhile out of the purse for confirming and reducing."""
        before, was_tracing = self.runner.asked, self.is_tracing
        was_extra = self.runner.is_extra
        self.runner.is_extra = self.is_tracing = True
        try:
            yield
        finally:
            self.runner.is_extra = was_extra
            self.is_tracing = was_tracing
            self.spent += self.runner.asked - before

    def trace(self, law: Law, query: Query, judgement: Judgement) -> None:
        """Keep a failure: with the finding of its cause, or as a finding of its own."""
        if self.count_known(law, _shown(query, judgement), judgement.symptom):
            return
        if self.options.plan is not None:
            self.keep(law, query, judgement, () if law.reads == "all" else cause_of(query))
            return
        if law.reads == "all":
            is_of_run = not self._shows_alone(law, query, judgement.symptom)
            self.keep(law, query, judgement, (), is_of_run=is_of_run)
            return
        if self._trace_plainly(law, query, judgement):
            return
        small, cause, judgement = self._reduce(law, query, judgement)
        if cause != FLAKY and self._is_rowless(_shown(small, judgement), judgement.symptom):
            cause = NO_ROWS
        if cause == FLAKY and law.reads == "each" and as_exact(judgement.symptom) is not None:
            if self.owns_any():
                # The oracle judged the same answer, and looks for what came before it.
                return
        self.keep(law, small, judgement, cause)

    def _shows_alone(self, law: Law, query: Query, symptom: str) -> bool:
        """Say whether what a law asks by itself shows what all answers of a run did."""
        if not self.can_spend(len(law.asks(query)) + 1):
            return False
        with self.spending():
            try:
                found = self.guarded(law.id, lambda: self._ask_again(law, query))
            except SIGNALS:
                return False
        return found is not None and (found.verdict, found.symptom) == ("violated", symptom)

    def _trace_plainly(self, law: Law, query: Query, judgement: Judgement) -> bool:
        """Trace a failure of the plainest spelling of a query instead, if that fails alike."""
        symptom, plain = as_exact(judgement.symptom), plainly(query)
        if law.reads == "oracle" or symptom is None or not self.owns_any():
            return False
        known = self._known(self.oracle, symptom, Query(query.filters))
        if known is not None:
            self.count(known, law)
            return True
        if not plain.terms:
            return False
        which = "every row" if symptom == "missing rows" else "only rows"
        told = replace(judgement, symptom=symptom, documented=f"{which} that the query selects")
        small, cause, found = self._reduce(self.oracle, plain, told)
        if cause == FLAKY or self._left() < self.oracle.cost + 1:
            return False
        self.keep(self.oracle, small, found, cause, met_by=law)
        return True

    def owns_any(self) -> bool:
        """Say whether any law of the run is one that the oracle judges."""
        return any(law.reads == "oracle" for law in self.laws)

    def _met(self, law: Law, symptom: str) -> Finding | None:
        """Return the finding on an answer as such, where that is why a plan failed."""
        if law.reads == "each" and is_of_answer(symptom):
            met = (f for f in self.outcome.findings if f.fingerprint in self.met)
            return next((finding for finding in met if finding.symptom == symptom), None)
        if law.reads not in ("own", "oracle"):
            return None
        if not symptom.startswith(NO_LIST) and not symptom.endswith(_A_LIST):
            return None
        number = "L16" if symptom.startswith(NO_LIST) else "L09"
        return next(
            (
                finding
                for finding in self.outcome.findings
                if finding.law == find_laws(number)[0].id
                and finding.fingerprint in self.met
                and finding.symptom.startswith((*NO_LIST, _IN_REFUSAL))
            ),
            None,
        )

    def _known(self, law: Law, symptom: str, query: Query) -> Finding | None:
        same = [
            finding
            for finding in self.outcome.findings
            if are_alike(finding.symptom, symptom)
            and (finding.is_of(law.id) or self._shares(finding, law) or is_of_answer(symptom))
        ]
        within = (
            finding
            for finding in same
            if law.reads == "all"
            or is_within(finding.cause, query)
            or (finding.cause == NO_ROWS and self._is_rowless(query, symptom))
            or finding.evidence.certainty == "needs-history"
        )
        # Without a request left to tell causes apart, what looks the same counts as the same.
        rest = same if self._left() < law.cost + 1 else []
        return next(within, None) or next(iter(rest), None)

    def _is_rowless(self, query: Query, symptom: str) -> bool:
        """Say whether a query selects nothing, and no such query was answered with a list."""
        if not is_of_answer(symptom) or EMPTY_LIST in self.runner.shown:
            return False
        expected = self.runner.expect(query)
        if expected is None or expected.must_refuse:
            return False
        selects = selector(expected.meaning, self.runner.facts)
        rows = self.runner.base_of(expected.reader).rows.values()
        return bool(rows) and not any(map(selects, rows))

    def _shares(self, finding: Finding, law: Law) -> bool:
        """Say whether both are the oracle's, whichever laws they are named by."""
        return law.reads == "oracle" and finding.law in self.outcome.by_oracle

    def count(self, known: Finding, law: Law) -> None:
        """Count a failure with a finding of its cause."""
        index = self.outcome.findings.index(known)
        self.met.append(known.fingerprint)
        is_told = known.is_of(law.id) or law is self.oracle
        also = known.also if is_told else (*known.also, law.id)
        self.outcome.findings[index] = replace(known, count=known.count + 1, also=also)

    def _left(self) -> int:
        return _IN_ALL[self.runner.facts.is_live] - self.spent

    def _reduce(
        self, law: Law, query: Query, judgement: Judgement
    ) -> tuple[Query, Cause, Judgement]:
        """Return the smallest query that fails alike, its cause, and what is said of its answer."""
        most = min(MAX_SHRINK_REQUESTS, self._left())
        start, symptom = self.spent, judgement.symptom
        said: dict[Query, Judgement] = {}

        def fails(candidate: Query) -> bool | None:
            if most - (self.spent - start) < law.cost + 1:
                return None
            with self.spending():
                try:
                    found = self.guarded(law.id, lambda: self._ask_again(law, candidate))
                except SIGNALS:
                    return None
            if found is not None and (found.verdict, found.symptom) == ("violated", symptom):
                said[candidate] = found
            return candidate in said

        again = fails(query)
        if again is False:
            return query, FLAKY, judgement
        if again is None:
            return query, cause_of(query), judgement
        is_free = law.reads in ("each", "oracle")
        small = shrink_query(
            query, lambda plan: fails(plan) is True, cost=1, is_free=is_free, is_plain=is_free
        )
        return small, cause_of(small), said.get(small, judgement)

    def _ask_again(self, law: Law, candidate: Query) -> Judgement:
        if law.reads == "each":
            return law.judge(self.runner.page_case(candidate, law.id))
        asks_of(law, candidate)
        rereads = 0 if self.runner.is_still else 1
        return self.runner.try_plan(law, candidate, rounds=1, rereads=rereads)

    def keep(
        self,
        law: Law,
        query: Query,
        judgement: Judgement,
        cause: Cause,
        *,
        met_by: Law | None = None,
        before: tuple[Query, ...] = (),
        seen: tuple[int, int] = (1, 1),
        is_of_run: bool = False,
    ) -> None:
        """Keep a failure whose cause is settled.

        Args:
            met_by: the law that came upon it.
            before: what has to be asked before it.
            seen: how often it was seen, of how many answers.
            is_of_run: whether it needs what the whole run asked before.
        """
        owner = self._owner(law, cause_of(query) if cause == FLAKY else cause, judgement.symptom)
        if owner is None:
            return
        axes = [f"{axis}={kind}" for axis, kind in cause]
        also = () if owner is (met_by or law) or law is self.oracle else ((met_by or law).id,)
        if met_by is not None and owner is not met_by:
            also = (met_by.id,)
        finding = Finding(
            fingerprint=fingerprint(owner.id, judgement.symptom, axes),
            law=owner.id,
            tier=owner.tier,
            symptom=judgement.symptom,
            cause=cause,
            also=also,
            plan=str(Plan(owner.id, query, before)),
            received=judgement.received,
            documented=judgement.documented,
            evidence=evidence_of(
                judgement,
                cause,
                asks=asks_shown(law, query, judgement),
                before=before,
                seen=seen,
                is_of_run=is_of_run,
            ),
        )
        for known in self.outcome.findings:
            if known.fingerprint == finding.fingerprint or is_wider(known, finding):
                self.count(known, met_by or law)
                return
        finding = replace(finding, count=finding.count + self._take_narrower(finding, law))
        self.met.append(finding.fingerprint)
        if seen == (1, 1) and cause != FLAKY and not before:
            finding = replace(finding, evidence=self._with_earlier(finding.evidence, law, query))
        finding = replace(finding, also_on_mock=self._is_on_mock(law, query, judgement.symptom))
        self.outcome.findings.append(finding)
        if law.reads == "oracle":
            self.outcome.by_oracle.add(finding.law)
        self.on_finding(finding)

    def _take_narrower(self, finding: Finding, law: Law) -> int:
        """Drop findings that say of less what this one says; return how often they were met."""
        narrower = [
            known
            for known in self.outcome.findings
            if (known.law == finding.law or self._shares(known, law))
            and known.symptom == finding.symptom
            and is_narrower(known, finding)
        ]
        for known in narrower:
            self.outcome.findings.remove(known)
        return sum(known.count for known in narrower)

    def _with_earlier(self, evidence: Evidence, law: Law, query: Query) -> Evidence:
        """Return the evidence with how many answers to the same request were right in this run."""
        if law.reads not in ("each", "oracle"):
            return evidence
        expected = self.runner.expect(query) if law.reads == "oracle" else None
        reader = "user" if expected is None else expected.reader
        same = [page for page in self.pages if page.query == query][:_FEW_PAGES]
        cases = (self.runner.case_of(page, reader=reader) for page in same)
        right = sum(law.judge(case).verdict == "holds" for case in cases)
        return replace(evidence, seen=(1, 1 + right))

    def _owner(self, law: Law, cause: Cause, symptom: str) -> Law | None:
        """Return the law that a finding belongs to; None where the user left that law out."""
        if law.reads != "oracle" or self.options.plan is not None:
            return law
        owner = find_laws(name_of_law(cause, symptom))[0]
        if owner in self.laws:
            return owner
        return law if law in self.laws else None

    def _is_on_mock(self, law: Law, query: Query, symptom: str) -> bool | None:
        if self.screen is None or law.reads == "all":
            return None
        try:
            found = self.guarded(f"{law.id} on the mock", lambda: self._try_mock(law, query))
        except SIGNALS:
            return None
        return None if found is None else (found.verdict, found.symptom) == ("violated", symptom)

    def _ask_mock(self, request: Request) -> Response:
        assert self.screen is not None, "asked only where there is one"
        try:
            return self.screen(request)
        except Exception as error:  # of any kind: no verdict hangs on what the mock does
            raise TargetError("the mock that the target is compared with broke") from error

    def _try_mock(self, law: Law, query: Query) -> Judgement:
        if self.mock is None:
            self.mock = discover(
                self._ask_mock, profile=self.options.profile, fields=self.options.fields
            )
            self.mock.shown = set(self.runner.shown)
        # Of what a law measures the mock has a choice of its own, which may be another one.
        own = {point: c for point, c in self.runner.learned.items() if point != law.point}
        self.mock.learned = own
        if law.reads == "each":
            return law.judge(self.mock.page_case(query, law.id))
        return self.mock.try_plan(law, query)


def _shown(query: Query, judgement: Judgement) -> Query:
    """Return the query that shows it: of answers that are no list, the very one of a plan's."""
    is_other = judgement.asked is not None and is_of_answer(judgement.symptom)
    return judgement.asked if is_other and judgement.asked is not None else query
