"""Hold one run of the laws while it goes on.

The order: one base read → facts → what laws judge by (where lists end, how dates cut) → the
covering array → the laws' own plans, those first that find most per request → histories → what
Hypothesis draws, a share that is kept for it → the laws that look at all answers together. The
oracle judges every answer. What fails is made small on the target and reported once a cause.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from mockserver.checks.asking.blocks import Blocks
from mockserver.checks.deviations import Deviations
from mockserver.checks.discovery import discover
from mockserver.checks.explaining.explain_findings import explain_findings
from mockserver.checks.facts import Page
from mockserver.checks.judging import Answers, Parts
from mockserver.checks.laws.law import Judgement, Law, vacuous
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.plan import Plan, Query, parse_plan
from mockserver.checks.replaying import Replay
from mockserver.checks.report import Finding, scope_finding
from mockserver.checks.sandwich import Runner
from mockserver.checks.schedule import Asking, Shares, in_order, need_of, share_out
from mockserver.checks.trace import SIGNALS, Tracer
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
_BY_SCHEMA = 15
# What has to be left for three values to meet in an ask.
_DEEP = 300
_BROKEN = 3
# What others judge by, so that it is tried before them.
_FIRST = ("L67", "L11", "L34", "L35", "L78")
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
    answers: Answers = field(init=False)
    tracer: Tracer = field(init=False)
    deviations: Deviations = field(init=False)
    blocks: Blocks = field(init=False)
    plans: deque[tuple[Law, Query]] = field(default_factory=deque)
    first: frozenset[str] = frozenset(_FIRST)

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
        self.answers = Answers(
            options=self.options,
            outcome=self.outcome,
            laws=self.laws,
            guarded=self._guarded,
            on_page=self.on_page,
        )
        try:
            self.runner = discover(
                self.send,
                profile=self.options.profile,
                is_live=self.is_live,
                has_other=has_other,
                fields=self.options.fields,
                observe=self.answers.observe,
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
                pages=self.answers.pages,
            )
            self.deviations = Deviations(
                runner=self.runner, tracer=self.tracer, on_held=self.answers.note_held
            )
            self.blocks = Blocks(
                runner=self.runner,
                laws=self.laws,
                settle=self._settle,
                left=self.remaining,
                on_scope=self._find_scope,
                at_once=self._ask_at_once,
                is_narrow=bool(self.options.only),
            )
            self.answers.parts = Parts(
                runner=self.runner,
                tracer=self.tracer,
                deviations=self.deviations,
                blocks=self.blocks,
            )
            self.answers.judge_base()
            self._measure_first()
            self._try_all()
        except BudgetError:
            self.outcome.is_spent = True
            self.outcome.unasked |= {law.id for law, _ in self.plans}
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
            self.answers.judge_history()
            if self.outcome.findings:
                self._guarded("explanations", self._explain)
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

    def _explain(self) -> None:
        found = explain_findings(self.outcome.findings, self.answers.pages, self.runner)
        self.outcome.findings[:] = found

    def _guarded(self, during: str, work: Callable[[], _T]) -> _T | None:
        """Return what `work` does; a failure of the checker in it is recorded, and ends no run."""
        try:
            return work()
        except SIGNALS:
            raise
        except Exception as error:  # any, for it is ours: a verdict must not come of it
            self.outcome.note_crash(error, during=during)
            return None

    def _ask_at_once(self, asks: Sequence[Query]) -> None:
        """Ask at the same time; what is wrong only then is for the law on that."""
        law = find_laws("L74")[0]
        plan = next(iter(self._plans(law)), None)
        pages = self.runner.ask_at_once(asks, purpose="oracle")
        is_known = law in self.laws and plan is not None and self.runner.send_together is not None
        # What a known cause explains goes first, whatever else is wrong.
        if not self.deviations.waits() and not self.answers.failures:
            self._settle()
            if is_known and all(page.status == 200 for page in pages):
                self.outcome.held.setdefault(law.id, str(Plan(law.id, plan or Query())))
            return
        failures, deviated = self.answers.failures[:], self.deviations.take()
        self.answers.failures.clear()
        for asked in asks:
            self.blocks.ask(asked)
        self.deviations.waits()
        alone = {asked for _, asked, _ in self.answers.failures} | self.deviations.waiting
        self._settle()
        failures = [failure for failure in failures if failure[1] not in alone]
        deviated = [found for found in deviated if found.page.query not in alone]
        if not failures and not deviated:
            return
        judgement = self._try(law, plan) if is_known and plan is not None else None
        if judgement is None or judgement.verdict != "violated":
            self.answers.failures += failures
            self.deviations.give_back(deviated)
            self._settle()

    def _plans(self, law: Law) -> Sequence[Query]:
        return self._guarded(law.id, lambda: law.plans(self.runner.facts)) or ()

    def _shared(self, law: Law, plan: Query) -> Sequence[Query]:
        return self._guarded(law.id, lambda: law.shared(plan, self.runner.facts)) or ()

    def _measure_first(self) -> None:
        """Learn where lists end and what afterDate cuts by, before any law judges by that."""
        is_dated = any(law.reads == "oracle" or law.number in _DATED for law in self.laws)
        # A plan by itself may be about the very date of a row, which a whole run learns on its way.
        first = ["L67", "L11"] if self.options.plan is None else ["L67"]
        if is_dated:
            first += ["L34", "L35", "L78"]
        if is_dated and not (self.options.only or self.options.plan or self.is_live):
            first += ["L42"]
        self.first = frozenset((*_FIRST, *first))
        for number in first:
            law = find_laws(number)[0]
            for plan in self._plans(law)[:2] if self.runner.base.rows else ():
                self._try(law, plan)

    def _try_all(self) -> None:
        if self.options.plan is not None:
            for law in self.laws:
                replay = Replay(
                    runner=self.runner,
                    law=law,
                    ask=self.blocks.ask,
                    attempt=self._try,
                    is_live=self.is_live,
                )
                replay.start(parse_plan(self.options.plan))
            return
        shares = self._cover() if self.blocks.is_wanted else Shares()
        self.blocks.ask_for_readers()
        plans = self.plans = deque((law, query) for law, query, _ in self._in_order())
        kept = shares.histories + shares.drawn
        self._try_what_fits(kept)
        self._try_answered(kept)
        if self.blocks.is_wanted:
            self.on_progress("histories")
            self.blocks.disturb(shares.histories)
            self._draw(shares.drawn)
            # Schemathesis draws some queries twice, which are asked once.
            self._draw(shares.drawn - self.blocks.drawn)
            self._read_again()
        while plans and self.remaining() > 0:
            self._try(*plans.popleft())
        self.outcome.is_spent = bool(plans)
        self.outcome.unasked |= {law.id for law, _ in plans}
        if self.blocks.is_wanted:
            self.blocks.cover_rest()
            if self.options.max_drawn is None and self.remaining() > _DEEP:
                self.blocks.cover_deeper()
            self._draw(self.remaining())

    def _cover(self) -> Shares:
        """Ask the covering array and what is refused; return what is kept for the other blocks."""
        self.on_progress("array")
        budget = self.remaining()
        self.blocks.prepare()
        shares = share_out(
            self.remaining(),
            budget=budget,
            is_live=self.is_live,
            laws=need_of(self._in_order(), self.runner.answered),
            histories=self.blocks.need_of_histories(budget),
            most_drawn=self.options.max_drawn,
        )
        self.blocks.cover(shares.cover)
        self._read_again()
        return shares

    def _try_what_fits(self, kept: int) -> None:
        """Try the plans in their order, but for those that would take of what is kept."""
        waiting: deque[tuple[Law, Query]] = deque()
        while self.plans and self.remaining() > kept:
            law, query = self.plans.popleft()
            is_alone = self.remaining() - kept < len(law.asks(query))
            if is_alone and not self._is_answered(law, query):
                waiting.append((law, query))
                continue
            self._try(law, query)
        self.plans.extendleft(reversed(waiting))

    def _try_answered(self, kept: int) -> None:
        """Try the plans that are left whose answers others have asked for.

        Where such an answer holds rows that it may not, no request is kept for anything else.
        """
        for law, query in tuple(self.plans):
            if not self._is_answered(law, query):
                continue
            if self.remaining() >= kept or self._holds_odd_rows(law, query):
                self.plans.remove((law, query))
                self._try(law, query)

    def _is_answered(self, law: Law, query: Query) -> bool:
        shared = self._shared(law, query)
        return bool(shared) and all(asked in self.runner.answered for asked in shared)

    def _holds_odd_rows(self, law: Law, query: Query) -> bool:
        pages = (self.runner.answered[asked] for asked in self._shared(law, query))
        return any(page.rows for page in pages) and self.runner.spare(law, query) is None

    def _read_again(self) -> None:
        """Read the whole list and poll it: rows that appeared count from now on."""
        if self.runner.base.rows and not self.options.only:
            self.runner.read_base()
            self.blocks.poll()

    def _draw(self, most: int) -> None:
        if self.options.max_drawn is not None:
            most = min(most, self.options.max_drawn - self.blocks.drawn)
        if most <= 0:
            return
        self.on_progress("drawn")
        self.blocks.sign_in()
        number = self.options.seed * 1000 + self.blocks.drawn
        contract = self.options.contract
        by_schema = 0 if contract is None else min(_BY_SCHEMA, most // 3)
        self.blocks.draw(most - by_schema, number=number)
        if contract is not None:
            self.blocks.draw_by_schema(contract, by_schema, number=number)

    def _settle(self, *, is_explained: bool = False) -> None:
        """Trace what the answers since the last time were found to break."""
        # The oracle first: it knows of what came before a request.
        self._guarded("oracle", partial(self.deviations.settle, is_explained=is_explained))
        self.answers.trace()
        self.tracer.met.clear()

    def _in_order(self) -> list[Asking]:
        laws = [
            law
            for law in self.laws
            if law.cost and law.reads in ("own", "each") and law.number not in self.first
            if not (law.is_together and law.id in self.outcome.held)
        ]
        return in_order(laws, self._plans, self._shared)

    def _try(self, law: Law, query: Query) -> Judgement | None:
        if self.answers.is_out(law):
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
        if judgement is not None:
            self._guarded(law.id, lambda: self.answers.note(law, query, judgement))
        self._settle(is_explained=judgement is not None and judgement.verdict == "violated")
        return judgement

    def _judge_plan(self, law: Law, query: Query) -> Judgement:
        lacking = next(filter(None, map(self.runner.facts.lacks, law.asks(query))), "")
        if lacking:
            return vacuous(f"the contract has no {lacking}")
        if law.reads == "each":
            return law.judge(self.runner.page_case(query, law.id))
        spared = self.runner.spare(law, query) if self.options.plan is None else None
        return spared or self.runner.try_plan(
            law, query, is_known=lambda found: self.tracer.is_known(law, found.symptom, query)
        )

    def _find_scope(self, error: ScopeError) -> None:
        if any(finding.law == "scope" for finding in self.outcome.findings):
            return
        self.outcome.findings.append(scope_finding(error))
