"""Choose ids and lists of ids to name in plans; [] where the target showed too few."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts
from mockserver.checks.plan import LIST_NAMES, Query, query

__all__ = ["OTHER_TYPES", "POOLS", "ids", "one_id", "part", "telling_parts", "two_ids"]

# What a list may come in beside JSON.
OTHER_TYPES = ("application/xml", "text/csv", "application/jsv")
POOLS = (("endpointIds", "endpoint"), ("customerIds", "customer"), ("accountIds", "account"))


def ids(name: str, *indexes: int) -> tuple[str, list[str]]:
    """Return a term of ids by index."""
    return name, [f"${dict(POOLS)[name]}[{index}]" for index in indexes]


def one_id(facts: Facts) -> Sequence[Query]:
    """Return a query for the id with most rows, for each list parameter."""
    return [query(ids(name, 0)) for name in LIST_NAMES if facts.count(name)]


def two_ids(facts: Facts) -> Sequence[Query]:
    """Return a query for two ids, for each list parameter."""
    return [
        query(ids(name, 0, min(2, facts.count(name) - 1)))
        for name, _ in POOLS
        if facts.count(name) > 1
    ]


def telling_parts(facts: Facts) -> Sequence[Query]:
    """Return queries that together use every filter, and two of them at once."""
    dated = []
    if facts.dates and facts.count("accountIds"):
        early = ("afterDate", f"$row[{len(facts.dates) // 3}].date-1s")
        dated = [query(ids("accountIds", 0), early)]
    customers = [query(ids("customerIds", 0))] if facts.count("customerIds") else []
    return list(dict.fromkeys([*dated, *part(facts), *customers]))


def part(facts: Facts) -> Sequence[Query]:
    """Return one query for a part of the list, or for all of it where it cannot be parted."""
    return [query(ids("endpointIds", 0)) if facts.count("endpointIds") else query()]
