"""Say where one finding tells what another one tells, of more or of less."""

from collections.abc import Sequence

from mockserver.checks.cause import FLAKY, is_part, is_within
from mockserver.checks.laws.law import Law
from mockserver.checks.plan import Query
from mockserver.checks.report import Finding
from mockserver.checks.symptoms import as_exact, is_of_answer

__all__ = ["find_by_dates", "is_narrower", "is_wider"]


def is_wider(known: Finding, finding: Finding) -> bool:
    """Say whether a finding of the same symptom says of more what another one says."""
    if known.symptom != finding.symptom:
        return False
    if finding.cause == FLAKY:
        # What shows now and then has no cause that could tell two such findings apart.
        return known.cause == FLAKY
    return known.law == finding.law and is_narrower(finding, known)


def is_narrower(one: Finding, two: Finding) -> bool:
    """Say whether all that a cause needs is needed for another one, too, which needs more."""
    are_sure = one.evidence.certainty == two.evidence.certainty == "reproducible"
    return are_sure and two.cause != () and is_part(two.cause, one.cause)


def find_by_dates(
    findings: Sequence[Finding], law: Law, symptom: str, query: Query
) -> Finding | None:
    """Return the finding on wrong rows by dates, where a law has asked by just such dates."""
    if law.reads != "own" or is_of_answer(symptom):
        return None
    asked = [Query(one.filters) for one in law.asks(query) if one.filters]
    return next(
        (
            finding
            for finding in findings
            if [axis for axis, _ in finding.cause] == ["afterDate"]
            and as_exact(finding.symptom) is not None
            and asked
            and all(is_within(finding.cause, one) for one in asked)
        ),
        None,
    )
