"""Hold one run of the laws while it goes on.

The order: one base read → facts → the row cap → every law's plans, those first that find most per
request → plans drawn by Hypothesis → the laws that look at all answers together. What fails is
screened on the mock, made small on the target and reported once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from mockserver.checks.discovery import discover
from mockserver.checks.draw import draw_queries
from mockserver.checks.facts import Page, key_of
from mockserver.checks.laws.law import Case, Judgement, Law, asks_of, rows_by_key, vacuous
from mockserver.checks.laws.table import find_laws
from mockserver.checks.learn import Learned, fitting_choices
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.plan import Plan, Query, parse_plan
from mockserver.checks.report import Finding, fingerprint
from mockserver.checks.sandwich import Runner
from mockserver.checks.shrink import MAX_SHRINK_REQUESTS, shrink_query
from mockserver.checks.verdicts import CheckOptions, Outcome, conclude, select_laws
from mockserver.errors import (
    BudgetError,
    GuardError,
    RefusedError,
    ScopeError,
    StoppedError,
    TargetError,
    TooFewError,
    UsageError,
)

__all__ = ["Run"]

_SHRINK_IN_ALL = 40
# Laws that judge by dates, beside those that draw some.
_DATED = frozenset({"L07", "L24", "L27", "L30", "L34", "L35", "L47", "L78"})
_FADE = 0.55
_MAX_SUSPECTS = 3
_BROKEN = 3
_MAX_ROWS = 3_000
_T = TypeVar("_T")
# What a guard, a person or the target says; any other exception is a failure of our own.
_SIGNALS = (GuardError, TargetError, TooFewError, UsageError)


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
    suspects: dict[str, Query] = field(default_factory=dict)
    shrunk: int = 0
    mock: Runner | None = None

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
        except _SIGNALS:
            raise
        except Exception as error:  # what breaks the checker is recorded, and the rest is told
            self.outcome.note_crash(error, during="run")
        if hasattr(self, "runner"):
            self._judge_history()
        conclude(self.outcome, self.laws, self.options.profile)

    def _guarded(self, during: str, work: Callable[[], _T]) -> _T | None:
        """Return what `work` does; a failure of the checker in it is recorded, and ends no run."""
        try:
            return work()
        except _SIGNALS:
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
        is_dated = any(law.draws == "dates" or law.number in _DATED for law in self.laws)
        # A plan by itself may be about the very date of a row, which a whole run learns on its way.
        dated = ("L34",) if self.options.plan is None else ("L34", "L35")
        for number in ("L67", *(dated if is_dated else ())):
            law = find_laws(number)[0]
            for plan in self._plans(law) if self.runner.base.rows else ():
                self._try(law, plan)

    def _try_all(self) -> None:
        if self.options.plan is not None:
            plan = parse_plan(self.options.plan)
            for law in self.laws:
                self._try(law, plan.query)
            return
        for law, query in self._in_order():
            self._try(law, query)
            self._try_suspects()
        self._try_drawn()

    def _in_order(self) -> Iterator[tuple[Law, Query]]:
        """Yield plans by what they are expected to find; a law's later plans find less."""
        scored = [
            (law.value * _FADE**index, law, query)
            for law in self.laws
            if law.reads == "own" and law.number not in ("L67", "L34")
            for index, query in enumerate(self._plans(law))
        ]
        for _, law, query in sorted(scored, key=lambda item: (-item[0], item[1].id)):
            yield law, query

    def _try_drawn(self) -> None:
        laws = [law for law in self.laws if law.draws]
        drawn = {
            law.id: draw_queries(
                self.runner.facts,
                kind=law.draws,
                number=self.options.seed * 1000 + index,
                count=self.options.max_drawn,
            )
            for index, law in enumerate(laws)
        }
        for index in range(max(map(len, drawn.values()), default=0)):
            for law in laws:
                if index < len(drawn[law.id]) and self.remaining() > 0:
                    self._try(law, drawn[law.id][index])
                    self._try_suspects()

    def _try_suspects(self) -> None:
        law = find_laws("L32")[0]
        while self.suspects and law in self.laws:
            _, query = self.suspects.popitem()
            self._try(law, query)

    def _try(self, law: Law, query: Query) -> Judgement | None:
        if self._is_out(law) or any(f.law == law.id for f in self.outcome.findings):
            return None
        self.on_progress(law.id)
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
            self._guarded(law.id, lambda: self._note(law, query, judgement))
        return judgement

    def _judge_plan(self, law: Law, query: Query) -> Judgement:
        lacking = next(filter(None, map(self.runner.facts.lacks, law.asks(query))), "")
        if lacking:
            return vacuous(f"the contract has no {lacking}")
        if law.reads == "each":
            return law.judge(self._page_case(self.runner.ask(query, purpose=law.id)))
        return self.runner.try_plan(law, query)

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
        elif law.tier == "learn" and judgement.symptom == "row cap":
            self.outcome.reasons.setdefault(law.id, "the list moved while its end was looked for")
        elif law not in self.laws:
            return  # It was tried for what it measures alone.
        elif self._fails_on_mock(law, query):
            self.outcome.refused[law.id] = "the law fails on the mock too: a fault of ours"
        else:
            small = self._shrink(law, query, judgement)
            self._find(law, small, judgement)

    def _shrink(self, law: Law, query: Query, judgement: Judgement) -> Query:
        if law.reads != "own" or self.options.plan is not None:
            return query

        def fails(candidate: Query) -> bool:
            before = self.runner.asked
            try:
                asks_of(law, candidate)
                found = self._guarded(
                    law.id, lambda: self.runner.try_plan(law, candidate, rounds=1)
                )
            except _SIGNALS:
                return False
            finally:
                self.shrunk += self.runner.asked - before
            return found is not None and (found.verdict, found.symptom) == (
                "violated",
                judgement.symptom,
            )

        allowed = min(MAX_SHRINK_REQUESTS, _SHRINK_IN_ALL - self.shrunk, self.remaining() // 2)
        return shrink_query(query, fails, cost=law.cost + 1, max_requests=allowed)

    def _fails_on_mock(self, law: Law, query: Query) -> bool:
        if self.screen is None or law.reads != "own":
            return False
        try:
            found = self._guarded(f"{law.id} on the mock", lambda: self._try_mock(law, query))
        except _SIGNALS:
            return False
        return found is not None and found.verdict == "violated"

    def _try_mock(self, law: Law, query: Query) -> Judgement:
        if self.mock is None:
            assert self.screen is not None, "asked only where there is one"
            self.mock = discover(
                self.screen, profile=self.options.profile, fields=self.options.fields
            )
        return self.mock.try_plan(law, query)

    def _find(self, law: Law, query: Query, judgement: Judgement) -> None:
        names = [term.name for term in query.filters]
        finding = Finding(
            fingerprint=fingerprint(law.id, judgement.symptom, names),
            law=law.id,
            tier=law.tier,
            symptom=judgement.symptom,
            plan=str(Plan(law.id, query)),
            received=judgement.received,
            documented=judgement.documented,
        )
        self.outcome.findings.append(finding)
        self.on_finding(finding)

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
        if not hasattr(self, "runner"):
            return
        for law in self.laws:
            if law.reads == "each" and not self._is_out(law):
                self._judge_each(law, page)
        self._guarded("suspects", lambda: self._suspect(page))

    def _judge_each(self, law: Law, page: Page) -> None:
        judgement = self._guarded(law.id, lambda: law.judge(self._page_case(page)))
        if judgement is None:
            return
        seen = {(f.law, f.symptom) for f in self.outcome.findings}
        self.outcome.reached.add(law.id)
        if judgement.verdict == "violated":
            if (law.id, judgement.symptom) not in seen:
                self._guarded(law.id, partial(self._find, law, page.query, judgement))
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

    def _suspect(self, page: Page) -> None:
        """Remember a query whose rows are not those of the list, for the law on context."""
        is_plain = page.kind == "json" and page.query.filters and not page.query.get("@learn")
        if not is_plain or page.rows is None or len(self.suspects) >= _MAX_SUSPECTS:
            return
        core = self.runner.base.rows
        rows = rows_by_key(page)
        if any(key in core and core[key] != row for key, row in rows.items()):
            bare = Query(page.query.filters)
            self.suspects.setdefault(str(bare), bare)

    def _judge_history(self) -> None:
        for page in self.pages[:1]:
            # The base read came before there were facts to judge it with.
            for law in self.laws:
                if law.reads == "each" and not self._is_out(law):
                    self._judge_each(law, page)
        for law in self.laws:
            if law.reads == "all" and not self._is_out(law) and self.options.plan is None:
                self._guarded(law.id, partial(self._judge_all, law))
        if self.runner.broken >= _BROKEN:
            law = find_laws("L16")[0]
            self._find(law, Query(), _BROKEN_ANSWERS)

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
