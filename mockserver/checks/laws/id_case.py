"""Law on ids whose letters change their case."""

from collections.abc import Sequence

from mockserver.checks.facts import matches, value_of
from mockserver.checks.laws.id_choices import one_id
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    measured,
    relational,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query

__all__ = ["ID_CASE_LAWS"]

# Not a point of the profile: within a run it tells one parameter what another did.
_POINT = "id-case"
_CHANGE = "!swapcase"


def _in_other_case(plan: Query) -> Sequence[Query]:
    term = plan.terms[0]
    return (query((term.name, [f"{term.values[0]}{_CHANGE}"]), ("@learn", "1")),)


def _reads_case_alike(case: Case) -> Judgement:
    symbol = case.plan.terms[0].values[0]
    changed = value_of(f"{symbol}{_CHANGE}", case.facts)
    if changed == value_of(symbol, case.facts):
        return vacuous("ids without letters")
    if changed in case.facts.all_ids:
        return vacuous("ids that differ by case alone")
    page = case.pages[0]
    selected = {k for k, row in case.core.items() if matches(case.plan, row, case.facts)}
    if not selected:
        return vacuous("no rows of the id")
    if page.rows is None and page.status not in (400, 403, 404):
        return vacuous("no list, which L16 judges")
    kept = case.kept(0)
    if kept and kept != selected and not case.is_capped(0):
        return violated("some rows", "not just the rows of the id in its own case", "these or none")
    choice = "folded" if kept else "exact"
    if not case.may_be(_POINT, choice):
        return violated(
            "case counts in some parameters",
            "rows for an id in another case, in some parameters alone",
            "in all of them, or in none",
        )
    return measured(_POINT, choice)


ID_CASE_LAWS: tuple[Law, ...] = (
    relational(
        "L95-id-case",
        "An id in another case is that id, or nobody's: one of them in every parameter.",
        "should",
        _reads_case_alike,
        plans=one_id,
        asks=_in_other_case,
        cost=1,
        value=1.6,
    ),
)
