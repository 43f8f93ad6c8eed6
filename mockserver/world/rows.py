"""Say what a world needs of the thing that holds its rows, whether generated or stored.

generate.py composes rows, dataset.py reads them from a file; index.py selects among either.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.models import ConversationInfo

__all__ = ["Account", "Rows", "read_member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Hold a tenant of the vendor's product."""

    id: str
    name: str


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


def read_member(row: ConversationInfo, pointer: str) -> str | None:
    """Return the text that a JSON pointer of wire names finds in a row; None if there is none."""
    value: object = row
    for name in pointer.split("/")[1:]:
        value = getattr(value, re.sub("[A-Z]", lambda found: "_" + found[0].lower(), name), None)
    return value if isinstance(value, str) else None
