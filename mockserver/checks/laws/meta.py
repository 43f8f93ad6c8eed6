"""Laws on the run itself: whether its data could show anything, and whether it is as expected."""

from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous
from mockserver.checks.plan import LIST_NAMES

__all__ = ["META_LAWS"]


def _could_fail(case: Case) -> Judgement:
    """Judge that each filter has rows to select and rows to leave out."""
    if not case.core:
        return vacuous("the whole list showed no rows")
    for name in LIST_NAMES:
        count = len({str(case.facts.value(row, name)) for row in case.core.values()})
        if case.facts.count(name) < 1 or count < 2:
            return vacuous(f"too few values to tell whether `{name}` filters")
    if len(set(case.facts.dates)) < 2:
        return vacuous("too few dates to tell whether `afterDate` filters")
    return holds()


def _is_as_expected(case: Case) -> Judgement:
    if not case.profile:
        return vacuous("no --profile to compare with")
    wanted = {p: c for p, c in case.profile.items() if p in case.learned}
    unlike = [p for p, c in wanted.items() if case.learned[p] and c not in case.learned[p]]
    if unlike:
        return vacuous(f"seen otherwise: {', '.join(unlike)}")
    unseen = [p for p in wanted if not case.learned[p]]
    return vacuous(f"not seen: {', '.join(unseen)}") if unseen else holds()


META_LAWS = (
    Law(
        id="L69-telling-data",
        statement="Measured: whether every filter has rows to select and rows to leave out.",
        tier="learn",
        kind="single",
        reads="all",
        judge=_could_fail,
    ),
    Law(
        id="L70-profile",
        statement="Measured: whether every point that can be seen is as in the profile.",
        tier="learn",
        kind="single",
        reads="all",
        judge=_is_as_expected,
    ),
)
