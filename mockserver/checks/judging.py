"""Judge each answer of a run as it comes, by the laws on single answers and by the oracle.

What they find waits until no plan is half asked; the laws on all answers judge at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mockserver.checks.asking.blocks import Blocks
from mockserver.checks.cause import FLAKY
from mockserver.checks.deviations import Deviations
from mockserver.checks.facts import Page
from mockserver.checks.judgement import Judgement
from mockserver.checks.laws.law import Case, Law
from mockserver.checks.laws.lists import MAX_ROWS
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.learn import Learned, fitting_choices
from mockserver.checks.plan import Plan, Query
from mockserver.checks.sandwich import Runner
from mockserver.checks.sign_in_expectation import expect_sign, shown_by
from mockserver.checks.spellings import CAPITALS
from mockserver.checks.trace import Guarded, Tracer
from mockserver.checks.verdicts import CheckOptions, Outcome

__all__ = ["Answers", "Parts"]

_BROKEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Hold what a run is made of once the target's facts are known."""

    runner: Runner
    tracer: Tracer
    deviations: Deviations
    blocks: Blocks


@dataclass(slots=True, kw_only=True)
class Answers:
    """Judge the answers of one run.

    Attributes:
        on_page: told of each answer first.
        pages: every answer so far, very long lists as their beginning.
        failures: what laws on single answers found and nobody traced yet.
    """

    options: CheckOptions
    outcome: Outcome
    laws: tuple[Law, ...]
    guarded: Guarded
    on_page: Callable[[Page], None]
    pages: list[Page] = field(default_factory=list)
    failures: list[tuple[Law, Query, Judgement]] = field(default_factory=list)
    _parts: Parts | None = None

    @property
    def parts(self) -> Parts:
        """Return what the run is made of."""
        assert self._parts is not None, "set once the facts are known"
        return self._parts

    @parts.setter
    def parts(self, parts: Parts) -> None:
        self._parts = parts

    def is_out(self, law: Law) -> bool:
        """Say whether a law is not tried, or no more."""
        return law.id in self.outcome.refused or self.outcome.crash_of(law.id) is not None

    def note(self, law: Law, query: Query, judgement: Judgement) -> None:
        """Note what a law said of what it was tried on."""
        self.outcome.reached.add(law.id)
        plan = str(Plan(law.id, query))
        self.outcome.learned += [
            Learned(point=point, choices=choices, law=law.id, plan=plan)
            for point, choices in judgement.measured
        ]
        self.parts.runner.learn(judgement)
        if judgement.verdict == "holds":
            self.outcome.held.setdefault(law.id, plan)
        elif judgement.verdict == "vacuous":
            self.outcome.reasons.setdefault(law.id, judgement.received)
        elif law.tier == "learn":
            # Rows that come and go while a cap is looked for; no other law of this tier gets here.
            self.outcome.reasons.setdefault(law.id, judgement.received)
        elif all(law.id != one.id for one in self.laws):
            return  # It was tried for what it measures alone.
        else:
            self.parts.tracer.trace(law, query, judgement)

    def trace(self) -> None:
        """Trace what laws on single answers found, once no plan is half asked."""
        while self.failures:
            law, query, judgement = self.failures.pop(0)
            self.guarded(law.id, partial(self.parts.tracer.trace, law, query, judgement))

    def observe(self, page: Page) -> None:
        """Judge one answer by every law on single answers; keep it for those on all of them."""
        self.guarded("schema", lambda: self.on_page(page))
        runner = None if self._parts is None else self._parts.runner
        # Until the target is seen to know names that are written so, it may ignore them.
        if page.query.get("@case") is None or (runner and CAPITALS in runner.shown):
            few = page if len(page.rows or ()) <= MAX_ROWS else _first_rows(page)
            self.pages.append(few)
            if runner is not None:
                self._judge_each(page)
        if runner is None:
            return
        runner.sessions = runner.sessions.after(page)
        signed = expect_sign(page.query)
        if signed is not None:
            runner.shown |= shown_by(page, signed)
        self.guarded("oracle", partial(self.parts.deviations.judge, page))

    def _judge_each(self, page: Page) -> None:
        """Judge one answer by the laws on single answers."""
        case = self.parts.runner.case_of(page)
        for law in self.laws:
            if law.reads == "each" and not self.is_out(law):
                judgement = self.guarded(law.id, partial(law.judge, case))
                if judgement is not None:
                    self._note_each(law, page, judgement)

    def _note_each(self, law: Law, page: Page, judgement: Judgement) -> None:
        self.outcome.reached.add(law.id)
        if judgement.verdict == "violated":
            if not self.parts.tracer.is_tracing:
                self.failures.append((law, page.query, judgement))
        elif judgement.verdict == "holds":
            self._hold(law, page.query)
            self._note_measured(judgement, page.query, law.id)
        else:
            self.outcome.reasons.setdefault(law.id, judgement.received)

    def _note_measured(self, judgement: Judgement, asked: Query, law: str = "") -> None:
        """Note what an answer showed of a point; of the oracle's, the law on that point says it."""
        for point, choices in judgement.measured:
            by = law or next(one.id for one in LAWS if one.reads == "oracle" and one.point == point)
            if choices not in [k.choices for k in self.outcome.learned if k.law == by]:
                plan = str(Plan(by, asked))
                found = Learned(point=point, choices=choices, law=by, plan=plan)
                self.outcome.learned.append(found)
                self.parts.runner.learn(judgement)

    def note_held(self, page: Page, judgement: Judgement) -> None:
        """Note that the oracle found an answer right in which it could have been wrong."""
        self._note_measured(judgement, page.query)
        if page.rows is not None:
            self.parts.blocks.note(page)
        for law in self.laws:
            if law.reads == "oracle" and law.id not in self.outcome.held:
                if law.covers(page.query):
                    self._hold(law, page.query)

    def _hold(self, law: Law, asked: Query) -> None:
        """Note the first plan on which a law held."""
        if law.id not in self.outcome.held:
            self.outcome.held[law.id] = str(Plan(law.id, asked))

    def judge_base(self) -> None:
        """Judge the first answers, which came before there were facts to judge them with."""
        for page in self.pages[:]:
            self._judge_each(page)
        self.trace()

    def judge_history(self) -> None:
        """Judge all answers of the run together."""
        for law in self.laws:
            if law.reads == "all" and not self.is_out(law) and self.options.plan is None:
                self.guarded(law.id, partial(self._judge_all, law))
        runner, tracer = self.parts.runner, self.parts.tracer
        if runner.broken >= _BROKEN:
            tracer.keep(find_laws("L16")[0], Query(), _BROKEN_ANSWERS, FLAKY)
        if runner.collapses and not _is_flaky(self.outcome, _COLLAPSED.symptom):
            seen = (runner.collapses, runner.reads + runner.collapses)
            tracer.keep(tracer.oracle, Query(), _COLLAPSED, FLAKY, seen=seen)

    def _judge_all(self, law: Law) -> None:
        case = Case(
            facts=self.parts.runner.facts,
            plan=Query(),
            pages=tuple(p for p in self.pages if law.reads_other or p.query.get("@auth") is None),
            core=self.parts.runner.base.rows,
            profile=self.options.profile,
            learned=fitting_choices(self.outcome.learned),
            shown=frozenset(self.parts.runner.shown),
        )
        judgement = law.judge(case)
        self.note(law, judgement.asked or Query(), judgement)


_COLLAPSED = Judgement(
    verdict="violated",
    symptom="missing rows",
    received="most rows of the whole list are missing from some answers",
    documented="every row",
)
_BROKEN_ANSWERS = Judgement(
    verdict="violated",
    symptom="broken answers",
    received="answers that break off now and then",
    documented="complete answers",
)


def _is_flaky(outcome: Outcome, symptom: str) -> bool:
    """Say whether a symptom was told of already as one that shows now and then."""
    return any((f.symptom, f.cause) == (symptom, FLAKY) for f in outcome.findings)


def _first_rows(page: Page) -> Page:
    """Return a very long list as its beginning, for the laws that look at all answers."""
    order = page.order[:MAX_ROWS]
    return replace(page, rows=(page.rows or ())[:MAX_ROWS], order=order, keys=frozenset(order))
