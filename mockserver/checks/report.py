"""Hold what a run found, and write it: as JSON, as JUnit, as text a person can act on.

Nothing here holds the target's data: plans are symbolic, and the texts of laws name no value.
waivers.py marks findings that are accepted for now; `Report.exit_code` settles the outcome.
"""

import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from mockserver.checks.failures import Failure
from mockserver.errors import ExitCode, GuardError, UsageError, unknown_name
from mockserver.printable import printable

__all__ = [
    "REPORT_KINDS",
    "Finding",
    "LawResult",
    "Measurement",
    "Report",
    "Tier",
    "Verdict",
    "encode_json",
    "encode_junit",
    "fingerprint",
    "merge_findings",
    "replay_command",
    "save_report",
    "summarise",
]

SCHEMA_VERSION = 1
Tier = Literal["must", "should", "learn"]
Verdict = Literal["holds", "violated", "differs", "inconclusive", "skipped"]
_MIN_SECRET = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LawResult:
    """Hold the verdict on one law.

    Attributes:
        plans: what it was tried on, or what broke it, in symbols.
        reason: why it is inconclusive or skipped.
        is_reached: whether the run came to it at all.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Hold one thing that is wrong; `waived` is the reason why it is accepted for now."""

    fingerprint: str
    law: str
    tier: Tier
    symptom: str
    plan: str = ""
    received: str = ""
    documented: str = ""
    replay: str = ""
    count: int = 1
    waived: str = ""


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
        notes: further lines for a person, such as a waiver that expired.
        crashes: where the checker itself failed.
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
    notes: tuple[str, ...] = ()
    crashes: tuple[Failure, ...] = ()

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
        return ExitCode.TARGET if self.trouble else ExitCode.GOOD

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the required laws that do not hold."""
        held = {result.id for result in self.laws if result.verdict == "holds"}
        return tuple(law for law in self.required if law not in held)

    def is_failure(self, result: LawResult) -> bool:
        """Say whether a verdict makes the run fail: neither lenience nor a waiver covers it."""
        if result.verdict == "differs":
            return not self.waiver_of(result.id)
        if result.verdict != "violated" or (self.is_lenient and result.tier != "must"):
            return False
        return not self.waiver_of(result.id)

    def waiver_of(self, law: str) -> str:
        """Return the reason why all findings of a law are accepted; empty if one is not."""
        reasons = [finding.waived for finding in self.findings if finding.law == law]
        return "; ".join(dict.fromkeys(reasons)) if reasons and all(reasons) else ""

    def count(self, verdict: Verdict) -> int:
        """Return how many laws have a verdict."""
        return sum(result.verdict == verdict for result in self.laws)


def fingerprint(law: str, symptom: str, parameters: Iterable[str] = ()) -> str:
    """Return the name of a bug: the same law, symptom and parameters, whatever the ids."""
    parts = (law, symptom, *sorted(set(parameters)))
    # A letter in front: YAML would read some fingerprints of a waiver file as numbers.
    return "f" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:11]


def merge_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding a fingerprint, with the shortest plan and the number of occurrences."""
    merged: dict[str, Finding] = {}
    for finding in findings:
        known = merged.get(finding.fingerprint)
        if known is None:
            merged[finding.fingerprint] = finding
            continue
        shorter = min(known, finding, key=lambda item: len(item.plan))
        merged[finding.fingerprint] = replace(shorter, count=known.count + finding.count)
    return tuple(merged.values())


def replay_command(url: str, plan: str, *, live: str | None = None, seed: int | None = None) -> str:
    """Return the command that asks one plan again; the scope's ids are left for the user."""
    parts = ["mockserver", "check", url]
    if live is not None:
        parts += ["--live", live, "--scope", "accountIds=ID"]
    if seed is not None:
        parts += ["--seed", str(seed)]
    return shlex.join([*parts, "--plan", plan])


def encode_json(report: Report) -> str:
    """Return the report as JSON (INTERFACES, section Report)."""
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "target": dict(report.target),
        "exitCode": report.exit_code,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stoppedBy": report.stopped_by or None,
        "trouble": report.trouble or None,
        "crashes": [
            {"during": crash.during, "error": crash.error, "place": crash.place}
            for crash in report.crashes
        ],
        "laws": [
            {
                "id": result.id,
                "tier": result.tier,
                "verdict": result.verdict,
                "plans": list(result.plans),
                "received": result.received,
                "documented": result.documented,
                "replay": result.replay,
                "reason": result.reason,
            }
            for result in report.laws
        ],
        "profile": {
            point: {"choice": measured.choice, "evidence": measured.evidence}
            for point, measured in sorted(report.profile.items())
        },
        "findings": [
            {
                "fingerprint": finding.fingerprint,
                "law": finding.law,
                "tier": finding.tier,
                "symptom": finding.symptom,
                "plan": finding.plan,
                "received": finding.received,
                "documented": finding.documented,
                "replay": finding.replay,
                "count": finding.count,
                "waived": finding.waived or None,
            }
            for finding in report.findings
        ],
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def encode_junit(report: Report) -> str:
    """Return the report as JUnit XML: one case a law; what decides nothing is skipped."""
    cases = [_case(report, result) for result in report.laws]
    if report.trouble or report.exit_code == ExitCode.GUARDED:
        case = ElementTree.Element("testcase", classname="mockserver.check", name="run")
        ElementTree.SubElement(case, "error", message=report.trouble or report.stopped_by)
        cases.append(case)
    for crash in report.crashes:
        case = ElementTree.Element("testcase", classname="mockserver.check", name="checker")
        ElementTree.SubElement(case, "error", message=str(crash), type=crash.error)
        cases.append(case)
    suite = ElementTree.Element(
        "testsuite",
        name="mockserver check",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time=f"{report.seconds:.3f}",
    )
    suite.extend(cases)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(report: Report, result: LawResult) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=f"mockserver.{result.tier}", name=result.id)
    if report.is_failure(result) or result.id in report.missing:
        text = result.received or f"{result.verdict}: {result.reason}"
        failure = ElementTree.SubElement(case, "failure", message=text, type=result.verdict)
        failure.text = "\n".join(_received(result))
    elif result.verdict != "holds":
        why = report.waiver_of(result.id)
        text = f"waived: {why}" if why else result.reason or result.received or result.verdict
        ElementTree.SubElement(case, "skipped", message=text)
    return case


def summarise(report: Report) -> str:
    """Return the text for a person: what is wrong first, then what was not settled."""
    blocks = [_block(report, result) for result in report.laws if result.verdict in _WRONG]
    listed = {result.id for result in report.laws}
    blocks += [
        f"{finding.law} ({finding.tier}) violated\n  Received: {printable(finding.received)}\n"
        f"  Documented: {printable(finding.documented)}"
        for finding in report.findings
        if finding.law not in listed
    ]
    blocks += [f"required, but it does not hold: {law}" for law in report.missing]
    # Where the target was not judged at all, one line says it for every law.
    open_laws = "" if report.trouble else _open_laws(report)
    if open_laws:
        blocks.append(open_laws)
    # A target's words may be in any of these; a line break in them begins no line of the report.
    blocks += map(printable, report.notes)
    if report.stopped_by:
        blocks.append(printable(f"cut short: {report.stopped_by}"))
    if report.trouble:
        blocks.append(printable(f"not judged: {report.trouble}"))
    blocks += [printable(f"the checker itself failed: {crash}") for crash in report.crashes]
    blocks.append(_last_line(report))
    return "\n\n".join(blocks) + "\n"


_WRONG = ("violated", "differs")


def _block(report: Report, result: LawResult) -> str:
    why = report.waiver_of(result.id)
    mark = f", waived: {why}" if why else ""
    if not mark and not report.is_failure(result):
        mark = ", not counted (--lenient)"
    return "\n".join(
        [f"{result.id} ({result.tier}) {result.verdict}{mark}"]
        + [f"  {printable(line)}" for line in _received(result)]
    )


def _received(result: LawResult) -> list[str]:
    lines = [f"Received: {result.received}", f"Documented: {result.documented}"]
    return [*lines, f"Replay: {result.replay}"] if result.replay else lines


def _open_laws(report: Report) -> str:
    reasons: dict[tuple[str, str], list[str]] = {}
    for result in report.laws:
        if result.verdict in ("inconclusive", "skipped"):
            reasons.setdefault((result.verdict, result.reason), []).append(result.id)
    return "\n".join(
        f"{verdict}: {', '.join(ids)}" + (f" ({printable(reason)})" if reason else "")
        for (verdict, reason), ids in reasons.items()
    )


def _last_line(report: Report) -> str:
    wrong = report.count("violated") + report.count("differs")
    parts = [
        f"{report.count('holds')} laws hold",
        f"{wrong} violated" if wrong else "nothing wrong found",
        f"{report.count('inconclusive')} inconclusive",
        f"{report.count('skipped')} skipped",
    ]
    return f"{', '.join(parts)} ({report.requests} requests, {report.seconds:.1f} s)"


def _encode_text(report: Report) -> str:
    return summarise(report)


REPORT_KINDS = {"json": encode_json, "junit": encode_junit, "text": _encode_text}


def save_report(report: Report, path: Path, *, kind: str, secrets: Iterable[str] = ()) -> None:
    """Write the report; nothing is written if a secret would be in it.

    Raises:
        GuardError: a secret of six characters or more is in the text.
        UsageError: an unknown kind, or a file that cannot be written.
    """
    if kind not in REPORT_KINDS:
        raise unknown_name("kind of report", kind, REPORT_KINDS)
    text = REPORT_KINDS[kind](report)
    if any(len(secret) >= _MIN_SECRET and secret in text for secret in secrets):
        raise GuardError("the report would hold a secret, so it is not written", guard="masking")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--report: {path} cannot be written: {error.strerror}") from error
