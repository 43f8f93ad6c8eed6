"""Say which learned points hang on answers of the kind that was found to be wrong."""

from collections.abc import Mapping, Sequence

from mockserver.checks.cause import FLAKY, Cause, cause_of, is_part
from mockserver.checks.forms.outline import Group
from mockserver.checks.laws.law import asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import Query, parse_plan
from mockserver.checks.report import Report
from mockserver.errors import UsageError

__all__ = ["doubtful_points"]


def doubtful_points(report: Report, groups: list[Group]) -> Mapping[str, str]:
    """Return point → why its choice may be none of the server's own, such as `see cause 1`."""
    causes: dict[Cause, int] = {}
    for number, group in enumerate(groups, 1):
        for finding in group.findings:
            if finding.cause not in ((), FLAKY) and finding.evidence.sides is None:
                causes.setdefault(finding.cause, number)
    found = {}
    for point, measured in report.profile.items():
        asked = list(map(cause_of, _asks(measured.evidence)))
        about = (n for cause, n in causes.items() if any(is_part(cause, one) for one in asked))
        first = next(about, None)
        if first is not None:
            found[point] = f"see cause {first}"
    return found


def _asks(evidence: str) -> Sequence[Query]:
    """Return what a point was learned by; nothing of what is no plan."""
    _, _, plan = evidence.partition(": ")
    try:
        parsed = parse_plan(plan.partition("; ")[0])
        return asks_of(find_laws(parsed.law)[0], parsed.query)
    except UsageError:
        return ()
