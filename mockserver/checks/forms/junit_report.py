"""Write a report as JUnit XML: a case a law; what decides nothing is skipped.

A text that XML cannot carry is written as an escape.
"""

from collections.abc import Iterable
from xml.etree import ElementTree

from mockserver.checks.forms.outline import framework_of, law_verdict
from mockserver.checks.forms.text_report import describe_finding
from mockserver.checks.forms.wording import tell_cause
from mockserver.checks.report import Finding, LawResult, Report
from mockserver.checks.stamp import profile_digest
from mockserver.errors import ExitCode
from mockserver.printable import printable

__all__ = ["encode_junit"]

Element = ElementTree.Element


def encode_junit(report: Report) -> str:
    """Return the report as JUnit XML."""
    listed = {result.id for result in report.laws}
    cases = [_case(report, result) for result in report.laws]
    cases += [_loose(finding) for finding in report.findings if finding.law not in listed]
    if report.trouble or report.exit_code == ExitCode.GUARDED:
        cases.append(_error("run", report.trouble or report.stopped_by or report.shortfall))
    cases += [_error("checker", str(crash), kind=crash.error) for crash in report.crashes]
    suite = Element(
        "testsuite",
        name="mockserver check",
        tests=str(len(cases)),
        failures=str(_count(cases, "failure")),
        errors=str(_count(cases, "error")),
        skipped=str(_count(cases, "skipped")),
        time=f"{report.seconds:.3f}",
    )
    if report.stamp.started:
        suite.set("timestamp", report.stamp.started.removesuffix("Z"))
    suite.append(_properties(report))
    suite.extend(cases)
    root = Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _properties(report: Report) -> Element:
    stamp = report.stamp
    values = {
        "version": stamp.version,
        "seed": str(stamp.seed),
        "budget": str(stamp.budget),
        "requests": str(report.requests),
        "contract": stamp.contract_digest,
        "profile": profile_digest(stamp.profile),
        "framework": framework_of(report),
        "exitCode": str(int(report.exit_code)),
    }
    if report.coverage is not None:
        values["pairs"] = f"{report.coverage.covered}/{report.coverage.of}"
    properties = Element("properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=printable(value))
    return properties


def _case(report: Report, result: LawResult) -> Element:
    case = Element(
        "testcase",
        classname=f"mockserver.{result.tier}",
        name=printable(result.id),
        time=f"{result.seconds:.3f}",
    )
    if report.is_failure(result) or result.id in report.missing:
        found = [f for f in report.findings if f.is_of(result.id) and not f.waived]
        _fail(case, found, kind=result.verdict, otherwise=result)
    elif result.verdict != "holds":
        why = report.waiver_of(result.id)
        text = f"waived: {why}" if why else result.reason or result.received or result.verdict
        verdict = law_verdict(report, result)
        told = f"{verdict}: {text}" if verdict == "crashed" else text
        ElementTree.SubElement(case, "skipped", message=printable(told))
    return case


def _loose(finding: Finding) -> Element:
    """Return the case of a finding that belongs to no law of the list."""
    case = Element(
        "testcase",
        classname=f"mockserver.{finding.tier}",
        name=printable(f"{finding.law} {finding.fingerprint}"),
        time="0.000",
    )
    if finding.waived:
        ElementTree.SubElement(case, "skipped", message=printable(f"waived: {finding.waived}"))
    else:
        _fail(case, [finding], kind="violated", otherwise=None)
    return case


def _fail(case: Element, found: list[Finding], *, kind: str, otherwise: LawResult | None) -> None:
    if found:
        message = tell_cause(found[0])
        lines = [line for finding in found for line in (*describe_finding(finding), "")]
    else:
        assert otherwise is not None, "a law or a finding fails"
        message = otherwise.received or f"{otherwise.verdict}: {otherwise.reason}"
        lines = [
            f"Received: {message}",
            f"Documented: {otherwise.documented or 'the law holds'}",
            *([f"Replay: {otherwise.replay}"] if otherwise.replay else []),
        ]
    failure = ElementTree.SubElement(case, "failure", message=printable(message), type=kind)
    failure.text = "\n".join(map(printable, lines)).rstrip("\n")


def _error(name: str, message: str, *, kind: str = "error") -> Element:
    case = Element("testcase", classname="mockserver.check", name=name, time="0.000")
    ElementTree.SubElement(case, "error", message=printable(message), type=kind)
    return case


def _count(cases: Iterable[Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)
