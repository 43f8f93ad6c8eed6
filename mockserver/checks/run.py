"""Hold one run of the laws while it goes on.

The order: one base read → facts → what laws judge by (where lists end, how dates cut) → the
covering array → the laws' own plans, those first that find most per request → histories → what
Hypothesis draws, a share that is kept for it → the laws that look at all answers together. The
oracle judges every answer. What fails is made small on the target and reported once a cause.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from mockserver.checks.blocks import Blocks
from mockserver.checks.cause import FLAKY
from mockserver.checks.deviations import Deviations
from mockserver.checks.discovery import discover
from mockserver.checks.facts import Page, key_of
from mockserver.checks.guards import SIGN_IN, SIGN_OUT
from mockserver.checks.laws.law import Case, Judgement, Law, vacuous
from mockserver.checks.laws.table import find_laws
from mockserver.checks.learn import Learned, fitting_choices
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.plan import Plan, Query, parse_plan
from mockserver.checks.report import Finding, fingerprint
from mockserver.checks.sandwich import Runner
from mockserver.checks.trace import SIGNALS, Tracer, page_case
from mockserver.checks.verdicts import CheckOptions, Outcome, conclude, select_laws
from mockserver.errors import (
    BudgetError,
    RefusedError,
    ScopeError,
    StoppedError,
    TargetError,
    TooFewError,
)

__all__ = ["Run"]

# Laws that judge by dates, beside those of the oracle.
_DATED = frozenset({"L07", "L24", "L27", "L30", "L34", "L35", "L47", "L78"})
_FADE = 0.55
# Shares of the budget: of the array and the histories, and what is kept for drawing.
_ARRAY, _HISTORIES = 0.3, 0.16
_DRAWN = {False: (30, 0.125), True: (60, 0.4)}
_BROKEN = 3
_MAX_ROWS = 3_000
# What others judge by, so that it is tried before them.
_FIRST = ("L67", "L11", "L34", "L35")
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Run:
    """Hold the state of one run; `start` goes through it."""

    options: CheckOptions
    send: Send
    screen: Send | None
    remaining: Callable[[], int]
    is_live: bool
    on_progress: Callable[[str], None]
    on_page: Callable[[Page], None] = lambda page: None
    on_finding: Callable[[Finding], None] = lambda finding: None
    outcome: Outcome = field(default_factory=Outcome)
    runner: Runner = field(init=False)
    laws: tuple[Law, ...] = ()
    pages: list[Page] = field(default_factory=list)
    failures: list[tuple[Law, Query, Judgement]] = field(default_factory=list)
    tracer: Tracer = field(init=False)
    deviations: Deviations = field(init=False)
    blocks: Blocks = field(init=False)

    def start(
        self,
        send_together: Callable[[Sequence[Request]], list[Response]] | None,
        *,
        has_other: bool,
    ) -> None:
        """Go through the whole run; guards end it early."""
        self.laws = select_laws(self.options)
        skipped = {law.id for name in self.options.skip for law in find_laws(name)}
        self.outcome.refused.update(dict.fromkeys(skipped, "left out by --skip"))
        if self.is_live:
            self.outcome.refused |= {
                law.id: "only on loopback" for law in self.laws if law.kind == "loopback-only"
            }
        if not has_other:
            self.outcome.refused |= {
                law.id: "needs a second user (--other-user)"
                for law in self.laws
                if law.id in ("L55-isolation", "L56-indistinguishable")
            }
        self.outcome.left_out = set(self.outcome.refused)
        try:
            self.runner = discover(
                self.send,
                profile=self.options.profile,
                is_live=self.is_live,
                has_other=has_other,
                fields=self.options.fields,
                observe=self._observe,
            )
            self.runner.send_together = send_together
            self.outcome.is_empty = not self.runner.base.length
            self.tracer = Tracer(
                options=self.options,
                outcome=self.outcome,
                runner=self.runner,
                screen=self.screen,
                laws=self.laws,
                guarded=self._guarded,
                on_finding=self.on_finding,
            )
            self.deviations = Deviations(
                runner=self.runner, tracer=self.tracer, on_held=self._note_held
            )
            self.blocks = Blocks(
                runner=self.runner,
                laws=self.laws,
                seed=self.options.seed,
                settle=self._settle,
                left=self.remaining,
                on_scope=self._find_scope,
                is_narrow=bool(self.options.only),
            )
            self._judge_base()
            self._measure_first()
            self._try_all()
        except BudgetError:
            self.outcome.is_spent = True
        except ScopeError as error:
            self._find_scope(error)
            self.outcome.stopped_by = str(error)
        except StoppedError as error:
            self.outcome.stopped_by = str(error)
        except TargetError as error:
            self.outcome.trouble = str(error)
        except RefusedError as error:
            self.outcome.stopped_by = str(error)
        except SIGNALS:
            raise
        except Exception as error:  # what breaks the checker is recorded, and the rest is told
            self.outcome.note_crash(error, during="run")
        if hasattr(self, "blocks"):
            self._end_with_what_waits()
            self._judge_history()
            broken = [parse_plan(f.plan).query for f in self.outcome.findings if f.plan]
            self.outcome.coverage = self.blocks.coverage(broken)
        conclude(self.outcome, self.laws, self.options.profile)

    def _end_with_what_waits(self) -> None:
        """Settle what a guard left unsettled, as far as the purse for that goes."""
        try:
            self._settle()
            self._guarded("oracle", self.deviations.conclude)
        except SIGNALS:
            return

    def _guarded(self, during: str, work: Callable[[], _T]) -> _T | None:
        """Return what `work` does; a failure of the checker in it is recorded, and ends no run."""
        try:
            return work()
        except SIGNALS:
            raise
        except Exception as error:  # any, for it is ours: a verdict must not come of it
            self.outcome.note_crash(error, during=during)
            return None

    def _is_out(self, law: Law) -> bool:
        """Say whether a law is not tried, or no more."""
        return law.id in self.outcome.refused or self.outcome.crash_of(law.id) is not None

    def _plans(self, law: Law) -> Sequence[Query]:
        return self._guarded(law.id, lambda: law.plans(self.runner.facts)) or ()

    def _measure_first(self) -> None:
        """Learn where lists end and what afterDate cuts by, before any law judges by that."""
        is_dated = any(law.reads == "oracle" or law.number in _DATED for law in self.laws)
        # A plan by itself may be about the very date of a row, which a whole run learns on its way.
        first = ["L67", "L11"] if self.options.plan is None else ["L67"]
        if is_dated:
            first += ["L34", "L35"]
        for number in first:
            law = find_laws(number)[0]
            for plan in self._plans(law)[:2] if self.runner.base.rows else ():
                self._try(law, plan)

    def _try_all(self) -> None:
        if self.options.plan is not None:
            plan = parse_plan(self.options.plan)
            for law in self.laws:
                for before in plan.before:
                    self.runner.ask(before, purpose=law.id)
                self._try(law, plan.query)
            return
        budget = self.remaining()
        least, share = _DRAWN[self.is_live]
        drawn = min(least, int(budget * share)) if self.blocks.is_wanted else 0
        if self.options.max_drawn is not None:
            drawn = min(drawn, self.options.max_drawn)
        histories = int(budget * _HISTORIES) if self.blocks.is_wanted else 0
        if self.blocks.is_wanted:
            self.on_progress("array")
            self.blocks.prepare()
            self.blocks.cover(int(budget * _ARRAY))
        plans = deque(self._in_order())
        while plans and self.remaining() > histories + drawn:
            self._try(*plans.popleft())
        if self.blocks.is_wanted:
            self.on_progress("histories")
            self.blocks.disturb(histories)
            self._draw(drawn)
        while plans and self.remaining() > 0:
            self._try(*plans.popleft())
        if self.blocks.is_wanted:
            self.blocks.cover_rest()
            self._draw(self.remaining())

    def _draw(self, most: int) -> None:
        if self.options.max_drawn is not None:
            most = min(most, self.options.max_drawn - self.blocks.drawn)
        if most > 0:
            self.on_progress("drawn")
            self.blocks.sign_in()
            self.blocks.draw(most, number=self.options.seed * 1000 + self.blocks.drawn)

    def _settle(self, *, is_explained: bool = False) -> None:
        """Trace what the answers since the last time were found to break."""
        self._trace_answers()
        self._guarded("oracle", partial(self.deviations.settle, is_explained=is_explained))
        self.tracer.met.clear()

    def _trace_answers(self) -> None:
        """Trace what laws on single answers found, once no plan is half asked."""
        while self.failures:
            law, query, judgement = self.failures.pop(0)
            self._guarded(law.id, partial(self.tracer.trace, law, query, judgement))

    def _in_order(self) -> Iterator[tuple[Law, Query]]:
        """Yield plans by what they are expected to find; a law's later plans find less."""
        scored = [
            (law.value * _FADE**index, law, query)
            for law in self.laws
            if law.reads == "own" and law.number not in _FIRST
            for index, query in enumerate(self._plans(law))
        ]
        for _, law, query in sorted(scored, key=lambda item: (-item[0], item[1].id)):
            yield law, query

    def _try(self, law: Law, query: Query) -> Judgement | None:
        if self._is_out(law):
            return None
        self.on_progress(law.id)
        self.tracer.met.clear()
        try:
            judgement = self._guarded(law.id, lambda: self._judge_plan(law, query))
        except RefusedError as error:
            self.outcome.reasons.setdefault(law.id, str(error))
            if law.id not in self.outcome.held:
                self.outcome.refused[law.id] = str(error)
            return None
        except ScopeError as error:
            self._find_scope(error)
            return None
        except TooFewError:
            self.outcome.reasons.setdefault(law.id, "the target showed too few ids or dates")
            return None
        self._trace_answers()
        if judgement is not None:
            self._guarded(law.id, lambda: self._note(law, query, judgement))
        self._settle(is_explained=judgement is not None and judgement.verdict == "violated")
        return judgement

    def _judge_plan(self, law: Law, query: Query) -> Judgement:
        lacking = next(filter(None, map(self.runner.facts.lacks, law.asks(query))), "")
        if lacking:
            return vacuous(f"the contract has no {lacking}")
        if law.reads == "each":
            return law.judge(page_case(self.runner, query, law.id))
        return self.runner.try_plan(
            law, query, is_known=lambda found: self.tracer.is_known(law, found.symptom, query)
        )

    def _note(self, law: Law, query: Query, judgement: Judgement) -> None:
        self.outcome.reached.add(law.id)
        plan = str(Plan(law.id, query))
        self.outcome.learned += [
            Learned(point=point, choices=choices, law=law.id, plan=plan)
            for point, choices in judgement.measured
        ]
        self.runner.learn(judgement)
        if judgement.verdict == "holds":
            self.outcome.held.setdefault(law.id, plan)
        elif judgement.verdict == "vacuous":
            self.outcome.reasons.setdefault(law.id, judgement.received)
        elif law.tier == "learn":
            # Rows that come and go while a cap is looked for; no other law of this tier gets here.
            self.outcome.reasons.setdefault(law.id, judgement.received)
        elif law not in self.laws:
            return  # It was tried for what it measures alone.
        else:
            self.tracer.trace(law, query, judgement)

    def _find_scope(self, error: ScopeError) -> None:
        if any(finding.law == "scope" for finding in self.outcome.findings):
            return
        self.outcome.findings.append(
            Finding(
                fingerprint=fingerprint("scope", "foreign rows"),
                law="scope",
                tier="must",
                symptom="foreign rows",
                received=str(error),
                documented="only rows of the scope",
            )
        )

    def _observe(self, page: Page) -> None:
        """Judge one answer by every law on single answers; keep it for those on all of them."""
        self._guarded("schema", lambda: self.on_page(page))
        few = page if len(page.rows or ()) <= _MAX_ROWS else _first_rows(page)
        self.pages.append(few)
        if not hasattr(self, "blocks"):
            return
        for law in self.laws:
            if law.reads == "each" and not self._is_out(law):
                self._judge_each(law, page)
        self._note_session(page)
        self._guarded("oracle", partial(self.deviations.judge, page))

    def _judge_each(self, law: Law, page: Page) -> None:
        judgement = self._guarded(law.id, lambda: law.judge(self._page_case(page)))
        if judgement is None:
            return
        self.outcome.reached.add(law.id)
        if judgement.verdict == "violated":
            if not self.tracer.is_tracing:
                self.failures.append((law, page.query, judgement))
        elif judgement.verdict == "holds":
            self.outcome.held.setdefault(law.id, str(Plan(law.id, page.query)))
            for point, choices in judgement.measured:
                found = Learned(point=point, choices=choices, law=law.id, plan=str(page.query))
                if found not in self.outcome.learned:
                    self.outcome.learned.append(found)
                    self.runner.learn(judgement)
        else:
            self.outcome.reasons.setdefault(law.id, judgement.received)

    def _page_case(self, page: Page) -> Case:
        return Case(
            facts=self.runner.facts,
            plan=page.query,
            pages=(page,),
            core=self.runner.base.rows,
            profile=self.options.profile,
            learned=self.runner.learned,
        )

    def _note_session(self, page: Page) -> None:
        """Note whether the cookies of the last sign-in stand for the user."""
        request = page.response.request
        if request.path == SIGN_IN:
            is_own = request.auth in ("user", "basic")
            self.runner.has_session = (
                is_own and page.status == 200 and bool(page.response.header_values("set-cookie"))
            )
        elif request.path == SIGN_OUT:
            self.runner.has_session = False

    def _note_held(self, page: Page) -> None:
        """Note that the oracle found an answer right in which it could have been wrong."""
        self.blocks.note(page)
        for law in self.laws:
            if law.reads == "oracle" and law.covers(page.query):
                self.outcome.held.setdefault(law.id, str(Plan(law.id, page.query)))

    def _judge_base(self) -> None:
        """Judge the first answers, which came before there were facts to judge them with."""
        for page in self.pages[:]:
            for law in self.laws:
                if law.reads == "each" and not self._is_out(law):
                    self._judge_each(law, page)
        self._trace_answers()

    def _judge_history(self) -> None:
        for law in self.laws:
            if law.reads == "all" and not self._is_out(law) and self.options.plan is None:
                self._guarded(law.id, partial(self._judge_all, law))
        if self.runner.broken >= _BROKEN:
            law = find_laws("L16")[0]
            self.tracer.keep(law, Query(), _BROKEN_ANSWERS, FLAKY)

    def _judge_all(self, law: Law) -> None:
        case = Case(
            facts=self.runner.facts,
            plan=Query(),
            pages=tuple(p for p in self.pages if p.query.get("@auth") is None),
            core=self.runner.base.rows,
            profile=self.options.profile,
            learned=fitting_choices(self.outcome.learned),
        )
        self._note(law, Query(), law.judge(case))


_BROKEN_ANSWERS = Judgement(
    verdict="violated",
    symptom="broken answers",
    received="answers that break off now and then",
    documented="complete answers",
)


def _first_rows(page: Page) -> Page:
    """Return a very long list as its beginning, for the laws that look at all answers."""
    rows = (page.rows or ())[:_MAX_ROWS]
    return replace(page, rows=rows, keys=frozenset(map(key_of, rows)))
