"""Hold who and what the ids of a world stand for: accounts, customers and endpoints with names.

generate.py makes a directory of its own, dataset.py one of the rows of a file; index.py gives a
world its directory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.models import ConversationInfo, MessageInfo

__all__ = ["Account", "CustomerEntry", "Directory", "Line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Hold a tenant of the vendor's product."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Hold an endpoint as its messages name it, with its own number or mailbox where it is known.

    A message of an endpoint without a display name has none; people see its id.
    """

    endpoint_id: str
    endpoint_display_name: str | None
    account_id: str | None
    customer_id: str | None
    is_email: bool = False
    address: str | None = None

    @property
    def name(self) -> str:
        """Return what people call the endpoint."""
        return self.endpoint_display_name or self.endpoint_id

    def open(self, id_: str | None, address: str) -> ConversationInfo:
        """Return a new conversation with an address, in which nobody has said anything yet."""
        return ConversationInfo(
            id=id_,
            endpoint_id=self.endpoint_id,
            other_address=address,
            most_recent_message=MessageInfo(
                account_id=self.account_id,
                customer_id=self.customer_id,
                endpoint_id=self.endpoint_id,
                endpoint_display_name=self.endpoint_display_name,
                other_address=address,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEntry:
    """Hold a customer; its account is None where no row says whose it is."""

    id: str
    name: str
    account_id: str | None


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Hold a world's accounts, customers and endpoints, with or without conversations.

    Attributes:
        accounts: the tenants, in the order in which users count them.
        customers: who the accounts work for.
        lines: the endpoints that a message can come in on.
    """

    accounts: Sequence[Account] = ()
    customers: Sequence[CustomerEntry] = ()
    lines: Sequence[Line] = ()
    _names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the names by id."""
        names: dict[str, str] = {line.endpoint_id: line.name for line in self.lines}
        names |= {customer.id: customer.name for customer in self.customers}
        names |= {account.id: account.name for account in self.accounts}
        object.__setattr__(self, "_names", names)

    def name_of(self, id_: str | None) -> str | None:
        """Return the name of an account, a customer or an endpoint; None for an unknown id."""
        return None if id_ is None else self._names.get(id_)

    @property
    def known_ids(self) -> Mapping[str, Sequence[str]]:
        """Return the ids that exist, by the attribute of the request that asks for them."""
        return {
            "account_ids": [account.id for account in self.accounts],
            "customer_ids": [customer.id for customer in self.customers],
            "endpoint_ids": [line.endpoint_id for line in self.lines],
        }
