"""Compose the rows of a generated world from the pools, by counter-based randomness.

Row *i* is a function of (seed, *i*) and of the world's sizes, locales and anchor; no generator is
stepped, so any row can be made alone. What the filters read is computed for every row at once, the
rest of a row when it is first asked for. Integers only: the same bytes on every machine.
index.py selects among the rows; pools.py holds the words.
"""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from itertools import accumulate

from mockserver.dotnet.ticks import TICKS_PER_MS, format_ticks
from mockserver.models import ConversationInfo, MessageInfo
from mockserver.world.directory import Account, CustomerEntry, Directory, Line
from mockserver.world.draws import (
    AGENTS,
    GUESTS,
    draw,
    draw_company,
    draw_date,
    draw_key,
    draw_owner,
    draw_sender,
    draw_weights,
    hex_id,
    key_number,
    other_number,
    own_number,
)
from mockserver.world.phrases import AWKWARD_TEXTS
from mockserver.world.pools import Pool, load_pool
from mockserver.world.rows import read_member

__all__ = [
    "WORLD_FORMAT",
    "Customer",
    "Endpoint",
    "GeneratedRows",
    "Size",
    "account_id",
    "build_owners",
    "endpoints_in",
]

# Goes up with any change that gives other bytes for the same seed.
WORLD_FORMAT = 1

_CACHED_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Count what a generated world holds."""

    accounts: int = 3
    customers: int = 12
    endpoints: int = 40
    conversations: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Hold a customer of an account."""

    id: str
    name: str
    account: Account
    pool: Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Hold one of our numbers or mailboxes; some belong to no customer."""

    id: str
    name: str
    address: str
    is_email: bool
    account: Account
    customer: Customer | None
    pool: Pool

    @property
    def line(self) -> Line:
        """Return the endpoint as its messages name it."""
        return Line(
            endpoint_id=self.id,
            endpoint_display_name=self.name,
            account_id=self.account.id,
            customer_id=self.customer.id if self.customer is not None else None,
            is_email=self.is_email,
            address=self.address,
        )


class GeneratedRows:
    """Hold the rows of a generated world: columns for the filters, rows made when asked for."""

    def __init__(
        self, *, seed: int, size: Size, endpoints: Sequence[Endpoint], anchor_ticks: int
    ) -> None:
        """Compute the columns; `endpoints` may only be empty when there are no conversations."""
        self._endpoints = tuple(endpoints)
        self._seed = seed
        self._row_key = draw_key(seed, "row")
        self._ids = key_number(seed, "conversation")
        self._message_ids = key_number(seed, "message")
        self._addresses = key_number(seed, "address")
        self._endpoint_of = array("I")
        self._ticks = array("q")
        self._cache: dict[int, ConversationInfo] = {}
        anchor = anchor_ticks - anchor_ticks % TICKS_PER_MS
        cumulative = list(accumulate(draw_weights(seed, len(self._endpoints))))
        total = cumulative[-1] if cumulative else 0
        key = draw_key(seed, "column")
        for number in range(size.conversations):
            drawn = int.from_bytes(
                blake2b(number.to_bytes(8, "little"), key=key, digest_size=8).digest(), "little"
            )
            place = (drawn & 0xFFFFFFFF) * total >> 32
            self._endpoint_of.append(bisect_right(cumulative, place))
            self._ticks.append(draw_date(drawn >> 32, anchor))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._ticks)

    def row(self, number: int) -> ConversationInfo:
        """Return a row; made on the first call, then kept while there is room."""
        found = self._cache.get(number)
        if found is None:
            if not 0 <= number < len(self._ticks):
                raise IndexError(number)
            if len(self._cache) >= _CACHED_ROWS:
                self._cache.clear()
            found = self._cache[number] = self._compose(number)
        return found

    def column(self, pointer: str) -> list[str | None]:
        """Return one member of every row; fast for what the contract's filters read."""
        read = _ENDPOINT_COLUMNS.get(pointer)
        if read is not None:
            values = [read(endpoint) for endpoint in self._endpoints]
            return [values[endpoint] for endpoint in self._endpoint_of]
        if pointer == "/id":
            return [hex_id(0xC1, self._ids, number) for number in range(len(self))]
        return [read_member(self._compose(number), pointer) for number in range(len(self))]

    def instants(self, pointer: str) -> Sequence[int] | None:
        """Return the ticks of a date column, where they are known without parsing."""
        return self._ticks if pointer == "/mostRecentMessage/date" else None

    def digest(self) -> str:
        """Return a SHA-256 of all that the rows are composed from; equal rows, equal digest.

        No row is made for it, so that a large world starts as fast as a small one.
        """
        found = sha256(f"world format {WORLD_FORMAT}, seed {self._seed}\n".encode())
        for endpoint in self._endpoints:
            found.update(repr(endpoint).encode())
        for version in sorted({endpoint.pool.faker for endpoint in self._endpoints} - {""}):
            found.update(f"words drawn by Faker {version}\n".encode())
        for texts in (AWKWARD_TEXTS, AGENTS, GUESTS):
            found.update(repr(texts).encode())
        for column in (self._endpoint_of, self._ticks):
            found.update("".join(f"{value}," for value in column).encode())
        return found.hexdigest()

    def _compose(self, number: int) -> ConversationInfo:
        endpoint = self._endpoints[self._endpoint_of[number]]
        flags, which, who = struct.unpack(
            "<3Q",
            blake2b(number.to_bytes(8, "little"), key=self._row_key, digest_size=24).digest(),
        )
        is_incoming = flags & 0xFF >= 102
        address = (
            f"{GUESTS[who % len(GUESTS)]}.{number}@example.com"
            if endpoint.is_email
            else other_number(self._addresses, number)
        )
        message = MessageInfo(
            id=hex_id(0xE5, self._message_ids, number),
            account_id=endpoint.account.id,
            customer_id=endpoint.customer.id if endpoint.customer is not None else None,
            endpoint_id=endpoint.id,
            endpoint_display_name=endpoint.name,
            date=format_ticks(self._ticks[number]),
            direction="Incoming" if is_incoming else "Outgoing",
            other_address=address,
            sender=draw_sender(
                flags >> 16, who, endpoint.address, address if is_incoming else None
            ),
            text=_text(flags >> 32 & 0xFF, which, endpoint.pool),
            is_unread=is_incoming and flags >> 8 & 0xFF < 90,
        )
        return ConversationInfo(
            id=hex_id(0xC1, self._ids, number),
            endpoint_id=endpoint.id,
            other_address=address,
            most_recent_message=message,
        )


def build_owners(
    *, seed: int, size: Size, locales: Sequence[str]
) -> tuple[tuple[Endpoint, ...], Directory]:
    """Return the endpoints of a generated world, and its accounts, customers and endpoints.

    Raises:
        UsageError: a locale has no pool.
    """
    pools = [load_pool(locale) for locale in locales]
    accounts = tuple(
        Account(id=account_id(seed, number), name=draw_company(seed, "account", number, pools))
        for number in range(size.accounts)
    )
    customers = tuple(
        Customer(
            id=hex_id(0xC5, key_number(seed, "customer"), number),
            name=draw_company(seed, "customer", number, pools),
            account=accounts[draw_owner(seed, "customer", number, len(accounts))],
            pool=pools[number % len(pools)],
        )
        for number in range(size.customers)
    )
    theirs: dict[str, list[Customer]] = {account.id: [] for account in accounts}
    for customer in customers:
        theirs[customer.account.id].append(customer)
    endpoints = tuple(
        _endpoint(seed, number, accounts, theirs, pools) for number in range(size.endpoints)
    )
    directory = Directory(
        accounts=accounts,
        customers=tuple(
            CustomerEntry(id=customer.id, name=customer.name, account_id=customer.account.id)
            for customer in customers
        ),
        lines=tuple(endpoint.line for endpoint in endpoints),
    )
    return endpoints, directory


def endpoints_in(directory: Directory, pools: Sequence[Pool]) -> tuple[Endpoint, ...]:
    """Return the endpoints of a directory that generated rows can be at."""
    accounts = {account.id: account for account in directory.accounts}
    words = {id_: pools[place % len(pools)] for place, id_ in enumerate(accounts)}
    customers = {
        entry.id: Customer(
            id=entry.id,
            name=entry.name,
            account=accounts[entry.account_id],
            pool=words[entry.account_id],
        )
        for entry in directory.customers
        if entry.account_id in accounts
    }
    return tuple(
        Endpoint(
            id=line.endpoint_id,
            name=line.name,
            address=line.address or "",
            is_email=line.is_email,
            account=accounts[line.account_id],
            customer=customers.get(line.customer_id or ""),
            pool=words[line.account_id],
        )
        for line in directory.lines
        if line.account_id in accounts
    )


def account_id(seed: int, number: int) -> str:
    """Return the id of a world's account by its number."""
    return hex_id(0xAC, key_number(seed, "account"), number)


_ENDPOINT_COLUMNS: dict[str, Callable[[Endpoint], str | None]] = {
    "/endpointId": lambda endpoint: endpoint.id,
    "/mostRecentMessage/endpointId": lambda endpoint: endpoint.id,
    "/mostRecentMessage/accountId": lambda endpoint: endpoint.account.id,
    "/mostRecentMessage/customerId": lambda endpoint: (
        endpoint.customer.id if endpoint.customer else None
    ),
}


def _endpoint(
    seed: int,
    number: int,
    accounts: Sequence[Account],
    customers_of: Mapping[str, Sequence[Customer]],
    pools: Sequence[Pool],
) -> Endpoint:
    drawn = draw(seed, "endpoint", number)
    owner = draw_owner(seed, "endpoint", number, len(accounts))
    theirs = customers_of[accounts[owner].id]
    # Every fifth endpoint, roughly, belongs to the account itself.
    customer = theirs[drawn % len(theirs)] if theirs and drawn >> 32 & 0xFF >= 51 else None
    pool = pools[owner % len(pools)] if customer is None else customer.pool
    name = accounts[owner].name if customer is None else customer.name
    is_email = number % 8 == 7
    return Endpoint(
        id=hex_id(0xEA, key_number(seed, "endpoint id"), number),
        name=f"{name} {pool.lines[(drawn >> 40) % len(pool.lines)]}",
        address=f"line.{number}@example.com"
        if is_email
        else own_number(key_number(seed, "own number"), number),
        is_email=is_email,
        account=accounts[owner],
        customer=customer,
        pool=pool,
    )


def _text(kind: int, which: int, pool: Pool) -> str | None:
    if kind < 10:
        return None
    texts = AWKWARD_TEXTS if kind < 40 else pool.texts
    return texts[which % len(texts)]
