"""Hold rows as they are stored, and write any world's conversations as text.

What is written is a dataset: `{"accounts": […], "conversations": [ConversationInfo…]}`, or a row a
line. dataset_file.py reads one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from mockserver.models import ConversationInfo, MessageInfo, conversation_to_wire
from mockserver.world.accounts_tree import read_accounts, write_accounts
from mockserver.world.directory import Directory, Line
from mockserver.world.registry import Registry
from mockserver.world.rows import View, read_member

__all__ = [
    "Rows",
    "StoredRows",
    "describe_oddities",
    "row_json",
    "stored_directory",
    "world_json",
    "world_ndjson",
    "world_stats",
]


Rows = Sequence[ConversationInfo]


class StoredRows:
    """Hold rows that were read from a file."""

    def __init__(self, rows: Sequence[ConversationInfo]) -> None:
        """Keep the rows in their order."""
        self._rows = tuple(rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def row(self, number: int) -> ConversationInfo:
        """Return a row."""
        if number < 0:
            raise IndexError(number)
        return self._rows[number]

    def column(self, pointer: str) -> list[str | None]:
        """Return the member at a JSON pointer of every row; None where there is none."""
        return [read_member(row, pointer) for row in self._rows]

    def instants(self, pointer: str) -> None:
        """Return None: the dates of a file must be parsed."""

    def digest(self) -> str:
        """Return the SHA-256 of the rows, nulls included, one JSON object a line."""
        found = sha256()
        for row in self._rows:
            found.update(f"{row_json(row, nulls=True)}\n".encode())
        return found.hexdigest()


def stored_directory(
    rows: Iterable[ConversationInfo], accounts: Sequence[Mapping[str, Any]] = ()
) -> Directory:
    """Return what the ids in rows stand for: as `accounts` say, then in order of appearance.

    An account or a customer that nobody names is named by its place; an endpoint is as the first
    row names it.

    Raises:
        UsageError: an id in `accounts` is there twice.
    """
    registry = Registry(seed=0, pools=(), generated=Directory())
    read_accounts(registry, accounts, fills=False)
    customers: dict[str, str | None] = {}
    for row in rows:
        message = row.most_recent_message or MessageInfo()
        account, customer = message.account_id, message.customer_id
        if account is not None and registry.account(account) is None:
            registry.add_account(id_=account, name=f"Account {registry.count()[0] + 1}")
        if customer is not None and registry.customer(customer) is None:
            customers[customer] = customers.get(customer) or account
        id_ = row.endpoint_id or message.endpoint_id
        if id_ is not None and registry.line(id_) is None:
            line = Line(
                endpoint_id=id_,
                endpoint_display_name=message.endpoint_display_name,
                account_id=account,
                customer_id=customer,
                is_email="@" in (row.other_address or ""),
            )
            registry.put_line(line)
    for id_, account in customers.items():
        name = f"Customer {registry.count()[1] + 1}"
        registry.add_customer(account, id_=id_, name=name)
    return registry.directory()


def describe_oddities(
    rows: Sequence[ConversationInfo], *, dates: Sequence[int | None], what: str = "dataset"
) -> str | None:
    """Return one sentence that counts what is legal in rows but surprising; None if nothing.

    Args:
        rows: the rows.
        dates: what each row's date parses to.
        what: what the rows are of.
    """
    ids = Counter(row.id for row in rows)
    texts = [read_member(row, "/mostRecentMessage/date") for row in rows]
    counts = {
        "rows without an id": ids.pop(None, 0),
        "rows with the id of another": ids.total() - len(ids),
        "rows without a message": sum(row.most_recent_message is None for row in rows),
        "dates that do not parse": sum(
            text is not None and date is None for text, date in zip(texts, dates, strict=True)
        ),
    }
    found = ", ".join(f"{what} ({count})" for what, count in counts.items() if count)
    return f"the {what} has {found}; all are served as they are" if found else None


def world_json(
    world: View, rows: Iterable[int] | None = None, *, nulls: bool = False
) -> Iterator[str]:
    """Yield pieces of `{"accounts": […], "conversations": […]}`; a file of them is a dataset.

    Args:
        world: the world.
        rows: which rows, in which order; all as stored when None.
        nulls: write members that are null.
    """
    yield '{"accounts":['
    separator = ""
    for account in write_accounts(world.directory):
        yield f"{separator}\n{json.dumps(account, ensure_ascii=False, separators=(',', ':'))}"
        separator = ","
    yield '\n],"conversations":['
    separator = ""
    for number in range(len(world)) if rows is None else rows:
        yield f"{separator}\n{row_json(world.row(number), nulls=nulls)}"
        separator = ","
    yield "\n]}\n"


def world_ndjson(
    world: View, rows: Iterable[int] | None = None, *, nulls: bool = False
) -> Iterator[str]:
    """Yield one line of JSON a row; the arguments are those of `world_json`."""
    for number in range(len(world)) if rows is None else rows:
        yield f"{row_json(world.row(number), nulls=nulls)}\n"


def world_stats(world: View, rows: Iterable[int] | None = None) -> dict[str, object]:
    """Return counts of what rows hold, for people; ready for JSON; of all rows when None."""
    numbers = range(len(world)) if rows is None else rows
    counted = [world.row(number) for number in numbers]
    messages = [row.most_recent_message for row in counted if row.most_recent_message is not None]
    dates = sorted(message.date for message in messages if message.date is not None)
    by_account = Counter(message.account_id for message in messages)
    return {
        "conversations": len(counted),
        "accounts": [
            {"id": account.id, "name": account.name, "conversations": by_account[account.id]}
            for account in world.directory.accounts
        ],
        "endpoints": len({row.endpoint_id for row in counted} - {None}),
        "customers": len({message.customer_id for message in messages} - {None}),
        "unread": sum(message.is_unread for message in messages),
        "incoming": sum(message.direction == "Incoming" for message in messages),
        "withoutMessage": len(counted) - len(messages),
        "withoutDate": len(counted) - len(dates),
        "withoutCustomer": len(counted) - sum(m.customer_id is not None for m in messages),
        "withoutText": len(counted) - sum(message.text is not None for message in messages),
        "oldest": dates[0] if dates else None,
        "newest": dates[-1] if dates else None,
    }


def row_json(row: ConversationInfo, *, nulls: bool) -> str:
    """Return a row as JSON on one line."""
    wire = conversation_to_wire(row)
    if not nulls:
        wire = {name: value for name, value in wire.items() if value is not None}
        message = wire.get("mostRecentMessage")
        if isinstance(message, dict):
            wire["mostRecentMessage"] = {k: v for k, v in message.items() if v is not None}
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
