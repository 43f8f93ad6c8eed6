"""Find whose a row by hand is: the account, the customer and the endpoint that fit each other.

Names narrow each other and must agree; ids under their wire names are kept, whatever they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from mockserver.errors import UsageError
from mockserver.world.directory import Account, CustomerEntry, Line
from mockserver.world.registry import ANY, Registry

__all__ = ["Owners", "place_row"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Hold whose a row is; `line` is the endpoint, where it has one."""

    account_id: str | None
    customer_id: str | None
    line: Line | None

    @property
    def endpoint_id(self) -> str | None:
        """Return the endpoint's id, where the row has one."""
        return None if self.line is None else self.line.endpoint_id


def place_row(
    registry: Registry,
    row: Mapping[str, Any],
    wire: Mapping[str, Any],
    pointer: str,
    *,
    pick: int,
) -> Owners:
    """Return whose a row is; what it names and nobody knows is made.

    Args:
        row: the row, for `account`, `customer` and `endpoint`.
        wire: the ids that it gives under their wire names, null for none.
        pick: bits to choose by, where there is a choice.

    Raises:
        UsageError: a name stands for several, or for what is somebody else's.
    """
    return _Place(registry, row, wire, pointer, pick).find()


class _Place:
    def __init__(
        self,
        registry: Registry,
        row: Mapping[str, Any],
        wire: Mapping[str, Any],
        pointer: str,
        pick: int,
    ) -> None:
        self._registry = registry
        self._row = row
        self._wire = wire
        self._pointer = pointer
        self._pick = pick

    def find(self) -> Owners:
        account = self._account()
        customer = self._customer(account)
        if isinstance(customer, CustomerEntry) and account is ANY:
            account = self._account_of(customer.account_id)
        line = self._line(account, customer)
        if line is not None and account is ANY:
            account = self._account_of(line.account_id)
        if account is ANY:
            account = self._any_account()
        if customer is ANY:
            customer_id = None if line is None else line.customer_id
        else:
            customer_id = customer.id if isinstance(customer, CustomerEntry) else None
        account_id = account.id if isinstance(account, Account) else None
        wire = self._wire
        return Owners(
            account_id=wire.get("accountId", account_id),
            customer_id=wire.get("customerId", customer_id),
            line=line,
        )

    def _account(self) -> object:
        """Return the account, None for no account, or `ANY`."""
        registry, name, id_ = self._registry, self._row.get("account", ANY), self._id("account")
        if name is None:
            self._demand_same("account", None, id_)
        if name is None or (name is ANY and id_ is None):
            return None
        if isinstance(name, str):
            found = registry.account(name) or self._only(
                "account", name, registry.accounts_named(name)
            )
            if found is None:
                return registry.add_account(id_=id_ if isinstance(id_, str) else None, name=name)
            self._demand_same("account", found.id, id_)
            return found
        if isinstance(id_, str):
            return registry.account(id_) or registry.add_account(id_=id_)
        return ANY

    def _customer(self, account: object) -> object:
        """Return the customer, None for no customer, or `ANY`."""
        registry, name, id_ = self._registry, self._row.get("customer", ANY), self._id("customer")
        if name is None:
            self._demand_same("customer", None, id_)
        if name is None or (name is ANY and id_ is None):
            return None
        if isinstance(name, str):
            found = registry.customer(name)
            if found is None:
                named = registry.customers_named(name)
                found = self._only("customer", name, [c for c in named if _is_of(c, account)])
            elif not _is_of(found, account):
                raise self._foreign("customer", name, account)
            if found is not None:
                self._demand_same("customer", found.id, id_)
                return found
            new_id = id_ if isinstance(id_, str) else None
            return registry.add_customer(self._settled_id(account), id_=new_id, name=name)
        if isinstance(id_, str):
            known = registry.customer(id_)
            return known or registry.add_customer(self._settled_id(account), id_=id_)
        return ANY

    def _line(self, account: object, customer: object) -> Line | None:
        registry, name, id_ = self._registry, self._row.get("endpoint", ANY), self._id("endpoint")
        shown = self._wire.get("endpointDisplayName")
        if name is None:
            self._demand_same("endpoint", None, id_)
        if name is None or (name is ANY and id_ is None):
            return None
        if isinstance(name, str) and (known := registry.line(name)) is not None:
            if not (_is_of(known, account) and _is_of_customer(known, customer)):
                owner = account if not _is_of(known, account) else customer
                raise self._foreign("endpoint", name, owner)
            self._demand_same("endpoint", known.endpoint_id, id_)
            return known
        if name is ANY and isinstance(id_, str):
            known = registry.line(id_)
            return known or self._new_line(account, customer, id_=id_, name=shown)
        if name is ANY and shown is None:
            return self._any_line(account, customer)
        wanted = str(name if isinstance(name, str) else shown)
        lines = [line for line in registry.lines_named(wanted) if _is_of(line, account)]
        found = self._only(
            "endpoint", wanted, [line for line in lines if _is_of_customer(line, customer)]
        )
        if found is None:
            new_id = id_ if isinstance(id_, str) else None
            return self._new_line(account, customer, id_=new_id, name=wanted)
        self._demand_same("endpoint", found.endpoint_id, id_)
        return found

    def _any_line(self, account: object, customer: object) -> Line:
        """Choose an endpoint that fits the owners and the kind of the other address."""
        lines = self._registry.lines_of(_id_of(account), _id_of(customer))
        address = self._wire.get("otherAddress")
        if address is not None:
            lines = [line for line in lines if line.is_email == ("@" in address)] or lines
        if not lines:
            return self._new_line(account, customer)
        return lines[self._pick % len(lines)]

    def _new_line(
        self, account: object, customer: object, *, id_: str | None = None, name: object = None
    ) -> Line:
        address = self._wire.get("otherAddress")
        return self._registry.add_line(
            self._settled_id(account),
            customer.id if isinstance(customer, CustomerEntry) else None,
            id_=id_,
            name=name if isinstance(name, str) else None,
            is_email=address is not None and "@" in address,
        )

    def _any_account(self) -> Account:
        return self._registry.any_account(self._pick >> 16) or self._registry.add_account()

    def _settled_id(self, account: object) -> str | None:
        """Return the id of an account, of a chosen one where any will do."""
        owner = self._any_account() if account is ANY else account
        return owner.id if isinstance(owner, Account) else None

    def _account_of(self, id_: str | None) -> Account | None:
        return None if id_ is None else self._registry.account(id_)

    def _id(self, kind: str) -> object:
        return self._wire.get(f"{kind}Id", ANY)

    def _only(self, kind: str, name: str, found: list[_T]) -> _T | None:
        """Return the one of a name; of those that rows made, the first."""
        settled = [one for one in found if _id_of(one) in self._registry.settled]
        if len(settled) > 1:
            raise UsageError(
                f"{self._pointer}/{kind}: {len(settled)} {kind}s are called {name[:80]!r}; "
                "name the owner too, or give the id"
            )
        return next(iter(settled or found), None)

    def _demand_same(self, kind: str, wanted: object, given: object) -> None:
        """Refuse an id that is not the one of the name beside it."""
        if ANY not in (wanted, given) and wanted != given:
            raise UsageError(f"{self._pointer}/{kind}Id: it is not the id of the {kind} beside it")

    def _foreign(self, kind: str, name: str, owner: object) -> UsageError:
        whose = repr(owner.name[:80]) if isinstance(owner, Account | CustomerEntry) else "nobody"
        return UsageError(
            f"{self._pointer}/{kind}: {name[:80]!r} belongs to somebody else, not to {whose}"
        )


def _id_of(owner: object) -> object:
    """Return the id of an owner or endpoint, None for none, or `ANY`."""
    if isinstance(owner, Line):
        return owner.endpoint_id
    return owner.id if isinstance(owner, Account | CustomerEntry) else owner


def _is_of(found: CustomerEntry | Line, account: object) -> bool:
    return account is ANY or found.account_id == _id_of(account)


def _is_of_customer(line: Line, customer: object) -> bool:
    return customer is ANY or line.customer_id == _id_of(customer)
