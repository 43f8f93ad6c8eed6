"""Collect accounts, customers and endpoints while a world is put together, and make new ones.

What is made without an id gets one of its name and its owner's, so that it keeps it wherever it
stands in a file. accounts_tree.py and by_hand.py fill a registry; its end is a directory.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

from mockserver.world.directory import Account, CustomerEntry, Directory, Line
from mockserver.world.draws import draw, draw_company, key_number, own_number
from mockserver.world.pools import Pool

__all__ = ["ANY", "Registry"]

_ACCOUNT, _CUSTOMER, _LINE = "ad", "c6", "eb"
# Numbers of ours that generated endpoints do not reach.
_LAST_OWN_NUMBER, _FEW = 999, 500
# Stands for an owner that nobody has chosen; None is no owner.
ANY: Final = object()
_T = TypeVar("_T")


class Registry:
    """Hold what is known so far: what was added, in this order, and before it what was generated.

    Attributes:
        settled: the ids of what somebody wrote down, or what was generated, before any row came.
    """

    def __init__(self, *, seed: int, pools: Sequence[Pool], generated: Directory) -> None:
        """Know the owners of a generated world; in the directory they stand at the end.

        Args:
            seed: draws ids and names.
            pools: the words of the locales.
        """
        self._seed = seed
        self._pools = pools
        self._generated = generated
        self._accounts: dict[str, Account] = {}
        self._ranked: list[Account] = []
        self._customers: dict[str, CustomerEntry] = {}
        self._lines: dict[str, Line] = {}
        self._named: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        self._lines_of: dict[object, list[Line]] = defaultdict(list)
        self._places: dict[str, int] = {}
        # How far the names of a kind, or of an owner's endpoints, have been drawn.
        self._drawn: dict[object, int] = defaultdict(int)
        self.settled: frozenset[str] = frozenset()
        for account in generated.accounts:
            self._know_account(account)
        for customer in generated.customers:
            self._know_customer(customer)
        for line in generated.lines:
            self.put_line(line)

    def settle(self) -> None:
        """Take what is known now for what rows refer to, before what they make."""
        self.settled = frozenset([*self._accounts, *self._customers, *self._lines])

    def directory(self) -> Directory:
        """Return all that is known, what was generated at the end."""
        return Directory(
            accounts=_turned(list(self._accounts.values()), len(self._generated.accounts)),
            customers=_turned(list(self._customers.values()), len(self._generated.customers)),
            lines=_turned(list(self._lines.values()), len(self._generated.lines)),
        )

    def count(self) -> tuple[int, int, int]:
        """Return how many accounts, customers and endpoints are known."""
        return len(self._accounts), len(self._customers), len(self._lines)

    def account(self, id_: str) -> Account | None:
        """Return the account of an id."""
        return self._accounts.get(id_)

    def customer(self, id_: str) -> CustomerEntry | None:
        """Return the customer of an id."""
        return self._customers.get(id_)

    def line(self, id_: str) -> Line | None:
        """Return the endpoint of an id."""
        return self._lines.get(id_)

    def accounts_named(self, name: str) -> list[Account]:
        """Return the accounts of a name."""
        return [self._accounts[id_] for id_ in self._named[_ACCOUNT, name]]

    def customers_named(self, name: str) -> list[CustomerEntry]:
        """Return the customers of a name."""
        return [self._customers[id_] for id_ in self._named[_CUSTOMER, name]]

    def lines_named(self, name: str) -> list[Line]:
        """Return the endpoints of a name."""
        return [self._lines[id_] for id_ in self._named[_LINE, name]]

    def lines_of(self, account: object, customer: object) -> Sequence[Line]:
        """Return the endpoints of an account and a customer, each of which may be `ANY`."""
        if account is ANY:
            return self._lines_of[ANY, customer]
        lines = self._lines_of[account, ANY]
        return lines if customer is ANY else [one for one in lines if one.customer_id == customer]

    def any_account(self, pick: int) -> Account | None:
        """Return an account by bits to choose by; None where there is none."""
        return self._ranked[pick % len(self._ranked)] if self._ranked else None

    def pool_of(self, account: str | None) -> Pool:
        """Return the words that people of an account use."""
        return self._pools[self._places.get(account or "", 0) % len(self._pools)]

    def add_account(self, *, id_: str | None = None, name: str | None = None) -> Account:
        """Make an account known; what is left out is drawn."""
        name = self._new_company(_ACCOUNT, "account by hand") if name is None else name
        id_ = self._id(_ACCOUNT, name) if id_ is None else id_
        return self._know_account(Account(id=id_, name=name))

    def add_customer(
        self, account: str | None, *, id_: str | None = None, name: str | None = None
    ) -> CustomerEntry:
        """Make a customer of an account known; what is left out is drawn."""
        name = self._new_company(_CUSTOMER, "customer by hand") if name is None else name
        id_ = self._id(_CUSTOMER, account, name) if id_ is None else id_
        return self._know_customer(CustomerEntry(id=id_, name=name, account_id=account))

    def add_line(
        self,
        account: str | None,
        customer: str | None,
        *,
        id_: str | None = None,
        name: str | None = None,
        address: str | None = None,
        is_email: bool = False,
    ) -> Line:
        """Make an endpoint of an account, and of a customer or none, known; the rest is drawn."""
        name = self._new_line_name(account, customer) if name is None else name
        address = self._new_address(is_email=is_email) if address is None else address
        line = Line(
            endpoint_id=self._id(_LINE, account, customer, name) if id_ is None else id_,
            endpoint_display_name=name,
            account_id=account,
            customer_id=customer,
            is_email="@" in address,
            address=address,
        )
        self.put_line(line)
        return line

    def put_line(self, line: Line) -> None:
        """Make an endpoint known as it is."""
        if line.endpoint_id in self._lines:
            return
        self._lines[line.endpoint_id] = line
        self._named[_LINE, line.endpoint_display_name].append(line.endpoint_id)
        for key in ((ANY, ANY), (line.account_id, ANY), (ANY, line.customer_id)):
            self._lines_of[key].append(line)

    def _know_account(self, account: Account) -> Account:
        if account.id not in self._accounts:
            self._places[account.id] = len(self._accounts)
            self._accounts[account.id] = account
            self._ranked.append(account)
            self._named[_ACCOUNT, account.name].append(account.id)
        return account

    def _know_customer(self, customer: CustomerEntry) -> CustomerEntry:
        if customer.id not in self._customers:
            self._customers[customer.id] = customer
            self._named[_CUSTOMER, customer.name].append(customer.id)
        return customer

    def _new_company(self, kind: str, purpose: str) -> str:
        while True:
            name = draw_company(self._seed, purpose, self._drawn[kind], self._pools)
            self._drawn[kind] += 1
            if not self._named[kind, name]:
                return name

    def _new_line_name(self, account: str | None, customer: str | None) -> str:
        """Return what an endpoint of an owner is called that has no name: owner and duty."""
        owner = self._customers.get(customer or "") or self._accounts.get(account or "")
        whose = "" if owner is None else owner.name
        duties = self.pool_of(account).lines
        start = draw(self._seed, f"line of {whose}", 0) % len(duties)
        while True:
            turn, offset = divmod(self._drawn[account, customer], len(duties))
            self._drawn[account, customer] += 1
            name = f"{whose} {duties[(start + offset) % len(duties)]}".strip()
            name = f"{name} {turn + 1}" if turn else name
            if not self._named[_LINE, name]:
                return name

    def _new_address(self, *, is_email: bool) -> str:
        number = len(self._lines) - len(self._generated.lines)
        if is_email:
            return f"desk.{number}@example.com"
        if number < _FEW and len(self._generated.lines) < _FEW:
            return own_number(key_number(self._seed, "own number"), _LAST_OWN_NUMBER - number)
        return f"+9994{number:09d}"

    def _id(self, kind: str, *names: str | None) -> str:
        key = "/".join([str(self._seed), kind, *(name or "" for name in names)])
        return f"5f8e6a{kind}{blake2b(key.encode(), digest_size=8).hexdigest()}"


def _turned(items: list[_T], count: int) -> tuple[_T, ...]:
    """Return a list with its first items at the end."""
    return (*items[count:], *items[:count])
