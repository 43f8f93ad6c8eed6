"""Read accounts with their customers and endpoints as people write them, and write them.

A tree is `[{id, name, customers: [{id, name, endpoints: […]}], endpoints: [{id, name, address}]}]`,
each member optional: `accounts` of a scenario, of a dataset file, and of what `dataset` prints.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.errors import UsageError
from mockserver.world.directory import Directory, Line
from mockserver.world.registry import Registry

__all__ = ["read_accounts", "write_accounts"]

_Node = Mapping[str, Any]


def read_accounts(registry: Registry, accounts: Sequence[_Node], *, fills: bool) -> None:
    """Make the owners of a tree known.

    Args:
        fills: an owner without endpoints gets one, one without a name a drawn one; else only what
            is written there is.

    Raises:
        UsageError: an id, or a name that is to give an id, is there twice.
    """
    _Reader(registry, fills=fills).read(accounts)


class _Reader:
    def __init__(self, registry: Registry, *, fills: bool) -> None:
        self._registry = registry
        self._fills = fills

    def read(self, accounts: Sequence[_Node]) -> None:
        registry = self._registry
        for number, node in enumerate(accounts):
            pointer = f"/accounts/{number}"
            self._refuse_twice(node, pointer, registry.account)
            name = node.get("name")
            if not self._fills:
                name = name or f"Account {number + 1}"
            count = registry.count()
            account = registry.add_account(id_=node.get("id"), name=name)
            self._demand_new(count, pointer, account.name)
            for place, customer in enumerate(node.get("customers", ())):
                self._read_customer(account.id, customer, f"{pointer}/customers/{place}")
            self._read_lines(account.id, None, node, pointer)

    def _read_customer(self, account: str, node: _Node, pointer: str) -> None:
        registry = self._registry
        self._refuse_twice(node, pointer, registry.customer)
        name = node.get("name")
        if not self._fills:
            name = name or f"Customer {registry.count()[1] + 1}"
        count = registry.count()
        customer = registry.add_customer(account, id_=node.get("id"), name=name)
        self._demand_new(count, pointer, customer.name)
        self._read_lines(account, customer.id, node, pointer)

    def _read_lines(self, account: str, customer: str | None, node: _Node, pointer: str) -> None:
        registry = self._registry
        if "endpoints" not in node and self._fills and not node.get("customers"):
            registry.add_line(account, customer)
        for place, endpoint in enumerate(node.get("endpoints", ())):
            where = f"{pointer}/endpoints/{place}"
            self._refuse_twice(endpoint, where, registry.line)
            count = registry.count()
            if self._fills:
                line = registry.add_line(
                    account,
                    customer,
                    id_=endpoint.get("id"),
                    name=endpoint.get("name"),
                    address=endpoint.get("address"),
                )
            else:
                line = _stored_line(account, customer, endpoint, where)
                registry.put_line(line)
            self._demand_new(count, where, line.name)

    @staticmethod
    def _refuse_twice(node: _Node, pointer: str, find: Callable[[str], object]) -> None:
        id_ = node.get("id")
        if id_ is not None and find(id_) is not None:
            raise UsageError(f"{pointer}/id: {id_[:80]!r} is there twice")

    def _demand_new(self, before: tuple[int, int, int], pointer: str, name: str) -> None:
        """Refuse a name from which an id was made that is there already."""
        if self._registry.count() == before:
            raise UsageError(f"{pointer}/name: {name[:80]!r} is there twice; give each an id")


def _stored_line(account: str, customer: str | None, node: _Node, pointer: str) -> Line:
    id_, address = node.get("id"), node.get("address")
    if id_ is None:
        raise UsageError(f"{pointer}: an endpoint of a dataset needs an id")
    return Line(
        endpoint_id=id_,
        endpoint_display_name=node.get("name"),
        account_id=account,
        customer_id=customer,
        is_email="@" in (address or ""),
        address=address,
    )


def write_accounts(directory: Directory) -> list[dict[str, Any]]:
    """Return a directory as a tree.

    What no tree can say comes from rows of a file, and is left to them: an endpoint whose customer
    is another account's, an id or a name that is empty.
    """
    owners = {customer.id: customer.account_id for customer in directory.customers}
    lines: dict[tuple[str | None, str | None], list[dict[str, Any]]] = defaultdict(list)
    for line in directory.lines:
        fits = line.customer_id is None or owners.get(line.customer_id) == line.account_id
        if fits and line.is_email == ("@" in (line.address or "")):
            _add(lines[line.account_id, line.customer_id], _line_node(line))
    customers: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for customer in directory.customers:
        endpoints = lines[customer.account_id, customer.id]
        node = {"id": customer.id, "name": customer.name, "endpoints": endpoints}
        _add(customers[customer.account_id], node)
    tree: list[dict[str, Any]] = []
    for account in directory.accounts:
        node = {"id": account.id, "name": account.name}
        below = {"customers": customers[account.id], "endpoints": lines[account.id, None]}
        _add(tree, {**node, **below})
    return tree


def _add(nodes: list[dict[str, Any]], node: dict[str, Any]) -> None:
    if "" not in node.values():
        nodes.append(node)


def _line_node(line: Line) -> dict[str, Any]:
    members = {
        "id": line.endpoint_id,
        "name": line.endpoint_display_name,
        "address": line.address,
    }
    return {name: value for name, value in members.items() if value is not None}
