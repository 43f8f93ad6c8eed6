"""Know rows again by how they are written: most answers of a run hold the rows of earlier ones.

An object of JSON or JSV tells by itself where it ends, so that a text which goes on with the whole
text of a known row holds that row there. It is not read again, and is the same object as before:
what was found out of it is kept with it.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

__all__ = ["KnownRow", "KnownRows", "once_a_row", "read_list"]

_T = TypeVar("_T")

# Characters, past the id of most rows; rows that begin alike; characters that are kept in all.
_BEGINNING = 48
_ALIKE = 8
_MOST = 16_000_000


class KnownRow(dict[str, object]):
    """A row with what was found out of it, function → result; nobody may change it."""

    __slots__ = ("found",)

    def __init__(self, members: dict[str, object]) -> None:
        """Take the members of a row."""
        super().__init__(members)
        self.found: dict[object, Any] = {}


class KnownRows:
    """Hold rows by their text as one type writes them, at most 16 million characters of it."""

    __slots__ = ("_by_beginning", "_size")

    def __init__(self) -> None:
        """Know no row."""
        self._by_beginning: dict[object, list[tuple[str, KnownRow]]] = {}
        self._size = 0

    def find(self, text: str, at: int) -> tuple[KnownRow, int] | None:
        """Return the row that is written at a place of a text, and where it ends."""
        for written, row in self._by_beginning.get(text[at : at + _BEGINNING], ()):
            if text.startswith(written, at):
                return row, at + len(written)
        return None

    def keep(self, written: str, row: dict[str, object]) -> KnownRow:
        """Return a row that will be known by its text."""
        if self._size > _MOST:
            self._by_beginning.clear()
            self._size = 0
        known = KnownRow(row)
        alike = self._by_beginning.setdefault(written[:_BEGINNING], [])
        alike.insert(0, (written, known))
        self._size += len(written)
        del alike[_ALIKE:]
        return known


def read_list(
    text: str,
    at: int,
    known: KnownRows,
    *,
    read: Callable[[str, int], tuple[dict[str, object], int]],
    between: re.Pattern[str],
) -> tuple[list[dict[str, object]], int] | None:
    """Return the rows of a list and the place behind it; None for what is no list of objects.

    Args:
        text: the whole body.
        at: where the first row stands, or what closes the list.
        known: the rows of earlier answers in this type.
        read: reads the object at a place, and says where it ends.
        between: matches from behind a row to the next one; its group is a comma or closes the list.
    """
    rows: list[dict[str, object]] = []
    if text.startswith("]", at):
        return rows, at + 1
    while text.startswith("{", at):
        found = known.find(text, at)
        if found is None:
            row, end = read(text, at)
            found = known.keep(text[at:end], row), end
        rows.append(found[0])
        separator = between.match(text, found[1])
        if separator is None:
            return None
        at = separator.end()
        if separator[1] == "]":
            return rows, at
    return None


def once_a_row(find: Callable[[dict[str, object]], _T]) -> Callable[[dict[str, object]], _T]:
    """Let a function of nothing but a row be called once for a row, however often it is read."""

    @wraps(find)
    def found(row: dict[str, object]) -> _T:
        if not isinstance(row, KnownRow):
            return find(row)
        if find not in row.found:
            row.found[find] = find(row)
        result: _T = row.found[find]
        return result

    return found
