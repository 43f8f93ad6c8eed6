"""Law on ids whose letters change their case."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts, value_of
from mockserver.checks.laws.id_choices import POOLS, ids
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    relational,
    vacuous,
    violated,
)
from mockserver.checks.laws.nobodys import (
    OTHER_CASE,
    is_another,
    lists_of_nobodys,
    reading_of_case,
)
from mockserver.checks.plan import Query, query
from mockserver.checks.selection import matches

__all__ = ["ID_CASE_LAWS"]

_REFUSALS = (400, 403, 404)


def _one_of_each(facts: Facts) -> Sequence[Query]:
    # An account in another case is outside the scope of a live run.
    named = [name for name, _ in POOLS if name != "accountIds" or not facts.is_live]
    own = {name: f"${pool}[0]" for name, pool in POOLS}
    names = [name for name in named if facts.count(name) and is_another(own[name], facts)]
    return [query(*(ids(name, 0) for name in names))] if names else []


def _in_other_case(plan: Query) -> Sequence[Query]:
    return tuple(query((term.name, [f"{term.values[0]}{OTHER_CASE}"])) for term in plan.filters)


def _shared_lists(plan: Query, facts: Facts) -> Sequence[Query]:
    lists = lists_of_nobodys(plan, facts)
    return lists if all(asked.terms[0].values[-1].endswith(OTHER_CASE) for asked in lists) else ()


def _is_alike_in_lists(case: Case) -> Judgement | None:
    readings = {reading_of_case(case, index) for index in range(len(case.pages))}
    return holds() if readings in ({"all"}, {"none"}) else None


def _reads_case_alike(case: Case) -> Judgement:
    choices = {_choice(case, index, term.values[0]) for index, term in enumerate(case.plan.filters)}
    if choices >= {"all", "none"}:
        return violated(
            "case counts in some parameters",
            "rows for an id in another case, in some parameters alone",
            "in all of them, or in none",
        )
    return holds() if choices - {""} else vacuous("no rows of an id with letters")


def _choice(case: Case, index: int, symbol: str) -> str:
    """Return whether an id in another case selects `all` of its rows or `none`.

    Empty where that is not known; other rows than these are for the laws on unknown ids.
    """
    page, changed = case.pages[index], value_of(f"{symbol}{OTHER_CASE}", case.facts)
    if changed == value_of(symbol, case.facts) or changed in case.facts.all_ids:
        return ""
    meaning = query((page.query.terms[0].name, [symbol]))
    selected = {key for key, row in case.core.items() if matches(meaning, row, case.facts)}
    # What is neither a list nor a refusal is for L16.
    if not selected or (page.rows is None and page.status not in _REFUSALS):
        return ""
    kept = case.kept(index)
    if not kept:
        return "none"
    return "all" if kept == selected or case.is_capped(index) else ""


ID_CASE_LAWS: tuple[Law, ...] = (
    relational(
        "L95-id-case",
        "An id in another case is that id, or nobody's: one of them in every parameter.",
        "should",
        _reads_case_alike,
        plans=_one_of_each,
        asks=_in_other_case,
        shared=_shared_lists,
        spares=_is_alike_in_lists,
        cost=1,
        value=4.2,
    ),
)
