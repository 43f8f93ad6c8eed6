"""Collect what a run finds, and settle one verdict for each law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.checks.asking.coverage import Coverage
from mockserver.checks.expectation import is_request
from mockserver.checks.facts import filter_fields
from mockserver.checks.failures import Failure
from mockserver.checks.laws.law import Law, asks_of
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.learn import Learned, merge_points
from mockserver.checks.plan import parse_plan
from mockserver.checks.report import Finding, LawResult, Measurement, fingerprint
from mockserver.contract import Contract

__all__ = ["SPENT", "CheckOptions", "Outcome", "conclude", "select_laws"]

# Why a law was not tried.
SPENT = "the budget was spent first"
_MAX_CRASHES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """Hold what to judge, beside the target.

    Attributes:
        only, skip: ids or numbers of laws.
        plan: one plan to replay instead of a run.
        profile: the choices that the target is expected to have made.
        fields: parameter → a JSON pointer to what it filters, where `--spec` says otherwise.
        contract: what Schemathesis draws requests from; None for no such requests.
        max_drawn: how many requests may be drawn; None for what the budget has left.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    plan: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=filter_fields)
    contract: Contract | None = None
    seed: int = 0
    max_drawn: int | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Collect verdicts, findings and measurements while a run goes on.

    Attributes:
        laws: id → verdict, once the run is over.
        held: law → a plan on which it held.
        reasons: law → why a plan of it showed nothing.
        reached: laws that were judged at all.
        refused: law → why it is not tried.
        crashes: where the checker itself failed; a law among them has no verdict but a violation.
        left_out: laws that the user, or what he gave, leaves out.
        is_empty: whether the base read showed no row.
        unasked: laws with plans that the budget did not reach.
        by_oracle: laws whose findings are the oracle's.
        coverage: what acted of the contract.
    """

    laws: dict[str, LawResult] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    profile: Mapping[str, Measurement] = field(default_factory=dict)
    stopped_by: str = ""
    trouble: str = ""
    is_spent: bool = False
    unasked: set[str] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    crashes: list[Failure] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    is_empty: bool = False
    by_oracle: set[str] = field(default_factory=set)
    coverage: Coverage | None = None

    def note_crash(self, error: Exception, *, during: str) -> None:
        """Keep one failure of the checker; the same one counts once."""
        crash = Failure.of(error, during=during)
        if crash not in self.crashes and len(self.crashes) < _MAX_CRASHES:
            self.crashes.append(crash)

    def crash_of(self, law: str) -> Failure | None:
        """Return how a law failed, if it did."""
        return next((crash for crash in self.crashes if crash.during == law), None)


def select_laws(options: CheckOptions) -> tuple[Law, ...]:
    """Return the laws to try.

    Raises:
        UsageError: a law or plan is unknown, or the plan is none of its law.
    """
    only = {law.id for name in options.only for law in find_laws(name)}
    for name in options.skip:
        find_laws(name)
    if options.plan is not None:
        plan = parse_plan(options.plan)
        laws = find_laws(plan.law)
        for law in laws:
            # One request the oracle can judge for any law.
            if not (is_request(plan.query) and plan.query.filters):
                asks_of(law, plan.query)
        return laws
    return tuple(law for law in LAWS if not only or law.id in only)


def conclude(outcome: Outcome, laws: Sequence[Law], profile: Mapping[str, str]) -> None:
    """Settle the verdict of each law, and what was learned of each point."""
    try:
        outcome.profile = merge_points(outcome.learned)
    except Exception as error:  # what breaks the checker is recorded, and the rest is told
        outcome.note_crash(error, during="profile")
    for law in laws:
        try:
            outcome.laws[law.id] = _result(outcome, law, profile)
        except Exception as error:  # as above
            outcome.note_crash(error, during=law.id)
            outcome.laws[law.id] = _crashed(outcome, law)


def _result(outcome: Outcome, law: Law, profile: Mapping[str, str]) -> LawResult:
    found = [finding for finding in outcome.findings if finding.is_of(law.id)]
    if found:
        return LawResult(
            id=law.id,
            tier=law.tier,
            verdict="violated",
            plans=tuple(finding.plan for finding in found),
            received=found[0].received,
            documented=found[0].documented,
        )
    if outcome.crash_of(law.id) is not None:
        return _crashed(outcome, law)
    differs = _difference(outcome, law, profile)
    if differs is not None:
        return differs
    if law.id in outcome.held:
        return LawResult(id=law.id, tier=law.tier, verdict="holds", plans=(outcome.held[law.id],))
    if law.id in outcome.refused:
        reason = outcome.refused[law.id]
        return LawResult(
            id=law.id,
            tier=law.tier,
            verdict="skipped",
            reason=reason,
            is_left_out=law.id in outcome.left_out,
        )
    is_reached = law.id in outcome.reached or law.id in outcome.reasons
    reason = outcome.reasons.get(law.id, "")
    if not reason:
        reason = _reason(outcome, law)
        is_reached = not (outcome.stopped_by or outcome.trouble)
    return LawResult(
        id=law.id, tier=law.tier, verdict="inconclusive", reason=reason, is_reached=is_reached
    )


def _reason(outcome: Outcome, law: Law) -> str:
    """Return why a law got no verdict, where nothing that was asked says it."""
    is_left = law.id in outcome.unasked or not outcome.findings
    if outcome.is_spent and is_left:
        return f"{SPENT}; a larger --budget reaches it"
    if outcome.stopped_by or outcome.trouble:
        return outcome.stopped_by or outcome.trouble
    if outcome.findings and law.reads != "own":
        return "what was found to be wrong leaves no answer to judge it by"
    return "the target showed nothing to try it on"


def _crashed(outcome: Outcome, law: Law) -> LawResult:
    crash = outcome.crash_of(law.id)
    reason = "" if crash is None else f"the checker failed: {crash.error} at {crash.place}"
    return LawResult(
        id=law.id, tier=law.tier, verdict="inconclusive", reason=reason, is_reached=False
    )


def _difference(outcome: Outcome, law: Law, profile: Mapping[str, str]) -> LawResult | None:
    """Return the verdict that a point which this law measured is not as the profile says."""
    for learned in outcome.learned:
        wanted = profile.get(learned.point, "unknown")
        if learned.law != law.id or wanted == "unknown" or wanted in learned.choices:
            continue
        choice = learned.choices[0]
        outcome.findings.append(
            Finding(
                fingerprint=fingerprint(law.id, f"{learned.point} is {choice}"),
                law=law.id,
                tier=law.tier,
                symptom=f"{learned.point} is {choice}",
                plan=learned.plan,
                received=f"{learned.point}: {choice}",
                documented=f"{learned.point}: {wanted}",
            )
        )
        return LawResult(
            id=law.id,
            tier=law.tier,
            verdict="differs",
            plans=(learned.plan,),
            received=f"{learned.point}: {choice}",
            documented=f"{learned.point}: {wanted} (--profile)",
        )
    return None
