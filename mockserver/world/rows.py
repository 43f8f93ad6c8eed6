"""Say what a world needs of the thing that holds its rows, whether generated or stored.

generate.py composes rows, dataset.py reads them from a file; index.py selects among either.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from mockserver.models import ConversationInfo
from mockserver.world.directory import Directory

__all__ = ["EncodedRows", "Rows", "View", "read_member"]

# What a kept row costs beside its text, roughly.
_BYTES_PER_ROW = 100


@dataclass(slots=True)
class EncodedRows:
    """Keep the bytes of rows by number, as many as `max_bytes` allows."""

    max_bytes: int
    _found: dict[int, bytes] = field(default_factory=dict)
    _bytes: int = 0

    def encode(
        self, numbers: Sequence[int], encode_row: Callable[[int], bytes]
    ) -> tuple[bytes, ...]:
        """Return the bytes of each row; those that are not kept are made."""
        found = self._found
        kept = tuple(map(found.get, numbers))
        if None not in kept:
            return kept  # type: ignore[return-value]  # the line above says so
        parts: list[bytes] = []
        for number in numbers:
            part = found.get(number)
            if part is None:
                part = encode_row(number)
                if self._bytes < self.max_bytes:
                    found[number] = part
                    self._bytes += len(part) + _BYTES_PER_ROW
            parts.append(part)
        if self._bytes >= self.max_bytes:
            found.clear()
            self._bytes = 0
        return tuple(parts)


class Rows(Protocol):
    """Hold the rows of a world by number, in stored order; they never change."""

    def __len__(self) -> int:
        """Count the rows."""
        ...

    def row(self, number: int) -> ConversationInfo:
        """Return a row."""
        ...

    def column(self, pointer: str) -> Sequence[str | None]:
        """Return the member at a JSON pointer of every row; None where there is none."""
        ...

    def instants(self, pointer: str) -> Sequence[int] | None:
        """Return the ticks of a date column, where they are known without parsing."""
        ...


class View(Protocol):
    """Give what `select` and the encoders read of a world at one instant.

    `generation` is another object whenever the rows are others; `encoded_rows` keeps encoded
    rows for as long as the numbers mean the same rows.
    """

    @property
    def generation(self) -> object:
        """Return what is another object when the rows are others."""
        ...

    @property
    def has_floating_dates(self) -> bool:
        """Tell whether a row's date leaves something to the clock or the zone."""
        ...

    @property
    def encoded_rows(self) -> dict[tuple[bool, bool], EncodedRows]:
        """Return the encoded rows, by whether nulls are written and false members left out."""
        ...

    @property
    def directory(self) -> Directory:
        """Return what the ids stand for."""
        ...

    @property
    def seed(self) -> int:
        """Return what everything is drawn from."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the user should know of the rows."""
        ...

    def __len__(self) -> int:
        """Count the rows."""
        ...

    def row(self, number: int) -> ConversationInfo:
        """Return a row."""
        ...

    def digest(self) -> str:
        """Return the SHA-256 that names the rows."""
        ...

    def knows(self, attribute: str, value: str) -> bool:
        """Tell whether an id exists."""
        ...

    def find(
        self,
        wanted: Mapping[str, frozenset[str | None]],
        *,
        now_ticks: int,
        after_ticks: int | None = None,
        is_inclusive: bool = False,
        naive_offset_minutes: int = 0,
    ) -> Sequence[int]:
        """Return the rows that every filter lets through, newest first."""
        ...

    def by_id(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in the order of their ids."""
        ...

    def as_stored(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in stored order."""
        ...


def read_member(row: ConversationInfo, pointer: str) -> str | None:
    """Return the text that a JSON pointer of wire names finds in a row; None if there is none."""
    value: object = row
    for name in _attributes(pointer):
        value = getattr(value, name, None)
    return value if isinstance(value, str) else None


@cache
def _attributes(pointer: str) -> tuple[str, ...]:
    """Return the attributes that a JSON pointer of wire names goes through."""
    names = pointer.split("/")[1:]
    return tuple(re.sub("[A-Z]", lambda found: "_" + found[0].lower(), name) for name in names)
