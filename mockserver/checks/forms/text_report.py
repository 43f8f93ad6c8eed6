"""Write a report as text: the worst cause first, the verdict last, short enough to be read."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mockserver.checks.asked import wire_lines
from mockserver.checks.evidence import Evidence
from mockserver.checks.forms.outline import (
    Group,
    asides_of,
    groups_of,
    is_counted,
    is_drift,
    open_laws,
    spent,
    verdict_of,
    verdict_words,
)
from mockserver.checks.forms.wording import certainty_words, tell_cause, tell_group
from mockserver.checks.report import Finding, Report
from mockserver.printable import printable

__all__ = ["Line", "describe_finding", "report_lines", "summarise"]

_MOST_GROUPS = 12
_MOST_IDS = 6
_MOST_OPEN = 3
# With more causes than that every line counts.
_FEW = 3


class Line(NamedTuple):
    """Hold one line and what it is: `head`, `bad`, `good`, `warn`, `dim` or nothing."""

    text: str
    style: str = ""


def summarise(report: Report, *, paint: Callable[[Line], str] = lambda line: line.text) -> str:
    """Return the text for a person; `paint` colours its lines."""
    return "\n".join(map(paint, report_lines(report))) + "\n"


def report_lines(report: Report) -> list[Line]:
    """Return the lines of the text; what a target said begins none of them."""
    groups = groups_of(report)
    lines: list[Line] = []
    for number, group in enumerate(groups[:_MOST_GROUPS], start=1):
        lines += _group_lines(report, group, number, is_short=len(groups) > _FEW)
        if len(groups) <= _FEW:
            lines.append(Line(""))
    if len(groups) > _MOST_GROUPS:
        more = len(groups) - _MOST_GROUPS
        lines.append(Line(f"and {more} more causes; --report markdown=FILE holds all of them"))
    return [
        Line(printable(line.text), line.style)
        for line in (*lines, *_closing(report, has_causes=bool(groups)))
    ]


def describe_finding(
    finding: Finding, *, told: str = "", mark: str = "", is_short: bool = False
) -> list[str]:
    """Return what a person needs of one finding, the sentence first.

    Args:
        told: the sentence, where it is one for several findings.
    """
    told = told or tell_cause(finding)
    evidence = finding.evidence
    if evidence.sides is not None:
        shown = [f"{side.name}: {side.shows}" for side in evidence.sides]
        replays = [f"Replay: {side.replay}" for side in evidence.sides if side.replay]
        return [f"{told}{mark}", *shown, *replays]
    counts = f"; {evidence.counts}" if evidence.counts else ""
    also = f"; also {_listed(finding.also)}" if finding.also else ""
    mock = "; the mock does the same" if finding.also_on_mock else ""
    print_ = f" [{finding.fingerprint}]" if finding.fingerprint else ""
    lines = [
        f"{finding.law} ({finding.tier}): {told}{mark}",
        f"{certainty_words(finding)}{also}{mock}{print_}",
        f"Received: {finding.received}{counts}",
        f"Documented: {finding.documented}",
    ]
    if evidence.requests:
        lines.append(f"Request: {_requests(evidence)}")
    if finding.replay:
        lines.append(f"Replay: {finding.replay}")
    if evidence.hints and not is_short:
        lines.append(f"Perhaps: {'; '.join(evidence.hints)}")
    return lines


def _requests(evidence: Evidence) -> str:
    """Return the last request of a finding in one line, and how many come before it."""
    count = len(evidence.requests) - 1
    return ", ".join(wire_lines(evidence.requests[-1])) + (f" (after {count} more)" * (count > 0))


def _group_lines(report: Report, group: Group, number: int, *, is_short: bool) -> Iterator[Line]:
    finding = group.head
    style = "bad" if is_counted(report, finding) else "warn"
    first, *rest = describe_finding(
        finding, told=tell_group(group.findings), mark=_mark(report, finding), is_short=is_short
    )
    yield Line(f"{number}. {first}", style)
    for line in rest:
        yield Line(f"   {line}", "dim" if line.startswith("Replay: ") else "")
    others = group.findings[1:]
    if others:
        told = "; ".join(f"{other.law} [{other.fingerprint}]" for other in others[:_MOST_IDS])
        yield Line(f"   Of the same cause: {told}")


def _mark(report: Report, finding: Finding) -> str:
    if finding.waived:
        return f", waived: {finding.waived}"
    return "" if is_counted(report, finding) else ", not counted (--lenient)"


def _closing(report: Report, *, has_causes: bool) -> Iterator[Line]:
    left = open_laws(report)
    for group in left[:_MOST_OPEN]:
        reason = f" ({group.reason})" if group.reason else ""
        yield Line(f"{group.verdict}: {_listed(group.laws)}{reason}", "dim")
    if len(left) > _MOST_OPEN:
        count = sum(len(group.laws) for group in left[_MOST_OPEN:])
        yield Line(f"and {count} more without a verdict, for other reasons", "dim")
    for aside in asides_of(report):
        yield Line(aside, "warn")
    if report.laws and not report.trouble and not is_drift(report):
        yield Line(_counts(report, has_causes=has_causes))
    words = [verdict_words(report), f"exit code {int(report.exit_code)}", *spent(report)]
    yield Line(", ".join(words), "good" if verdict_of(report) == "nothing-wrong" else "bad")


def _counts(report: Report, *, has_causes: bool) -> str:
    wrong = report.count("violated") + report.count("differs")
    parts = [
        f"{report.count('holds')} laws hold",
        f"{wrong} violated",
        f"{report.count('inconclusive')} inconclusive",
        f"{report.count('skipped')} skipped",
    ]
    more = "; mockserver check --explain ID says more of a law" if has_causes else ""
    return ", ".join(parts) + more


def _listed(ids: tuple[str, ...]) -> str:
    if len(ids) <= _MOST_IDS:
        return ", ".join(ids)
    return f"{', '.join(ids[:_MOST_IDS])} and {len(ids) - _MOST_IDS} more"
