"""Choose in which order laws' plans are tried, and how many requests each block of a run gets.

Every law is tried once before any is tried again. What that takes, what the histories take and
what is drawn is kept for them; the covering array and what is refused share the rest.
"""

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from mockserver.checks.laws.law import Law
from mockserver.checks.plan import Query

__all__ = ["Asking", "Shares", "in_order", "need_of", "share_out"]

# How much less a law's next plan is expected to find.
_FADE = 0.25
# What is expected to find less is tried after the second plans of others.
_LITTLE = 1.0
# Of the budget: what the array and what is refused get at most, and whatever else is needed.
_COVER, _LEAST = 0.36, 0.2
# Per kind of target: how many are drawn at least, and as which share of a small budget.
_DRAWN = {False: (30, 0.13), True: (60, 0.5)}
# Reading the whole list again and polling it, twice; asks that a shared answer spares no law.
_AGAIN, _ALONE = 4, 3

# A plan of a law, and the queries whose answers it shares with others.
Asking = tuple[Law, Query, Sequence[Query]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Hold how many requests the blocks get; the laws' plans get the rest.

    Attributes:
        cover: for the covering array, what is refused and what stands at an edge.
        histories: kept for histories.
        drawn: kept for what is drawn.
    """

    cover: int = 0
    histories: int = 0
    drawn: int = 0


def share_out(
    left: int, *, budget: int, is_live: bool, laws: int, histories: int, most_drawn: int | None
) -> Shares:
    """Return the shares of a run.

    Args:
        left: requests that are left, of the `budget` that the run began with.
        laws: what the laws need to be tried once each.
        histories: what the histories need.
        most_drawn: how many may be drawn; None for no bound.
    """
    least, share = _DRAWN[is_live]
    drawn = min(least, int(budget * share))
    if most_drawn is not None:
        drawn = min(drawn, most_drawn)
    rest = left - laws - histories - drawn - _AGAIN - _ALONE
    cover = max(int(budget * _LEAST), min(int(budget * _COVER), rest))
    return Shares(cover=cover, histories=histories, drawn=drawn)


def in_order(
    laws: Sequence[Law],
    plans: Callable[[Law], Sequence[Query]],
    shared: Callable[[Law, Query], Sequence[Query]],
) -> list[Asking]:
    """Return one plan of each law and then the rest, each by what they are expected to find.

    A law's later plans find less; an answer that several share is worth what they are together.
    """
    scored = [
        (index, law.value * _FADE**index, (law, query, shared(law, query)))
        for law in laws
        for index, query in enumerate(plans(law))
    ]
    worth: Counter[Query] = Counter()
    for _, value, (_, _, asks) in scored:
        worth.update(dict.fromkeys(asks, value))

    def rank(item: tuple[int, float, Asking]) -> tuple[bool, float, str]:
        index, value, (law, _, asks) = item
        most = max([value, *(worth[asked] for asked in asks)])
        return index > 0 or law.value < _LITTLE, -most, law.id

    return [asking for _, _, asking in sorted(scored, key=rank)]


def need_of(askings: Sequence[Asking], answered: Container[Query]) -> int:
    """Return how many requests it takes to try each law once, but those that find little.

    What is asked at the same time is what the array asks for anyway.

    Args:
        answered: what laws have asked for already.
    """
    first: dict[str, Asking] = {}
    for asking in askings:
        if asking[0].value >= _LITTLE and not asking[0].is_together:
            first.setdefault(asking[0].id, asking)
    shared = {a for _, _, asks in first.values() for a in asks if a not in answered}
    return len(shared) + sum(
        len(law.asks(query)) for law, query, asks in first.values() if not asks
    )
