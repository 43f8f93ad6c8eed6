"""Laws on accountIds, endpointIds and customerIds: what they select, however they are spelled."""

from collections.abc import Sequence

from mockserver.checks.decode import Row
from mockserver.checks.facts import Facts, Key, matches, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.laws.id_choices import ids, two_ids
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    as_the_plan,
    every_ask,
    holds,
    list_of,
    measured,
    relational,
    rows_by_key,
    vacuous,
    violated,
)
from mockserver.checks.plan import LIST_NAMES, Query, Term, query

__all__ = ["FILTER_LAWS"]

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
    plans = []
    for one, two in (("endpointIds", "accountIds"), ("customerIds", "endpointIds")):
        for first, second in ((0, 1), (0, 2), (1, 0), (0, 3)):
            if facts.count(one) > first and facts.count(two) > second:
                plans.append(query(ids(one, first), ids(two, second)))
    return plans


def _unions(facts: Facts) -> Sequence[Query]:
    plans = []
    for span in (3, 1, 2):
        for name in LIST_NAMES:
            count = facts.count(name)
            if count >= span and not (span == 2 and count == 2):
                plans.append(query(ids(name, *range(span))))
    plans += [query(ids("endpointIds", i)) for i in range(1, min(facts.count("endpointIds"), 6))]
    return plans


def _intersections(facts: Facts) -> Sequence[Query]:
    pairs = (("accountIds", "endpointIds"), ("accountIds", "customerIds"))
    plans = []
    if all(facts.count(name) for name in LIST_NAMES):
        plans.append(query(*(ids(name, *range(min(facts.count(name), 2))) for name in LIST_NAMES)))
    for one, two in (*pairs, ("endpointIds", "customerIds")):
        if facts.count(one) and facts.count(two):
            plans.append(query(ids(one, 0), ids(two, *range(min(facts.count(two), 6)))))
    return plans


def _shuffle(plan: Query) -> Sequence[Query]:
    reverse = tuple(
        Term(name=t.name, values=(*reversed(t.values), t.values[-1]), style=t.style)
        for t in plan.terms
    )
    return (Query(reverse),)


def _reorder(plan: Query) -> Sequence[Query]:
    return (Query(tuple(reversed(plan.terms))),)


def _covers(case: Case) -> Judgement:
    for index in range(len(case.pages)):
        problem = list_of(case, index)
        if problem is not None:
            return problem
    seen = frozenset[Key]().union(*(page.keys for page in case.pages))
    wanted = {k for k, row in case.core.items() if matches(case.plan, row, case.facts)}
    if wanted - seen and not any(case.is_capped(i) for i in range(len(case.pages))):
        return violated("parts miss rows", "parts of the list miss rows of it", "every row")
    if seen - case.listed and case.facts.row_cap is None and _cap_of(case, seen) is None:
        return violated("list misses rows", "parts of the list hold rows that it lacks", "none")
    return holds() if wanted else vacuous("no rows")


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
    rows = {k: row for page in case.pages for k, row in rows_by_key(page).items()}
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


def _partitions(facts: Facts) -> Sequence[Query]:
    return [
        query(ids(name, *range(min(facts.count(name), 60))))
        for name in ("endpointIds", "accountIds")
        if facts.count(name)
    ]


def _in_batches(plan: Query) -> Sequence[Query]:
    term = plan.terms[0]
    size = max(1, -(-len(term.values) // 4))
    return tuple(
        query((term.name, term.values[i : i + size])) for i in range(0, len(term.values), size)
    )


def _interleave(plan: Query) -> Sequence[Query]:
    first, second = plan.terms[:2]
    one, both = Query((first,)), Query((first, second))
    return (one, both, one, Query((second,)))


def _two_filters(facts: Facts) -> Sequence[Query]:
    return [
        query(ids(one, 0), ids(two, 0))
        for one, two in (("endpointIds", "accountIds"), ("customerIds", "endpointIds"))
        if facts.count(one) and facts.count(two)
    ]


def _three_filters(facts: Facts) -> Sequence[Query]:
    if not facts.count("endpointIds") or not facts.count("accountIds") or not facts.dates:
        return []
    early = ("afterDate", f"$row[{len(facts.dates) // 4}].date-1s")
    return [
        query(
            ids("accountIds", 0),
            ids("endpointIds", *range(min(6, facts.count("endpointIds")))),
            early,
        )
    ]


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
        "L06-union",
        "A list of ids selects the rows of each of them, all of them and no others.",
        "must",
        every_ask,
        plans=_unions,
        cost=1,
        value=9.0,
        draws="ids",
    ),
    relational(
        "L10-intersection",
        "Filters together select the rows that each of them selects.",
        "must",
        every_ask,
        plans=_intersections,
        cost=1,
        value=8.0,
        draws="ids",
    ),
    relational(
        "L20-permutation",
        "The order of ids does not matter, and an id given twice counts once.",
        "must",
        as_the_plan,
        plans=two_ids,
        asks=_shuffle,
        cost=1,
        value=4.0,
        draws="ids",
    ),
    relational(
        "L36-partition",
        "The rows of every endpoint together are the list; the same for accounts.",
        "must",
        _covers,
        plans=_partitions,
        asks=_in_batches,
        cost=4,
        value=2.5,
        point="row-cap",
    ),
    relational(
        "L37-interleaved",
        "A query between two others changes neither answer.",
        "must",
        every_ask,
        plans=_two_filters,
        asks=_interleave,
        cost=4,
        value=1.5,
    ),
    relational(
        "L47-parameter-order",
        "The order of parameters does not matter.",
        "must",
        as_the_plan,
        plans=_three_filters,
        asks=_reorder,
        cost=1,
        value=2.0,
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
