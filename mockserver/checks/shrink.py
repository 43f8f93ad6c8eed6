"""Make a failing plan small by delta debugging, on the target, within a few requests."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mockserver.checks.plan import LIST_NAMES, Query

__all__ = ["MAX_SHRINK_REQUESTS", "shrink_query"]

MAX_SHRINK_REQUESTS = 10


def shrink_query(
    plan: Query,
    fails: Callable[[Query], bool],
    *,
    cost: int,
    max_requests: int = MAX_SHRINK_REQUESTS,
) -> Query:
    """Return the smallest query found that still fails.

    Args:
        fails: asks the target whether a smaller query fails in the same way.
        cost: the requests of one such question.
    """
    left = max_requests // max(cost, 1)
    is_smaller = True
    while is_smaller and left > 0:
        is_smaller = False
        for candidate in smaller(plan):
            if left <= 0:
                break
            left -= 1
            if fails(candidate):
                plan, is_smaller = candidate, True
                break
    return plan


def smaller(plan: Query) -> Iterator[Query]:
    """Yield queries with a parameter less, then with half a list less, then with an id less."""
    if len(plan.filters) > 1:
        for term in plan.filters:
            yield Query(tuple(kept for kept in plan.terms if kept is not term))
    for index, term in enumerate(plan.terms):
        if term.name not in LIST_NAMES and not term.name.startswith("@dates"):
            continue
        count = len(term.values)
        halves = (term.values[: count // 2], term.values[count // 2 :]) if count > 2 else ()
        singles = tuple(term.values[:i] + term.values[i + 1 :] for i in range(count))
        for values in (*halves, *(singles if count > 1 else ())):
            terms = list(plan.terms)
            terms[index] = replace(term, values=values)
            yield Query(tuple(terms))
