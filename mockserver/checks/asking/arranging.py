"""Arrange the asks of one block: which go at the same time, and what stands between which."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from mockserver.checks.expectation import PAGING
from mockserver.checks.facts import Facts
from mockserver.checks.plan import Query, query

__all__ = ["parted", "woven"]

# How many are asked at the same time, where there are at least so many.
_AT_ONCE, _LEAST = 8, 10


def parted(asks: list[Query], facts: Facts) -> tuple[list[Query], list[Query]]:
    """Return what to ask one by one, and what may as well be asked at once: the last few.

    Whole lists stand among these, which are long on their way, and both users in turn, so that one
    may be taken for the other.
    """
    if facts.is_live or len(asks) < _LEAST:
        return asks, []
    # A session that is asked for in many requests at once may be renewed in each.
    free = [asked for asked in asks if asked.directive("auth") != "session"]
    own = [asked for asked in free if asked.directive("auth") != "other"]
    others = [asked for asked in free if asked.directive("auth") == "other"]
    theirs: list[Query] = []
    if facts.has_other:
        by_suffix = query(("@path", "/conversations.json"), ("@auth", "other"))
        theirs = [by_suffix, *others[1 - _AT_ONCE // 2 :]]
    # As clients write it that do not set `Accept`, or hope for pages, which the contract lacks.
    whole = query(("format", "json"), *((name, "1") for name in PAGING))
    sides = [whole, *own[len(theirs) + 1 - _AT_ONCE :]], theirs
    together = [asked for several in zip_longest(*sides) for asked in several if asked is not None]
    return [asked for asked in asks if asked not in together], together


def woven(asks: Sequence[Query], others: Sequence[Query]) -> Iterator[Query]:
    """Yield asks with others evenly between them."""
    step = len(asks) / max(len(others), 1)
    places = [(float(number), 0, asked) for number, asked in enumerate(asks)]
    places += [(step * (number + 0.5), 1, asked) for number, asked in enumerate(others)]
    yield from (asked for _, _, asked in sorted(places, key=lambda place: place[:2]))
