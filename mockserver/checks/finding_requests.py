"""Choose the requests that show a finding, in the order in which they are asked."""

from collections.abc import Sequence
from dataclasses import replace

from mockserver.checks.asked import asked_of
from mockserver.checks.judgement import Judgement
from mockserver.checks.laws.law import Law, asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import Query, parse_plan
from mockserver.checks.report import Finding
from mockserver.errors import UsageError

__all__ = ["asks_shown", "with_request"]

# Of a law that asks very often: the last before the answer that is wrong, or the first.
_MOST = 6


def asks_shown(law: Law, query: Query, judgement: Judgement) -> Sequence[Query]:
    """Return what a law asks on a plan, up to the request whose answer is wrong."""
    if law.reads != "own":
        return [judgement.asked or query]
    asks = list(asks_of(law, query))
    if judgement.asked is None:
        return asks[:_MOST]
    if judgement.asked not in asks:
        return [judgement.asked]
    return asks[: asks.index(judgement.asked) + 1][-_MOST:]


def with_request(finding: Finding) -> Finding:
    """Return a finding with the requests of its plan, where its evidence names none."""
    if finding.evidence.requests or not finding.plan:
        return finding
    try:
        plan = parse_plan(finding.plan)
        asks = asks_of(find_laws(plan.law)[0], plan.query)[:_MOST]
    except UsageError:
        # A plan for people, such as that of several answers together.
        return finding
    evidence = replace(finding.evidence, requests=tuple(map(asked_of, asks)))
    return replace(finding, evidence=evidence)
