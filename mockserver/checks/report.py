"""Hold what a run found, and settle how it ends.

Nothing here holds the target's data: plans are symbolic, and the texts of laws name no value.
waivers.py marks findings that are accepted for now; report_files.py writes reports, in the forms
of forms/.
"""

import hashlib
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from mockserver.checks.asking.coverage import Coverage
from mockserver.checks.cause import Cause
from mockserver.checks.evidence import Evidence
from mockserver.checks.failures import Failure
from mockserver.checks.stamp import Stamp
from mockserver.errors import ExitCode, ScopeError

__all__ = [
    "Finding",
    "LawResult",
    "Measurement",
    "Report",
    "Tier",
    "Verdict",
    "fingerprint",
    "merge_findings",
    "replay_command",
    "scope_finding",
]

Tier = Literal["must", "should", "learn"]
Verdict = Literal["holds", "violated", "differs", "inconclusive", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawResult:
    """Hold the verdict on one law.

    Attributes:
        plans: what it was tried on, or what broke it, in symbols.
        reason: why it is inconclusive or skipped.
        is_left_out: whether the user, or what he gave, leaves it out of the run.
        is_reached: whether the run came to it at all.
        seconds: how long it was tried.
    """

    id: str
    tier: Tier
    verdict: Verdict
    plans: tuple[str, ...] = ()
    received: str = ""
    documented: str = ""
    replay: str = ""
    reason: str = ""
    is_reached: bool = True
    is_left_out: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Hold one thing that is wrong.

    Attributes:
        cause: what of the failing query had to stay, as axes and kinds.
        also: further laws that the same question broke.
        also_on_mock: whether the mock fails in the same way; None where it was not asked.
        count: how often it was seen.
        evidence: how sure it is, how much is wrong, and the request that shows it.
        waived: the reason why it is accepted for now.
    """

    fingerprint: str
    law: str
    tier: Tier
    symptom: str
    cause: Cause = ()
    also: tuple[str, ...] = ()
    also_on_mock: bool | None = None
    plan: str = ""
    received: str = ""
    documented: str = ""
    replay: str = ""
    count: int = 1
    evidence: Evidence = field(default_factory=Evidence)
    waived: str = ""

    def is_of(self, law: str) -> bool:
        """Say whether a law is violated by it."""
        return law == self.law or law in self.also


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Hold what was learned of one unspecified point; `unknown` where nothing was seen."""

    choice: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Hold the outcome of a run.

    Attributes:
        target: address, kind and way to sign in; no credentials and no ids.
        stopped_by: what a guard said when it ended the run; empty if none did.
        trouble: why the target could not be judged (unreachable, sign-in, front door).
        is_lenient: whether only `must` laws decide.
        required: laws that have to hold.
        is_empty: whether the base read showed no row.
        allows_empty: whether a run that shows nothing may end well.
        notes: further lines for a person, such as a waiver that expired.
        crashes: where the checker itself failed.
        coverage: what was reached of the contract; None where the run did not come to it.
        stamp: what it takes to run it again.
    """

    target: Mapping[str, object]
    requests: int
    seconds: float
    laws: tuple[LawResult, ...] = ()
    profile: Mapping[str, Measurement] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stopped_by: str = ""
    trouble: str = ""
    is_lenient: bool = False
    required: tuple[str, ...] = ()
    is_empty: bool = False
    allows_empty: bool = False
    notes: tuple[str, ...] = ()
    crashes: tuple[Failure, ...] = ()
    coverage: Coverage | None = None
    stamp: Stamp = field(default_factory=Stamp)

    @property
    def exit_code(self) -> int:
        """Return 6 for a failure of our own, 1 for something wrong, 5 for cut short, 4, 0."""
        if self.crashes:
            return ExitCode.CRASHED
        if any(self.is_failure(result) for result in self.laws) or self.missing:
            return ExitCode.WRONG
        # A finding may belong to no law of the list, such as an answer outside the scope.
        listed = {result.id for result in self.laws}
        if any(not f.waived and f.law not in listed for f in self.findings):
            return ExitCode.WRONG
        if self.stopped_by and any(r.tier == "must" and not r.is_reached for r in self.laws):
            return ExitCode.GUARDED
        if self.shortfall:
            return ExitCode.GUARDED
        return ExitCode.TARGET if self.trouble else ExitCode.GOOD

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the required laws that do not hold."""
        held = {result.id for result in self.laws if result.verdict == "holds"}
        return tuple(law for law in self.required if law not in held)

    @property
    def shortfall(self) -> str:
        """Return why so little was shown that the run says nothing, and what to do; or nothing."""
        if self.allows_empty or self.trouble:
            return ""
        if self.is_empty:
            return (
                "the list shows no row, so that nothing could be wrong; sign in as a user who sees"
                " conversations, or say --allow-empty"
            )
        asked = [r for r in self.laws if r.tier == "must" and not r.is_left_out]
        judged = sum(r.verdict in ("holds", "violated", "differs") for r in asked)
        if 2 * judged >= len(asked):
            return ""
        return (
            f"only {judged} of {len(asked)} `must` laws got a verdict; give a larger --budget or a"
            " list with more accounts, endpoints and dates, or say --allow-empty"
        )

    def is_failure(self, result: LawResult) -> bool:
        """Say whether a verdict makes the run fail: neither lenience nor a waiver covers it."""
        if result.verdict == "differs":
            return not self.waiver_of(result.id)
        # A law that only measures is held against --profile alone.
        if result.verdict != "violated" or result.tier == "learn":
            return False
        if self.is_lenient and result.tier != "must":
            return False
        return not self.waiver_of(result.id)

    def waiver_of(self, law: str) -> str:
        """Return the reason why all findings of a law are accepted; empty if one is not."""
        reasons = [finding.waived for finding in self.findings if finding.is_of(law)]
        return "; ".join(dict.fromkeys(reasons)) if reasons and all(reasons) else ""

    def count(self, verdict: Verdict) -> int:
        """Return how many laws have a verdict."""
        return sum(result.verdict == verdict for result in self.laws)


def fingerprint(law: str, symptom: str, cause: Iterable[str] = ()) -> str:
    """Return the name of a fault: the same law, symptom and cause, whatever ids and budget."""
    parts = (law, symptom, *sorted(set(cause)))
    # A letter in front: YAML would read some fingerprints of a waiver file as numbers.
    return "f" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:11]


def scope_finding(error: ScopeError) -> Finding:
    """Return the finding that a live target answered with rows beyond the scope of the run."""
    return Finding(
        fingerprint=fingerprint("scope", "foreign rows"),
        law="scope",
        tier="must",
        symptom="foreign rows",
        received=str(error),
        documented="only rows of the scope",
    )


def merge_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding a fingerprint, with the shortest plan and the number of occurrences."""
    merged: dict[str, Finding] = {}
    for finding in findings:
        known = merged.get(finding.fingerprint)
        if known is None:
            merged[finding.fingerprint] = finding
            continue
        shorter = min(known, finding, key=lambda item: len(item.plan))
        also = dict.fromkeys((*known.also, *finding.also))
        count = known.count + finding.count
        merged[finding.fingerprint] = replace(shorter, count=count, also=tuple(also))
    return tuple(merged.values())


def replay_command(
    url: str,
    plan: str,
    *,
    live: str | None = None,
    own: Iterable[str] = (),
    seed: int | None = None,
) -> str:
    """Return the command that asks one plan again, or all; the scope's ids are left for the user.

    Args:
        plan: empty for the whole run.
    """
    parts = ["mockserver", "check", url]
    if live is not None:
        parts += ["--live", live, "--scope", "accountIds=ID"]
    parts += [word for host in own for word in ("--own", host)]
    if seed is not None:
        parts += ["--seed", str(seed)]
    return shlex.join([*parts, *(["--plan", plan] if plan else [])])
