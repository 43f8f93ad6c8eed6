"""Write a report: as JSON, as JUnit, as text a person can act on."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from mockserver.checks.cause import as_mapping
from mockserver.checks.report import Finding, LawResult, Report
from mockserver.errors import ExitCode, GuardError, UsageError, unknown_name
from mockserver.printable import printable

__all__ = ["REPORT_KINDS", "encode_json", "encode_junit", "save_report", "summarise"]

SCHEMA_VERSION = 1
_MIN_SECRET = 6


def encode_json(report: Report) -> str:
    """Return the report as JSON (INTERFACES, section Report)."""
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "target": dict(report.target),
        "exitCode": report.exit_code,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stoppedBy": report.stopped_by or None,
        "shortfall": report.shortfall or None,
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
                "cause": as_mapping(finding.cause),
                "alsoLaws": list(finding.also),
                "alsoOnMock": finding.also_on_mock,
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
        message = report.trouble or report.stopped_by or report.shortfall
        ElementTree.SubElement(case, "error", message=message)
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
        found = next((f for f in _findings_of(report, result) if not f.waived), result)
        text = found.received or f"{result.verdict}: {result.reason}"
        failure = ElementTree.SubElement(case, "failure", message=text, type=result.verdict)
        failure.text = "\n".join(_received(found))
    elif result.verdict != "holds":
        why = report.waiver_of(result.id)
        text = f"waived: {why}" if why else result.reason or result.received or result.verdict
        ElementTree.SubElement(case, "skipped", message=text)
    return case


def summarise(report: Report) -> str:
    """Return the text for a person: what is wrong first, then what was not settled."""
    blocks = [
        block
        for result in report.laws
        if result.verdict in _WRONG
        for block in _blocks(report, result)
    ]
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
    if report.exit_code == ExitCode.GUARDED and report.shortfall:
        blocks.append(f"too little to judge by: {report.shortfall}")
    blocks += [printable(f"the checker itself failed: {crash}") for crash in report.crashes]
    blocks.append(_last_line(report))
    return "\n\n".join(blocks) + "\n"


_WRONG = ("violated", "differs")


def _blocks(report: Report, result: LawResult) -> Iterator[str]:
    """Yield a block for each finding that is the law's own; others name it as one more law."""
    findings = _findings_of(report, result)
    if not findings:
        yield _block(report, result, result, mark="")
    for finding in findings:
        if finding.law == result.id:
            mark = f", waived: {finding.waived}" if finding.waived else ""
            yield _block(report, result, finding, mark=mark)


def _block(report: Report, result: LawResult, found: LawResult | Finding, *, mark: str) -> str:
    if not mark and not report.is_failure(result):
        mark = ", not counted (--lenient)"
    return "\n".join(
        [f"{result.id} ({result.tier}) {result.verdict}{mark}"]
        + [f"  {printable(line)}" for line in (*_received(found), *_asides(found))]
    )


def _findings_of(report: Report, result: LawResult) -> list[Finding]:
    """Return the findings by which a law is violated, those that are accepted last."""
    found = [finding for finding in report.findings if finding.is_of(result.id)]
    return sorted(found, key=lambda finding: bool(finding.waived))


def _received(found: LawResult | Finding) -> list[str]:
    lines = [f"Received: {found.received}", f"Documented: {found.documented}"]
    return [*lines, f"Replay: {found.replay}"] if found.replay else lines


def _asides(found: LawResult | Finding) -> Iterator[str]:
    if isinstance(found, LawResult):
        return
    if found.also:
        yield f"Also: {', '.join(found.also)}"
    if found.also_on_mock:
        yield "Note: the mock does the same"
    yield f"Fingerprint: {found.fingerprint}"


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
    is_judged = wrong or report.count("holds")
    parts = [
        f"{report.count('holds')} laws hold",
        f"{wrong} violated" if wrong else "nothing wrong found" if is_judged else "nothing judged",
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
