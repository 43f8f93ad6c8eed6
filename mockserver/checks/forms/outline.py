"""Lay a report out for people: causes in order, what was not settled, the verdict, the stamp.

Text, Markdown and HTML write what stands here; nothing of it is decided by a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.checks.cause import FLAKY
from mockserver.checks.expectation import STRANGERS
from mockserver.checks.explaining.explain_findings import OF_TENANTS
from mockserver.checks.explaining.explanations import without_share
from mockserver.checks.forms.wording import other_parameter
from mockserver.checks.plan import FILTER_NAMES
from mockserver.checks.report import Finding, LawResult, Report
from mockserver.checks.stamp import profile_digest
from mockserver.checks.symptoms import are_alike, as_exact
from mockserver.errors import ExitCode

__all__ = [
    "Group",
    "Open",
    "asides_of",
    "facts_of",
    "framework_of",
    "groups_of",
    "is_counted",
    "is_drift",
    "law_verdict",
    "open_laws",
    "points_learned",
    "spent",
    "verdict_of",
    "verdict_words",
]

_TIERS = ("must", "should", "learn")
_CERTAINTIES = ("reproducible", "needs-history", "flaky")
# The laws that follow a row by its ids.
_ON_KEYS = ("L36", "L40", "L87", "L89")
# Among more causes nobody looks for what belongs together.
_COMPARED = 100
_OLD_IDS = {"same id twice", "session again"}
_UNREADABLE = "body: unreadable "
# What is wrong, too, where nobody has to sign in.
_ON_STRANGERS = (
    "session ",
    "page for strangers",
    "no challenge",
    "data in a refusal",
    "made-up id",
)
VERDICTS: Mapping[int, str] = {
    ExitCode.GOOD: "nothing-wrong",
    ExitCode.WRONG: "wrong",
    ExitCode.TARGET: "not-judged",
    ExitCode.GUARDED: "cut-short",
    ExitCode.CRASHED: "crashed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Hold the findings of one cause, the gravest first."""

    findings: tuple[Finding, ...]

    @property
    def head(self) -> Finding:
        """Return the gravest."""
        return self.findings[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Hold the laws that have no verdict for one reason."""

    verdict: str
    reason: str
    laws: tuple[str, ...]


def groups_of(report: Report) -> list[Group]:
    """Return what was found by its cause: what decides first, what is accepted last.

    Findings with one explanation stand together, and those of one law that differ in one axis, such
    as who asked.
    """
    found = sorted(_findings(report), key=lambda finding: _rank(report, finding))
    groups: list[list[Finding]] = []
    for finding in found:
        known = (group for group in groups[:_COMPARED] if _is_alike(group, finding))
        home = next(known, None)
        if home is None:
            groups.append([finding])
        else:
            home.append(finding)
    return [Group(findings=tuple(group)) for group in groups]


def _is_alike(group: list[Finding], finding: Finding) -> bool:
    """Say whether a finding has the reason that those of a group have."""
    head = group[0]
    if bool(head.waived) != bool(finding.waived) or head.evidence.sides is not None:
        return False
    if head.evidence.story or finding.evidence.story:
        return head.evidence.story == finding.evidence.story
    if _follows(head, finding):
        return True
    if FLAKY in (head.cause, finding.cause):
        # What needs a history shows by chance as well, where others asked meanwhile.
        is_late = head.evidence.certainty == "needs-history"
        return is_late and are_alike(head.symptom, finding.symptom)
    if () in (head.cause, finding.cause):
        return False
    if head.cause == finding.cause:
        return True
    one, two = (without_share(f.evidence.explained) for f in (head, finding))
    if (one and one == two) or other_parameter(head, finding):
        return True
    axes = {_varied(known, finding) for known in group}
    # Which law it is hangs on the format alone.
    is_one = head.law == finding.law or axes == {"format"}
    return head.symptom == finding.symptom and is_one and len(axes) == 1 and "" not in axes


def _is_open(finding: Finding) -> bool:
    """Say whether nobody has to sign in."""
    return finding.symptom == "a list" and finding.cause == (("@auth", "none"),)


def _is_of_way(finding: Finding) -> bool:
    """Say whether one way of asking for a type gives another type than the others."""
    is_of_type = finding.symptom == "media type" and "way" in dict(finding.cause)
    return is_of_type or finding.symptom.endswith(" in some ways only")


def _is_leak(finding: Finding) -> bool:
    """Say whether rows of another user are shown."""
    is_others = finding.symptom == "rows not in the list" and "another user" in finding.received
    return is_others or (finding.symptom.startswith("foreign rows") and finding.law != "scope")


def _is_leak_by_filters(finding: Finding) -> bool:
    """Say whether rows of others are shown for filters that were made small, which tells when."""
    is_small = finding.law not in OF_TENANTS
    return _is_leak(finding) and is_small and any(axis in FILTER_NAMES for axis, _ in finding.cause)


def _sees_all(finding: Finding) -> bool:
    """Say whether one user has the whole list of another."""
    return finding.symptom == "shared accounts"


def _has_no_keys(finding: Finding) -> bool:
    """Say whether rows cannot be told apart by their ids."""
    return finding.symptom.startswith("many rows of one ")


def _follows(head: Finding, finding: Finding) -> bool:
    """Say whether a finding is what has to come of a graver one."""
    if _is_open(head):
        is_stranger = dict(finding.cause).get("@auth") in STRANGERS
        return is_stranger or finding.symptom.startswith(_ON_STRANGERS)
    if _is_leak(head) and _is_leak(finding):
        return True
    if _sees_all(head):
        # What his list is compared with is the other's.
        return as_exact(finding.symptom) is not None and dict(finding.cause).get("@auth") == "other"
    if (_is_of_way(head) and _is_of_way(finding)) or {head.symptom, finding.symptom} == _OLD_IDS:
        return True
    if _is_refused_otherwise(head) and head.symptom == finding.symptom:
        # A session that ended is a stranger's, and may do so between others.
        return finding.cause == FLAKY or "session" in dict(finding.cause).get("@auth", "")
    if _unreadable(head) and _unreadable(head) == _unreadable(finding):
        return True
    if head.symptom.startswith("type of ") and head.evidence.member:
        return head.evidence.member == finding.evidence.member
    if _has_no_keys(head):
        is_on_rows = as_exact(finding.symptom) is not None
        return is_on_rows or finding.law.startswith(_ON_KEYS)
    return False


def _is_refused_otherwise(finding: Finding) -> bool:
    """Say whether strangers are refused by another status than is documented."""
    return finding.symptom.startswith("status ") and dict(finding.cause).get("@auth") in STRANGERS


def _unreadable(finding: Finding) -> str:
    """Return the type of a body that cannot be read; empty where that is not what is wrong."""
    if finding.symptom == "unreadable body":
        return dict(finding.cause).get("format", "")
    is_schema = finding.symptom.startswith(_UNREADABLE)
    return finding.symptom.removeprefix(_UNREADABLE) if is_schema else ""


def _varied(one: Finding, two: Finding) -> str:
    """Return the one axis in which two causes differ; empty where that is none, or a parameter."""
    left, right = dict(one.cause), dict(two.cause)
    if left.keys() != right.keys():
        return ""
    axes = [axis for axis in left if left[axis] != right[axis]]
    return axes[0] if len(axes) == 1 and axes[0] not in FILTER_NAMES else ""


def is_counted(report: Report, finding: Finding) -> bool:
    """Say whether a finding makes the run fail."""
    if finding.waived:
        return False
    results = [result for result in report.laws if finding.is_of(result.id)]
    return not results or any(report.is_failure(result) for result in results)


def law_verdict(report: Report, result: LawResult) -> str:
    """Return the verdict of a law; `crashed` where the checker failed at it and it has no other."""
    is_broken = any(crash.during == result.id for crash in report.crashes)
    return "crashed" if is_broken and result.verdict == "inconclusive" else result.verdict


def open_laws(report: Report) -> list[Open]:
    """Return the laws without a verdict by verdict and reason; none where nothing was judged."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for result in () if report.trouble else report.laws:
        if result.verdict in ("inconclusive", "skipped"):
            key = law_verdict(report, result), result.reason
            reasons.setdefault(key, []).append(result.id)
    return [Open(verdict=v, reason=r, laws=tuple(ids)) for (v, r), ids in reasons.items()]


def asides_of(report: Report) -> list[str]:
    """Return what else has to be said, a sentence each."""
    said = [f"required, but it does not hold: {law}" for law in report.missing]
    said += report.notes
    said += [f"cut short: {report.stopped_by}"] if report.stopped_by else []
    if report.exit_code == ExitCode.GUARDED and report.shortfall:
        said.append(f"too little to judge by: {report.shortfall}")
    return said + [f"the checker itself failed: {crash}" for crash in report.crashes]


def verdict_of(report: Report) -> str:
    """Return the verdict in one word."""
    return VERDICTS[report.exit_code]


def verdict_words(report: Report) -> str:
    """Return the verdict for a person."""
    match report.exit_code:
        case ExitCode.CRASHED:
            return ", ".join(["the checker itself failed", *_causes(report)])
        case ExitCode.TARGET:
            return f"not judged: {report.trouble}"
        case ExitCode.GUARDED:
            return "cut short" if report.stopped_by else "too little to judge by"
        case ExitCode.WRONG if is_drift(report):
            return _drift_words(report)
        case ExitCode.WRONG:
            missing = len(report.missing)
            laws = f"{missing} required law{'s' * (missing != 1)} not held"
            return ", ".join([*_causes(report), *([laws] if missing else [])])
    if is_drift(report):
        return _drift_words(report)
    if not any(result.verdict not in ("inconclusive", "skipped") for result in report.laws):
        return "nothing judged"
    waived = sum(bool(finding.waived) for finding in report.findings)
    return "nothing wrong found" + (f", {waived} waived" if waived else "")


def is_drift(report: Report) -> bool:
    """Say whether a report compares two targets."""
    return "left" in report.target


def points_learned(report: Report) -> tuple[int, int]:
    """Return how many points were seen, of how many."""
    choices = [measured.choice for measured in report.profile.values()]
    return sum(choice != "unknown" for choice in choices), len(choices)


def spent(report: Report) -> list[str]:
    """Return what the run took and what it covered, a phrase each."""
    parts = [f"{report.requests} requests", f"{report.seconds:.1f} s"]
    if report.coverage is not None:
        parts.append(f"{report.coverage.covered:,} of {report.coverage.of:,} pairs covered")
    learned, of = points_learned(report)
    is_told = of and not (report.trouble and not learned)
    return [*parts, *([f"{learned} of {of} points learned"] if is_told else [])]


def facts_of(report: Report) -> list[tuple[str, str]]:
    """Return the stamp: what was run, on what, and how to run it again."""
    stamp = report.stamp
    facts = [
        ("target", _target_words(report.target)),
        ("started", stamp.started),
        ("mockserver", stamp.version),
        ("seed", str(stamp.seed)),
        ("budget", f"{stamp.budget} requests" if stamp.budget else ""),
        ("contract", stamp.contract_digest),
        ("profile", _profile_words(stamp.profile)),
        ("scope", "" if stamp.scope is None else f"accounts: {stamp.scope}"),
        ("options", " ".join(f"--{name} {value}" for name, value in _options(stamp.options))),
    ]
    return [(name, value) for name, value in facts if value]


def framework_of(report: Report) -> str:
    """Return which framework was seen; `unknown` for none."""
    seen = report.profile.get("framework")
    return "unknown" if seen is None else seen.choice


def _causes(report: Report) -> list[str]:
    count = sum(is_counted(report, group.head) for group in groups_of(report))
    return [f"{count} cause{'s' * (count != 1)} found"] if count else []


def _drift_words(report: Report) -> str:
    count = sum(not finding.waived for finding in report.findings)
    found = f"{count} difference{'s' * (count != 1)}" if count else "no difference found"
    sides = [_address(report.target[side]) for side in ("left", "right")]
    return f"{found} between {' and '.join(sides)}"


def _findings(report: Report) -> list[Finding]:
    """Return all findings, and one for each law that is broken without any."""
    bare = [
        result
        for result in report.laws
        if result.verdict in ("violated", "differs")
        and not any(finding.is_of(result.id) for finding in report.findings)
    ]
    return [*report.findings, *map(_of_law, bare)]


def _of_law(result: LawResult) -> Finding:
    return Finding(
        fingerprint="",
        law=result.id,
        tier=result.tier,
        symptom=result.received or f"the law is {result.verdict}",
        plan=result.plans[0] if result.plans else "",
        received=result.received,
        documented=result.documented,
        replay=result.replay,
    )


def _rank(report: Report, finding: Finding) -> tuple[object, ...]:
    return (
        bool(finding.waived),
        not is_counted(report, finding),
        _TIERS.index(finding.tier),
        not (_is_open(finding) or _has_no_keys(finding) or _sees_all(finding)),
        finding.evidence.sides is None and _CERTAINTIES.index(finding.evidence.certainty),
        finding.cause == FLAKY,
        not _is_leak_by_filters(finding),
    )


def _target_words(target: Mapping[str, object]) -> str:
    if "left" in target:
        return f"{_side_words(target['left'])} and {_side_words(target['right'])}"
    return _side_words(target)


def _side_words(side: object) -> str:
    if not isinstance(side, Mapping):
        return str(side)
    address = _address(side)
    more = ", ".join(str(side[name]) for name in ("kind", "auth") if side.get(name))
    return f"{address} ({more})" if more else address


def _address(side: object) -> str:
    if not isinstance(side, Mapping):
        return str(side)
    return str(side.get("file") or f"{side.get('origin', '')}{side.get('basePath', '')}")


def _profile_words(profile: Mapping[str, str]) -> str:
    if not profile:
        return "the contract's defaults"
    count = len(profile)
    return f"{count} choice{'s' * (count != 1)}, {profile_digest(profile)}"


def _options(options: Mapping[str, object]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in options.items():
        if value is True:
            found.append((name, ""))
        elif isinstance(value, list | tuple):
            found += [(name, item) for item in value]
        else:
            found.append((name, value))
    return found
