"""Hold one read of a whole list, and say what several reads have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Facts, Key, Page

__all__ = ["Snapshot", "accounts_of", "has_collapsed", "steady"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Hold one read of the whole list; no rows where the target refused it.

    Attributes:
        listed: the keys of all its rows, those that occur twice among them.
        ids: what these keys begin with.
    """

    rows: Mapping[Key, Row] = field(default_factory=dict, repr=False)
    length: int | None = None
    listed: frozenset[Key] = frozenset()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, page: Page) -> "Snapshot":
        """Return the rows of an answer; a key that occurs twice stands for neither row."""
        rows: dict[Key, Row] = {}
        twice = set()
        for key, row in zip(page.order, page.rows or (), strict=True):
            if key in rows:
                twice.add(key)
            rows[key] = row
        kept = {key: row for key, row in rows.items() if key not in twice}
        length = None if page.rows is None else len(page.rows)
        ids = frozenset(identity for identity, _ in rows)
        return cls(rows=kept, length=length, listed=frozenset(rows), ids=ids)


def steady(reads: Sequence[Snapshot]) -> Mapping[Key, Row]:
    """Return the rows of the first read that every later one has just so."""
    first, *rest = reads
    if not rest:
        return first.rows
    return {
        key: row
        for key, row in first.rows.items()
        if all(read.rows.get(key) == row for read in rest)
    }


def accounts_of(found: Snapshot, whole: Snapshot, facts: Facts) -> frozenset[object]:
    """Return the accounts of a reader's rows, None for a row without one.

    One of which he sees rows without a date alone, where others see dated ones, is not his: these
    rows go where nobody asks whose they are.
    """
    return frozenset(_accounts(found, facts)) - (
        _accounts(whole, facts, is_dated=True) - _accounts(found, facts, is_dated=True) - {None}
    )


def _accounts(read: Snapshot, facts: Facts, *, is_dated: bool = False) -> set[object]:
    return {
        facts.value(row, "accountIds") or None
        for row in read.rows.values()
        if not is_dated or facts.value(row, "afterDate") is not None
    }


def has_collapsed(known: Snapshot, found: Snapshot) -> bool:
    """Say whether a read lacks more than half of the rows of the one before."""
    return found.length is not None and 2 * len(found.listed & known.listed) < len(known.listed)
