"""Laws on ids that nobody has: spoiled ones, patterns, made-up ones, ids of another kind."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts
from mockserver.checks.laws.id_choices import POOLS
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    all_of,
    exact,
    holds,
    list_of,
    measured,
    relational,
    violated,
)
from mockserver.checks.laws.nobodys import (
    NEAR,
    PATTERNS,
    lists_of_nobodys,
    none_selects,
    other_kinds,
    spoiled,
)
from mockserver.checks.plan import NO_ID, ZERO_ID, Query, query

__all__ = ["UNKNOWN_ID_LAWS"]

_REFUSALS = {404: "not-found", 403: "forbidden"}


def _near_misses(facts: Facts) -> Sequence[Query]:
    """Return queries for ids that lack a character or have one more, and for patterns of them."""
    changes = (*NEAR, *PATTERNS)
    return [
        query((name, [*(spoiled(pool, change, facts) for change in changes), NO_ID, ZERO_ID]))
        for name, pool in POOLS
        if facts.count(name)
    ]


def _by_form(plan: Query) -> Sequence[Query]:
    """Return near misses and patterns apart: a host may refuse what is a pattern."""
    term = plan.terms[0]
    near = [value for value in term.values if value.endswith(NEAR)]
    patterns = [value for value in term.values if value not in near]
    return tuple(query((term.name, values)) for values in (near, patterns) if values)


def _measure_unknown(case: Case) -> Judgement:
    status = case.pages[0].status
    if status == 400:
        # A host that calls such an id malformed says nothing of one that is merely unknown.
        return holds()
    problem = _selects_nothing(case)
    return problem or measured("unknown-id", _REFUSALS.get(status, "empty"))


def _measure_malformed(case: Case) -> Judgement:
    page = case.pages[0]
    if page.status == 400:
        return measured("malformed-id", "error")
    problem = _selects_nothing(case)
    if problem is not None:
        return problem
    is_as_unknown = case.may_be("unknown-id", _REFUSALS.get(page.status, "empty"))
    return measured("malformed-id", "empty") if is_as_unknown else holds()


def _selects_nothing(case: Case) -> Judgement | None:
    """Return the violation that an id which nobody has is neither refused nor without rows."""
    page = case.pages[0]
    if page.status in _REFUSALS:
        return None
    problem = list_of(case, 0)
    if problem is None and page.rows:
        received = "rows for an id nobody has"
        return violated("unknown id selects rows", received, "no rows", asked=page.query)
    return problem


def _unknowns(facts: Facts) -> Sequence[Query]:
    return [query((name, "$unknown[0]")) for name, _ in POOLS]


def _malformed(facts: Facts) -> Sequence[Query]:
    return [query((name, "$unknown[1]")) for name, _ in POOLS]


def _other_kinds(facts: Facts) -> Sequence[Query]:
    return [query((name, ids)) for name, _ in POOLS if (ids := other_kinds(name, facts))]


def _but_first(plan: Query, facts: Facts) -> Sequence[Query]:
    """Return the lists of a plan, but for the one that measures: that asks for its id alone."""
    first = next((name for name, _ in POOLS if name in facts.fields), "")
    return () if plan.get(first) is not None else lists_of_nobodys(plan, facts)


def _select_none_else(case: Case) -> Judgement:
    return all_of(_selects_none_else(case, index) for index in range(len(case.pages)))


def _selects_none_else(case: Case, index: int) -> Judgement:
    page = case.pages[index]
    if page.status in (400, 403, 404):
        return holds()
    judgement = exact(case, index)
    # Where nobody's row has that id, an empty answer is telling.
    is_empty = page.rows == () and case.core
    return holds() if judgement.verdict == "vacuous" and is_empty else judgement


UNKNOWN_ID_LAWS = (
    relational(
        "L19-near-miss",
        "An id that lacks a character, has one more or another, is a pattern, `null` or nothing but"
        " zeros selects nothing.",
        "must",
        _select_none_else,
        plans=_near_misses,
        asks=_by_form,
        shared=lists_of_nobodys,
        spares=none_selects,
        cost=1,
        value=6.0,
    ),
    relational(
        "L21-unknown-id",
        "An id that nobody has, in the form of ids here, selects nothing or is refused.",
        "must",
        _measure_unknown,
        plans=_unknowns,
        shared=_but_first,
        spares=none_selects,
        cost=1,
        value=5.0,
        point="unknown-id",
    ),
    relational(
        "L85-malformed-id",
        "An id of another form than ids have here selects nothing or is refused.",
        "must",
        _measure_malformed,
        plans=_malformed,
        shared=_but_first,
        spares=none_selects,
        cost=1,
        value=4.5,
        point="malformed-id",
    ),
    relational(
        "L83-other-kind",
        "An id of an account, endpoint, customer, conversation or message selects nothing where"
        " another kind belongs.",
        "must",
        _select_none_else,
        plans=_other_kinds,
        shared=lists_of_nobodys,
        spares=none_selects,
        cost=1,
        value=8.0,
    ),
)
