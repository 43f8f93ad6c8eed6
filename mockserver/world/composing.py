"""Put rows by hand and generated rows side by side, over one directory.

by_hand.py fills in the one, generate.py composes the other; scenario.py makes a world of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mockserver.dotnet.ticks import parse_date
from mockserver.errors import UsageError
from mockserver.models import ConversationInfo
from mockserver.world.accounts_tree import read_accounts
from mockserver.world.by_hand import build_hand_rows
from mockserver.world.dataset import StoredRows
from mockserver.world.directory import Directory
from mockserver.world.generate import (
    Endpoint,
    GeneratedRows,
    Size,
    build_owners,
    endpoints_in,
)
from mockserver.world.index import FIXED_DATE
from mockserver.world.pools import load_pool
from mockserver.world.registry import Registry

__all__ = ["Composed", "JoinedRows", "compose", "settle_size"]

# The ticks of a row without a date.
_NO_DATE = -1


class JoinedRows:
    """Hold the rows of two, those of the first before those of the second."""

    def __init__(self, first: StoredRows, second: GeneratedRows) -> None:
        """Keep both."""
        self._first = first
        self._second = second

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._first) + len(self._second)

    def row(self, number: int) -> ConversationInfo:
        """Return a row."""
        place = number - len(self._first)
        return self._first.row(number) if place < 0 else self._second.row(place)

    def column(self, pointer: str) -> list[str | None]:
        """Return the member at a JSON pointer of every row; None where there is none."""
        return [*self._first.column(pointer), *self._second.column(pointer)]

    def instants(self, pointer: str) -> Sequence[int] | None:
        """Return the ticks of a date column, unless a date by hand leans on the clock."""
        generated, texts = self._second.instants(pointer), self._first.column(pointer)
        if generated is None or not all(
            text is None or FIXED_DATE.fullmatch(text) for text in texts
        ):
            return None
        dates = [None if text is None else parse_date(text, now_ticks=0) for text in texts]
        return [*(_NO_DATE if date is None else date for date in dates), *generated]

    def digest(self) -> str:
        """Return the SHA-256 of both digests."""
        return sha256(f"{self._first.digest()}\n{self._second.digest()}\n".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Hold what rows and accounts by hand give, with the endpoints that generated rows are at."""

    rows: tuple[ConversationInfo, ...]
    directory: Directory
    _seed: int
    _size: Size
    _anchor_ticks: int
    _endpoints: Sequence[Endpoint] = field(repr=False)

    def build_rows(self) -> StoredRows | JoinedRows | GeneratedRows:
        """Return the rows by hand, and the generated ones after them."""
        by_hand = StoredRows(self.rows)
        if self.rows and not self._size.conversations:
            return by_hand
        generated = GeneratedRows(
            seed=self._seed,
            size=self._size,
            endpoints=self._endpoints,
            anchor_ticks=self._anchor_ticks,
        )
        return JoinedRows(by_hand, generated) if self.rows else generated


def compose(
    *,
    seed: int,
    size: Size,
    locales: Sequence[str],
    anchor_ticks: int,
    accounts: Sequence[Mapping[str, Any]] = (),
    conversations: Sequence[Mapping[str, Any]] = (),
) -> Composed:
    """Return what a scenario's accounts, rows and size come to.

    Generated rows are at the generated endpoints; where there is none, at those of `accounts`.

    Raises:
        UsageError: a row or an account cannot be what it says; the sentence starts with the JSON
            pointer to it.
    """
    pools = [load_pool(locale) for locale in locales]
    endpoints, generated = build_owners(seed=seed, size=size, locales=locales)
    registry = Registry(seed=seed, pools=pools, generated=generated)
    read_accounts(registry, accounts, fills=True)
    registry.settle()
    if not endpoints:
        endpoints = endpoints_in(registry.directory(), pools)
    rows = build_hand_rows(
        conversations,
        registry,
        seed=seed,
        generated=size.conversations,
        anchor_ticks=anchor_ticks,
    )
    directory = registry.directory()
    if size.conversations and not endpoints:
        endpoints = endpoints_in(directory, pools)
        if not endpoints:
            raise UsageError("/size/conversations: conversations need at least 1 endpoint")
    return Composed(
        rows=rows,
        directory=directory,
        _seed=seed,
        _size=size,
        _anchor_ticks=anchor_ticks,
        _endpoints=endpoints,
    )


def settle_size(document: Mapping[str, Any]) -> Size:
    """Return the size of what is generated.

    Rows by hand have no generated ones beside them, and accounts by hand no other owners, unless
    the size says so.
    """
    conversations = document.get("conversations")
    defaults: dict[str, int] = {} if conversations is None else {"conversations": 0}
    if "accounts" in document or any(map(_names_account, conversations or ())):
        defaults |= {"accounts": 0, "customers": 0, "endpoints": 0}
    return Size(**{**defaults, **document.get("size", {})})


def _names_account(row: Mapping[str, Any]) -> bool:
    message = row.get("mostRecentMessage") or {}
    return any(
        one is not None
        for one in (*map(row.get, ("account", "accountId")), message.get("accountId"))
    )
