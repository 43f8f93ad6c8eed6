"""Make a failing plan small on the target by returning its axes to plain, in a few requests."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.expectation import STRANGERS
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query, Term
from mockserver.checks.type_asked import type_asked

__all__ = ["MAX_SHRINK_REQUESTS", "plainly", "shrink_query"]

MAX_SHRINK_REQUESTS = 20
_INPUTS = ("@odd", "@callbacks")


def shrink_query(
    plan: Query,
    fails: Callable[[Query], bool],
    *,
    cost: int,
    max_requests: int = MAX_SHRINK_REQUESTS,
    is_free: bool = False,
    is_plain: bool = True,
) -> Query:
    """Return the smallest query found that still fails.

    Args:
        fails: asks the target whether a smaller query fails in the same way.
        cost: the requests of one such question.
        is_free: whether any term may go, where the query is asked as it stands.
        is_plain: whether ids and dates may be spelled plainly, where no spelling is the law's own.
    """
    left = max_requests // max(cost, 1)
    tried = {plan}
    is_smaller = True
    while is_smaller and left > 0:
        is_smaller = False
        for candidate in smaller(plan, is_free=is_free, is_plain=is_plain):
            if candidate in tried:
                continue
            if left <= 0:
                break
            left -= 1
            tried.add(candidate)
            if fails(candidate):
                plan, is_smaller = candidate, True
                break
    return plan


def smaller(plan: Query, *, is_free: bool = False, is_plain: bool = True) -> Iterator[Query]:
    """Yield queries with less around them, with a term less, with fewer ids, spelled plainly."""
    if is_free:
        yield from _with_less_around(plan)
    for term in plan.terms:
        is_filter = not term.name.startswith("@")
        if is_free or (is_filter and len(plan.filters) > 1):
            yield Query(tuple(kept for kept in plan.terms if kept is not term))
    for index, term in enumerate(plan.terms):
        for plainer in (*(_plainer(term) if is_plain else ()), *_shorter(term)):
            terms = list(plan.terms)
            terms[index] = plainer
            yield Query(tuple(terms))
    if is_plain:
        yield from _with_known_ids(plan)


def plainly(query: Query) -> Query:
    """Return the filters of a query spelled plainly; nothing where one is no symbol."""
    terms = [
        replace(term, values=_bare(term.values), style="comma")
        for term in query.filters
        if term.name in FILTER_NAMES
    ]
    is_plain = all(
        value.startswith("$") and not value.startswith("$unknown")
        for term in terms
        for value in term.values
    )
    return Query(tuple(terms)) if is_plain else Query()


def _with_less_around(plan: Query) -> Iterator[Query]:
    """Yield the filters plainly, as they are, around the same type by the plain way, in order."""
    if plan.directive("auth", "none") in STRANGERS - {"none"}:
        yield plan.with_values("@auth", "none")
    if plan.directive("auth") == "session":
        # Whose session it is, is of the run; who reads by Basic, is of the query.
        yield plan.with_values("@auth", "other")
    filters = [term for term in plan.terms if term.name in FILTER_NAMES]
    around = [term for term in plan.terms if term.name not in FILTER_NAMES]
    plain = Query(tuple(map(_plainest, filters)))
    if plain != plan:
        yield plain
        yield Query((*plain.terms, *around))
    if around:
        yield Query(tuple(filters))
    if filters and around:
        yield Query(tuple(around))
        yield Query(tuple(term for term in plan.terms if not term.name.startswith("@header-")))
    named = type_asked(plan)
    if named is not None and (set(named[1]) - {"accept"}):
        kind = named[0]
        kept = plan.without("@path", "format", "@accept")
        yield kept if kind == "json" else kept.with_values("@accept", MEDIA_TYPES[kind])
    ordered = sorted(filters, key=lambda term: FILTER_NAMES.index(term.name))
    if ordered != filters:
        yield Query((*ordered, *around))


def _with_known_ids(plan: Query) -> Iterator[Query]:
    """Yield the query with an id that the target showed where a list has nobody's."""
    for term in plan.filters:
        pool = f"${term.name.removesuffix('Ids')}["
        if term.name in LIST_NAMES and not any(value.startswith(pool) for value in term.values):
            yield plan.with_terms(replace(term, values=(f"{pool}0]",)))


def _shorter(term: Term) -> Iterator[Term]:
    count = len(term.values)
    if count > 1 and term.name in _INPUTS:
        # Inputs that have nothing to do with each other: one of them is enough.
        yield from (replace(term, values=(value,)) for value in term.values)
    if count < 2 or not (term.name in LIST_NAMES or term.name.startswith("@dates")):
        return
    yield replace(term, values=term.values[:1])
    yield replace(term, values=term.values[-1:])
    if count > 2:
        yield replace(term, values=term.values[: count // 2])
        yield replace(term, values=term.values[count // 2 :])
        for i in range(count):
            yield replace(term, values=term.values[:i] + term.values[i + 1 :])


def _plainest(term: Term) -> Term:
    for plainer in _plainer(term):
        return _plainest(plainer)
    return term


def _plainer(term: Term) -> Iterator[Term]:
    if term.style != "comma":
        yield replace(term, style="comma")
    plain = tuple(
        value.partition("!")[0] if value.startswith("$") else value for value in term.values
    )
    if plain != term.values:
        yield replace(term, values=plain)
    ordered = tuple(sorted(set(plain), key=_index))
    if term.name in LIST_NAMES and ordered != plain:
        yield replace(term, values=ordered)


def _index(symbol: str) -> tuple[str, int, str]:
    pool, _, rest = symbol.partition("[")
    number = rest.partition("]")[0]
    return pool, int(number) if number.isdigit() else 0, rest


def _bare(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.partition("!")[0] for value in values))
