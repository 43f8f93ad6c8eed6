"""Find, among all answers of a run, the reads of the whole list and of one query again."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Key, Page

__all__ = ["MAX_ROWS", "order_of", "repeats", "same_in_both", "steady_pairs", "whole_lists"]

# Longer lists are kept as their beginning.
MAX_ROWS = 3_000


def whole_lists(pages: Sequence[Page]) -> list[tuple[int, Page]]:
    """Return the JSON reads of the whole list, each with its place among all answers.

    Where the list was too long and is a part of itself from then on, that part is the whole.
    """
    found = [
        (index, page)
        for index, page in enumerate(pages)
        if page.kind == "json" and page.rows is not None and not page.query.terms
    ]
    asked = found[-1][1].response.request.query if found else ""
    return [item for item in found if item[1].response.request.query == asked]


def repeats(pages: Sequence[Page]) -> list[list[tuple[int, Page]]]:
    """Return the answers to each request that was sent more than once, with their places."""
    groups: dict[tuple[object, ...], list[tuple[int, Page]]] = defaultdict(list)
    for index, page in enumerate(pages):
        asked = page.response.request
        key = (asked.method, asked.path, asked.query, asked.headers, asked.auth)
        groups[key].append((index, page))
    return [group for group in groups.values() if len(group) > 1]


def order_of(page: Page, common: frozenset[Key] | set[Key]) -> list[Key]:
    """Return some of an answer's rows in its order; one that occurs twice where it is first."""
    return [key for key in dict.fromkeys(page.order) if key in common]


def same_in_both(one: Page, two: Page) -> dict[Key, Row]:
    """Return the rows that are just the same in two answers."""
    rows = two.by_key
    return {key: row for key, row in one.by_key.items() if rows.get(key) == row}


def steady_pairs(lists: Sequence[Page]) -> list[tuple[Page, Page, dict[Key, Row]]]:
    """Return each read and the next, with the rows that are just the same in both."""
    return [(one, two, same_in_both(one, two)) for one, two in pairwise(lists)]
