"""Choose what one user was answered and another asks next, word for word.

An answer that is kept, or a filter that looks at no user, shows in what the other gets. Only lists
count of which he may not see all.
"""

from collections.abc import Callable, Iterator, Sequence

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.plan import Query
from mockserver.checks.type_asked import type_asked

__all__ = ["crossings"]

Differs = Callable[[Query], bool]


def crossings(asked: Sequence[Query], most: int, differs: Differs) -> Iterator[Query]:
    """Yield up to so many queries that have each filter, type and way to ask among them.

    Args:
        asked: what the one user was answered, in order.
        most: how many at most.
        differs: whether the other user has to get another list.
    """
    traits = {query: _traits(query) for query in dict.fromkeys(asked) if differs(query)}
    met: set[str] = set()

    def worth(query: Query) -> tuple[bool, int, int]:
        # Types first; of those with most that is new the simplest, as it selects most rows.
        new = traits[query] - met
        return not new.isdisjoint((*MEDIA_TYPES, "callback")), len(new), -len(query.terms)

    for _ in range(min(most, len(traits))):
        best = max(traits, key=worth)
        met |= traits.pop(best)
        yield best


def _traits(asked: Query) -> frozenset[str]:
    kind, ways = type_asked(asked) or ("", [])
    kind = "callback" if asked.get("callback") is not None else kind
    named = [f"{term.name} {term.style}" for term in asked.terms]
    alone = [f"{term.name} alone" for term in asked.filters if len(asked.filters) == 1]
    return frozenset((*named, *alone, *ways, kind))
