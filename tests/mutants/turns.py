"""Try mutants on several threads, in an order that does not depend on which is ready first."""

import collections
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from tests.mutants.figures import Row, counts
from tests.mutants.making import Mutant

__all__ = ["in_order", "until"]


def until(count: int, results: Iterable[Row]) -> Iterator[Row]:
    """Yield results until so many count."""
    counting = 0
    for row in results:
        yield row
        counting += counts(row)
        if counting == count:
            return


def in_order(
    pool: ThreadPoolExecutor,
    attempt: Callable[[Mutant], Row],
    mutants: Iterable[Mutant],
    *,
    ahead: int,
) -> Iterator[Row]:
    """Yield the results in the order of the mutants, of which some are tried ahead."""
    waiting: collections.deque[Future[Row]] = collections.deque()
    try:
        for mutant in mutants:
            waiting.append(pool.submit(attempt, mutant))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
