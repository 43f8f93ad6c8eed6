"""The law on rows that appear while a run goes on: who polls by the newest date misses none."""

from collections.abc import Iterator

from mockserver.checks.decoding.decode import Row
from mockserver.checks.expectation import expect
from mockserver.checks.facts import Key, Page
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    vacuous,
    violated,
)
from mockserver.checks.laws.lists import MAX_ROWS
from mockserver.checks.selection import selector

__all__ = ["FRESHNESS_LAWS"]

_TWICE = 2


def _misses_none(case: Case) -> Judgement:
    """Judge, for rows that appeared, every answer between two in which they were seen.

    What was there before and is there after, just so, was there: data that moves explains no
    answer without it.
    """
    seen = _newcomers(case.pages)
    missed = judged = 0
    for index, page in enumerate(case.pages):
        between = {k: row for k, (first, last, row) in seen.items() if first < index < last}
        if not between or page.rows is None or page.status != 200:
            continue
        expected = expect(page.query, case.facts, case.learned)
        if expected is None or expected.reader != "user":
            continue
        # Of very long lists the beginning alone is known.
        if case.is_capped(index) or len(page.rows) >= MAX_ROWS:
            continue
        selects = selector(expected.meaning, case.facts)
        due = [key for key, row in between.items() if selects(row)]
        judged += len(due)
        missed += sum(key not in page.keys for key in due)
    # Once may be a row that was taken away and put back.
    if missed >= _TWICE:
        return violated(
            "newcomers missed",
            f"{missed} times a row that had appeared is missing where a query selects it",
            "every row, once it is there",
        )
    return holds() if judged else vacuous("no row appeared that a later query selects")


def _newcomers(pages: tuple[Page, ...]) -> dict[Key, tuple[int, int, Row]]:
    """Return the rows that the first list lacks → where each was seen first and last, and as what.

    Only rows that are the same each time: what is changed meanwhile may have left a list.
    """
    base = next((page for page in pages if page.rows is not None), None)
    if base is None or base.rows is None or len(base.rows) >= MAX_ROWS:
        return {}
    found: dict[Key, tuple[int, int, Row]] = {}
    changed: set[Key] = set()
    for index, key, row in _json_rows(pages):
        if key in base.keys:
            continue
        first, _, known = found.get(key, (index, index, row))
        if known != row:
            changed.add(key)
        found[key] = (first, index, known)
    return {key: seen for key, seen in found.items() if key not in changed}


def _json_rows(pages: tuple[Page, ...]) -> Iterator[tuple[int, Key, Row]]:
    for index, page in enumerate(pages):
        if page.kind == "json":
            for key, row in page.by_key.items():
                yield index, key, row


FRESHNESS_LAWS = (
    Law(
        id="L89-freshness",
        statement="A row that appeared is in every later answer that selects it, so that a client"
        " which polls by the newest date it has seen misses none; one miss in a run may be a row"
        " that was taken away and put back.",
        tier="must",
        kind="single",
        reads="all",
        judge=_misses_none,
    ),
)
