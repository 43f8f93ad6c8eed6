"""Laws on ids that nobody has: spoiled ones, patterns, made-up ones, ids of another kind."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts
from mockserver.checks.laws.id_choices import POOLS, one_id
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    all_of,
    exact,
    holds,
    list_of,
    measured,
    relational,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, Term, query

__all__ = ["UNKNOWN_ID_LAWS"]

_REFUSALS = {404: "not-found", 403: "forbidden"}
_PATTERNS = ("like", "blank", "glob", "dot", "zero", "twice")


def _near_misses(case: Case) -> Judgement:
    wanted = {value.partition("!")[0] for term in case.plan.filters for value in term.values}
    known = case.facts.all_ids
    judgements = []
    for index, page in enumerate(case.pages):
        if page.status in (400, 403, 404):
            judgements.append(holds())
            continue
        judgement = exact(case, index) if known and wanted else vacuous("no ids")
        # A spoiled id selects nothing, so that an empty answer is telling here.
        if judgement.verdict == "vacuous" and page.rows is not None and case.core:
            judgement = holds()
        judgements.append(judgement)
    return all_of(judgements)


def _spoil(plan: Query) -> Sequence[Query]:
    """Return queries for ids that lack a character or have one more, and for patterns of them."""
    return tuple(
        Query(
            tuple(
                Term(name=t.name, values=tuple(f"{v}!{c}" for v in t.values for c in changes))
                for t in plan.terms
            )
        )
        for changes in (("drop", "append"), _PATTERNS)
    )


def _measure_unknown(case: Case) -> Judgement:
    seen = {page.status for page in case.pages}
    for index, page in enumerate(case.pages):
        problem = None if page.status == 400 else _selects_nothing(case, index)
        if problem is not None:
            return problem
    if len(seen) > 1:
        return violated("unknown ids answered in two ways", "two ways", "one way")
    status = seen.pop()
    # A host that calls such an id malformed says nothing of one that is merely unknown.
    return holds() if status == 400 else measured("unknown-id", _REFUSALS.get(status, "empty"))


def _two_unknown(plan: Query) -> Sequence[Query]:
    name = plan.terms[0].name
    asked = query((name, "$unknown[0]"))
    return (asked, query((name, "$unknown[2]"))) if name == POOLS[0][0] else (asked,)


def _measure_malformed(case: Case) -> Judgement:
    page = case.pages[0]
    if page.status == 400:
        return measured("malformed-id", "error")
    problem = _selects_nothing(case, 0)
    if problem is not None:
        return problem
    is_as_unknown = case.may_be("unknown-id", _REFUSALS.get(page.status, "empty"))
    return measured("malformed-id", "empty") if is_as_unknown else holds()


def _selects_nothing(case: Case, index: int) -> Judgement | None:
    """Return the violation that an id which nobody has is neither refused nor without rows."""
    if case.pages[index].status in _REFUSALS:
        return None
    problem = list_of(case, index)
    if problem is not None:
        return problem
    if case.pages[index].rows:
        return violated("unknown id selects rows", "rows for an id nobody has", "no rows")
    return None


def _unknowns(facts: Facts) -> Sequence[Query]:
    return [query((name, "$unknown[0]")) for name, _ in POOLS]


def _malformed(facts: Facts) -> Sequence[Query]:
    return [query((name, "$unknown[1]")) for name, _ in POOLS]


def _other_kinds(facts: Facts) -> Sequence[Query]:
    kinds = ("account", "endpoint", "customer")
    others = (
        (name, [f"${pool}[0]" for pool in kinds if pool != own and facts.pools.get(pool)])
        for name, own in POOLS
    )
    return [query((name, ids)) for name, ids in others if ids]


def _selects_its_kind(case: Case) -> Judgement:
    if case.pages[0].status in (400, 403, 404):
        return holds()
    judgement = exact(case, 0)
    # Where nobody's row has that id, an empty answer is telling.
    is_empty = case.pages[0].rows == () and case.core
    return holds() if judgement.verdict == "vacuous" and is_empty else judgement


UNKNOWN_ID_LAWS = (
    relational(
        "L19-near-miss",
        "An id that lacks a character, has one more or is a pattern selects nothing.",
        "must",
        _near_misses,
        plans=one_id,
        asks=_spoil,
        cost=3,
        value=4.0,
    ),
    relational(
        "L21-unknown-id",
        "An id that nobody has, in the form of ids here, selects nothing or is refused: one way.",
        "must",
        _measure_unknown,
        plans=_unknowns,
        asks=_two_unknown,
        cost=2,
        value=5.0,
        point="unknown-id",
    ),
    relational(
        "L85-malformed-id",
        "An id of another form than ids have here selects nothing or is refused.",
        "must",
        _measure_malformed,
        plans=_malformed,
        cost=1,
        value=4.5,
        point="malformed-id",
    ),
    relational(
        "L83-other-kind",
        "An id of an account, endpoint or customer selects nothing where another kind belongs.",
        "must",
        _selects_its_kind,
        plans=_other_kinds,
        cost=1,
        value=8.0,
    ),
)
