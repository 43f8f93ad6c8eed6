"""Say which learned points hang on answers of the kind that was found to be wrong."""

from collections.abc import Mapping

from mockserver.checks.cause import FLAKY, Cause, is_within
from mockserver.checks.forms.outline import Group
from mockserver.checks.laws.law import asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import parse_plan
from mockserver.checks.report import Report
from mockserver.errors import UsageError

__all__ = ["doubtful_points"]


def doubtful_points(report: Report, groups: list[Group]) -> Mapping[str, str]:
    """Return point → why its choice may be none of the server's own, such as `see cause 1`."""
    causes = [
        (number, finding.cause)
        for number, group in enumerate(groups, 1)
        for finding in group.findings
        if finding.cause not in ((), FLAKY) and finding.evidence.sides is None
    ]
    found = {}
    for point, measured in report.profile.items():
        about = [number for number, cause in causes if _is_about(measured.evidence, cause)]
        if about:
            found[point] = f"see cause {about[0]}"
    return found


def _is_about(evidence: str, cause: Cause) -> bool:
    """Say whether what a point was learned by has all that a cause needs."""
    _, _, plan = evidence.partition(": ")
    try:
        parsed = parse_plan(plan.partition("; ")[0])
        asks = asks_of(find_laws(parsed.law)[0], parsed.query)
    except UsageError:
        return False
    return any(is_within(cause, asked) for asked in asks)
