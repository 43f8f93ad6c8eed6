"""Say how far two queries are apart by their filters, however these are spelled."""

from collections.abc import Mapping

from mockserver.checks.plan import FILTER_NAMES, Query

__all__ = ["apart", "is_renamed"]


def apart(one: Query, two: Query) -> int:
    """Return by how many filters two queries differ; the same values under other names are one."""
    left, right = _meaning(one), _meaning(two)
    if is_renamed(one, two):
        return 1
    return sum(left.get(name) != right.get(name) for name in left.keys() | right.keys())


def is_renamed(one: Query, two: Query) -> bool:
    """Say whether two queries have the same values under other names."""
    left, right = _meaning(one), _meaning(two)
    values = [sorted(map(sorted, meaning.values())) for meaning in (left, right)]
    return left != right and values[0] == values[1]


def _meaning(query: Query) -> Mapping[str, frozenset[str]]:
    """Return the filters of a query, spelled plainly."""
    return {
        term.name: frozenset(value.partition("!")[0] for value in term.values)
        for term in query.filters
        if term.name in FILTER_NAMES
    }
