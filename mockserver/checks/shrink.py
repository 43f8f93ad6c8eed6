"""Make a failing plan small on the target by returning its axes to plain, in a few requests."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mockserver.checks.plan import LIST_NAMES, Query, Term

__all__ = ["MAX_SHRINK_REQUESTS", "shrink_query"]

MAX_SHRINK_REQUESTS = 20


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
    """Yield queries with a term less, then with one id or half of them, then spelled plainly."""
    for term in plan.terms:
        is_filter = not term.name.startswith("@")
        if is_free or (is_filter and len(plan.filters) > 1):
            yield Query(tuple(kept for kept in plan.terms if kept is not term))
    for index, term in enumerate(plan.terms):
        for plainer in (*_shorter(term), *(_plainer(term) if is_plain else ())):
            terms = list(plan.terms)
            terms[index] = plainer
            yield Query(tuple(terms))


def _shorter(term: Term) -> Iterator[Term]:
    count = len(term.values)
    if count > 1 and term.name == "@odd":
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


def _plainer(term: Term) -> Iterator[Term]:
    if term.style != "comma":
        yield replace(term, style="comma")
    plain = tuple(
        value.partition("!")[0] if value.startswith("$") else value for value in term.values
    )
    if plain != term.values:
        yield replace(term, values=plain)
