"""Say what a world needs of the thing that holds its rows, whether generated or stored.

generate.py composes rows, dataset.py reads them from a file; index.py selects among either.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.models import ConversationInfo

__all__ = ["Account", "Line", "Rows", "View", "read_member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Hold a tenant of the vendor's product."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Hold an endpoint as its messages name it."""

    endpoint_id: str
    endpoint_display_name: str | None
    account_id: str | None
    customer_id: str | None
    is_email: bool = False


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

    `generation` is another object whenever the rows are others; `json_rows` keeps encoded rows by
    number, for as long as the numbers mean the same rows.
    """

    @property
    def generation(self) -> object:
        """Return what is another object when the rows are others."""
        ...

    @property
    def json_rows(self) -> dict[bool, dict[int, bytes]]:
        """Return the encoded rows, by whether nulls are written."""
        ...

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return the tenants."""
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
    for name in pointer.split("/")[1:]:
        value = getattr(value, re.sub("[A-Z]", lambda found: "_" + found[0].lower(), name), None)
    return value if isinstance(value, str) else None
