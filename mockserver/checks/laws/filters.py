"""Laws on accountIds, endpointIds and customerIds: what they select, however they are spelled."""

from collections.abc import Sequence

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Facts, Key, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.laws.id_choices import ids
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    holds,
    list_of,
    measured,
    relational,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query
from mockserver.checks.selection import matches

__all__ = ["FILTER_LAWS"]

# A default run tries the first two, of which one names an account.
_PAIRS = (
    ("customerIds", "endpointIds"), ("endpointIds", "accountIds"), ("customerIds", "accountIds"),
)  # fmt: skip
_ROUND = frozenset({1, 2, 5, 25, 75})


def _is_contradiction_empty(case: Case) -> Judgement:
    problem = list_of(case, 0)
    if problem is not None:
        return problem
    if any(matches(case.plan, row, case.facts) for row in case.core.values()):
        return vacuous("a row of the list fits both ids")
    if case.kept(0):
        return violated("contradiction selects rows", "rows", "an empty list")
    return holds() if case.core else vacuous("no rows")


def _contradictions(facts: Facts) -> Sequence[Query]:
    return [
        query(ids(one, first), ids(two, second))
        for first, second in ((0, 1), (1, 0))
        for one, two in _PAIRS
        if facts.count(one) > first and facts.count(two) > second
    ]


def _measure_cap(case: Case) -> Judgement:
    for index in range(len(case.pages)):
        problem = list_of(case, index)
        if problem is not None:
            return problem
    seen = frozenset[Key]().union(*(page.keys for page in case.pages))
    if not seen - case.listed:
        return measured("row-cap", "none") if seen and case.core else vacuous("no rows")
    cap = _cap_of(case, seen)
    if cap is None:
        return vacuous("the list lacks rows, but not as a cap would have it")
    # Rows that come and go show as absent too: a cap counts only when a re-read shows the same.
    return Judgement(
        verdict="violated" if len(case.lengths) < 2 else "holds",
        symptom="row cap",
        received="a list that ends at a number of rows",
        documented="every row",
        measured=(("row-cap", (str(cap),)),),
    )


def _cap_of(case: Case, seen: frozenset[Key]) -> int | None:
    """Return the cap that explains why the list lacks rows, or None."""
    if len(set(case.lengths)) != 1:
        return None
    cap = case.lengths[0]
    if case.profile.get("row-cap") == str(cap):
        return cap
    if cap in _ROUND or (cap and cap % 10 == 0):
        return cap
    rows = {k: row for page in case.pages for k, row in page.by_key.items()}
    if max(case.core, default=("",)) < min(seen - case.listed):
        # The list stands in the order of ids.
        return cap
    hidden = [_date(rows[key]) for key in seen - case.listed]
    shown = [_date(row) for row in case.core.values()]
    known = [d for d in shown if d is not None]
    if not known or None in hidden:
        return None
    dates = [d for d in hidden if d is not None]
    is_tail = max(dates) <= min(known) or min(dates) >= max(known)
    return cap if is_tail else None


def _date(row: Row) -> int | None:
    return parse_instant(message_of(row).get("date"))


def _parts(facts: Facts) -> Sequence[Query]:
    count = min(facts.count("endpointIds"), 3)
    return [query(ids("endpointIds", *range(count)))] if count else []


def _each_by_itself(plan: Query) -> Sequence[Query]:
    term = plan.terms[0]
    return tuple(query((term.name, value)) for value in term.values)


FILTER_LAWS = (
    relational(
        "L02-contradiction",
        "An endpoint asked for together with another account selects nothing.",
        "must",
        _is_contradiction_empty,
        plans=_contradictions,
        cost=1,
        value=6.0,
    ),
    relational(
        "L67-row-cap",
        "Measured: whether lists end at a number of rows.",
        "learn",
        _measure_cap,
        plans=_parts,
        asks=_each_by_itself,
        cost=3,
        value=100.0,
        point="row-cap",
    ),
)
