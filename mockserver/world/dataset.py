"""Read recorded conversations from a file, and write any world's conversations as text.

A dataset is `{"conversations": [ConversationInfo…]}`, kept in file order, nulls and all.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from mockserver.errors import UsageError
from mockserver.models import (
    ConversationInfo,
    MessageInfo,
    conversation_from_wire,
    conversation_to_wire,
)
from mockserver.world.directory import Account, CustomerEntry, Directory, Line
from mockserver.world.rows import View, read_member

__all__ = [
    "Rows",
    "StoredRows",
    "describe_oddities",
    "load_dataset",
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
            found.update(f"{_row_json(row, nulls=True)}\n".encode())
        return found.hexdigest()


def load_dataset(path: Path) -> tuple[ConversationInfo, ...]:
    """Return the rows of a dataset file.

    Raises:
        UsageError: the file cannot be read, is no JSON, or a member is unknown or of the wrong
            type (named by its JSON pointer).
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise UsageError(f"cannot read dataset {path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"dataset {path} is no UTF-8 (byte {exc.start})") from exc
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"dataset {path} is no JSON: {exc}") from exc
    if not isinstance(document, dict) or set(document) != {"conversations"}:
        raise UsageError(f'dataset {path}: expected one object with the one key "conversations"')
    rows = document["conversations"]
    if not isinstance(rows, list):
        raise UsageError(f"dataset {path}: /conversations: expected a list")
    found = []
    for number, row in enumerate(rows):
        pointer = f"/conversations/{number}"
        try:
            found.append(conversation_from_wire(row, pointer=pointer))
            _row_json(found[-1], nulls=False).encode()
        except UsageError as exc:
            raise UsageError(f"dataset {path}: {exc}") from exc
        except UnicodeEncodeError as exc:
            raise UsageError(f"dataset {path}: {pointer}: half a surrogate pair") from exc
    return tuple(found)


def stored_directory(rows: Iterable[ConversationInfo]) -> Directory:
    """Return what the ids in rows stand for, in order of appearance.

    An account or a customer is named by its place, since no row names it; an endpoint as the first
    row names it.
    """
    accounts: dict[str, None] = {}
    customers: dict[str, str | None] = {}
    lines: dict[str, Line] = {}
    for row in rows:
        message = row.most_recent_message or MessageInfo()
        account, customer = message.account_id, message.customer_id
        if account is not None:
            accounts.setdefault(account)
        if customer is not None:
            customers[customer] = customers.get(customer) or account
        id_ = row.endpoint_id or message.endpoint_id
        if id_ is not None and id_ not in lines:
            lines[id_] = Line(
                endpoint_id=id_,
                endpoint_display_name=message.endpoint_display_name,
                account_id=account,
                customer_id=customer,
                is_email="@" in (row.other_address or ""),
            )
    return Directory(
        accounts=[Account(id=id_, name=f"Account {n}") for n, id_ in enumerate(accounts, start=1)],
        customers=[
            CustomerEntry(id=id_, name=f"Customer {n}", account_id=account)
            for n, (id_, account) in enumerate(customers.items(), start=1)
        ],
        lines=tuple(lines.values()),
    )


def describe_oddities(
    rows: Sequence[ConversationInfo], *, dates: Sequence[int | None]
) -> str | None:
    """Return one sentence that counts what is legal in a dataset but surprising; None if nothing.

    Args:
        rows: the rows.
        dates: what each row's date parses to.
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
    return f"the dataset has {found}; all are served as they are" if found else None


def world_json(
    world: View, rows: Iterable[int] | None = None, *, nulls: bool = False
) -> Iterator[str]:
    """Yield pieces of `{"conversations": […]}`; a file of them is a dataset.

    Args:
        world: the world.
        rows: which rows, in which order; all as stored when None.
        nulls: write members that are null.
    """
    yield '{"conversations":['
    separator = ""
    for number in range(len(world)) if rows is None else rows:
        yield f"{separator}\n{_row_json(world.row(number), nulls=nulls)}"
        separator = ","
    yield "\n]}\n"


def world_ndjson(
    world: View, rows: Iterable[int] | None = None, *, nulls: bool = False
) -> Iterator[str]:
    """Yield one line of JSON a row; the arguments are those of `world_json`."""
    for number in range(len(world)) if rows is None else rows:
        yield f"{_row_json(world.row(number), nulls=nulls)}\n"


def world_stats(world: View) -> dict[str, object]:
    """Return counts of what a world holds, for people; ready for JSON."""
    rows = [world.row(number) for number in range(len(world))]
    messages = [row.most_recent_message for row in rows if row.most_recent_message is not None]
    dates = sorted(message.date for message in messages if message.date is not None)
    by_account = Counter(message.account_id for message in messages)
    return {
        "conversations": len(rows),
        "accounts": [
            {"id": account.id, "name": account.name, "conversations": by_account[account.id]}
            for account in world.directory.accounts
        ],
        "endpoints": len({row.endpoint_id for row in rows} - {None}),
        "customers": len({message.customer_id for message in messages} - {None}),
        "unread": sum(message.is_unread for message in messages),
        "incoming": sum(message.direction == "Incoming" for message in messages),
        "withoutMessage": len(rows) - len(messages),
        "withoutDate": len(rows) - len(dates),
        "withoutCustomer": len(rows) - sum(m.customer_id is not None for m in messages),
        "withoutText": len(rows) - sum(message.text is not None for message in messages),
        "oldest": dates[0] if dates else None,
        "newest": dates[-1] if dates else None,
    }


def _row_json(row: ConversationInfo, *, nulls: bool) -> str:
    wire = conversation_to_wire(row)
    if not nulls:
        wire = {name: value for name, value in wire.items() if value is not None}
        message = wire.get("mostRecentMessage")
        if isinstance(message, dict):
            wire["mostRecentMessage"] = {k: v for k, v in message.items() if v is not None}
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
