"""Read rows that were recorded or exported from a file, and keep them as they are.

The file is `{"conversations": [ConversationInfo…]}`, with `accounts` or without, the list alone, or
one conversation a line (NDJSON). Members that no conversation has are dropped and counted.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.errors import UsageError
from mockserver.models import (
    CONVERSATION_FIELDS,
    MESSAGE_FIELDS,
    ConversationInfo,
    conversation_from_wire,
)
from mockserver.world.dataset import row_json, stored_directory

__all__ = ["Dataset", "load_dataset"]

_ROW = frozenset(wire for wire, _ in CONVERSATION_FIELDS)
_MESSAGE = frozenset(wire for wire, _ in MESSAGE_FIELDS)
_DOCUMENT = frozenset(("accounts", "conversations"))
_ENDPOINTS = {"endpoints": frozenset(("id", "name", "address"))}
_CUSTOMERS = {"customers": frozenset(("id", "name", "endpoints"))}
_ACCOUNT = frozenset(("id", "name", "customers", "endpoints"))
_LINES = (".ndjson", ".jsonl")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Hold what a file says.

    Attributes:
        rows: the conversations in file order, nulls and all.
        accounts: what it says of accounts, customers and endpoints.
        warnings: what the user should know of the file.
    """

    rows: tuple[ConversationInfo, ...]
    accounts: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


def load_dataset(path: Path) -> Dataset:
    """Return the rows of a dataset file.

    Raises:
        UsageError: the file cannot be read, is no JSON, or a member is of the wrong type (named by
            its JSON pointer, or by its line where each line is a row).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise UsageError(f"cannot read dataset {path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"dataset {path} is no UTF-8 (byte {exc.start})") from exc
    reader = _Reader(path)
    rows = tuple(reader.read_rows(text))
    try:
        stored_directory((), reader.accounts)
    except UsageError as exc:
        raise UsageError(f"dataset {path}: {exc}") from exc
    return Dataset(rows=rows, accounts=tuple(reader.accounts), warnings=tuple(reader.warnings()))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._dropped: Counter[str] = Counter()
        self._has_escapes = True
        self.accounts: list[Mapping[str, Any]] = []

    def warnings(self) -> Iterator[str]:
        """Yield one sentence that counts the members that were dropped, where there are any."""
        if not self._dropped:
            return
        shown = [f"{name} ({count})" for name, count in self._dropped.most_common(_SHOWN)]
        more = len(self._dropped) - len(shown)
        names = ", ".join(shown) + (f" and {more} more names" if more > 0 else "")
        total = self._dropped.total()
        members = "member that is" if total == 1 else "members that are"
        yield f"the dataset has {total} {members} not known and dropped: {names}"

    def read_rows(self, text: str) -> Iterator[ConversationInfo]:
        """Yield the rows, each with what is unknown taken out."""
        # Only an escape can stand for half a surrogate pair.
        self._has_escapes = "\\u" in text
        for place, row in self._find_rows(text):
            yield self._read_row(place, row)

    def _find_rows(self, text: str) -> Iterator[tuple[str, object]]:
        """Yield each row's place and JSON."""
        if not text.strip() and self._path.suffix in _LINES:
            return
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as exc:
            lines = list(_lines_of(text))
            # A text that is no JSON as a whole may be so line by line.
            if len(lines) < 2 or not _is_json(lines[0][1]):
                raise UsageError(f"dataset {self._path} is no JSON: {exc}") from exc
            yield from self._parse_lines(lines)
            return
        if isinstance(document, dict) and not set(document).isdisjoint(_DOCUMENT):
            self._drop(document, _DOCUMENT, "")
            self.accounts = self._read_accounts(document.get("accounts", []))
            document = document.get("conversations", [])
            if not isinstance(document, list):
                raise self._wrong("/conversations: expected a list")
        elif isinstance(document, dict) and not set(document).isdisjoint(_ROW):
            document = [document]
        if not isinstance(document, list):
            raise self._wrong(
                'expected {"conversations": […]}, a list of conversations, or one a line'
            )
        for number, row in enumerate(document):
            yield f"/conversations/{number}", row

    def _parse_lines(self, lines: list[tuple[int, str]]) -> Iterator[tuple[str, object]]:
        for number, line in lines:
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as exc:
                raise self._wrong(f"line {number}: no JSON: {exc}") from exc

    def _read_row(self, place: str, row: object) -> ConversationInfo:
        is_line = place.startswith("line")
        if isinstance(row, dict):
            row = self._drop(row, _ROW, "")
            message = row.get("mostRecentMessage")
            if isinstance(message, dict):
                row["mostRecentMessage"] = self._drop(message, _MESSAGE, "mostRecentMessage.")
        try:
            found = conversation_from_wire(row, pointer="" if is_line else place)
            if self._has_escapes:
                row_json(found, nulls=False).encode()
        except UsageError as exc:
            raise self._wrong(f"{place}: {exc}" if is_line else str(exc)) from exc
        except UnicodeEncodeError as exc:
            raise self._wrong(f"{place}: half a surrogate pair") from exc
        return found

    def _read_accounts(self, accounts: object) -> list[Mapping[str, Any]]:
        return [
            self._read_owner(account, _ACCOUNT, pointer, "accounts.")
            for pointer, account in self._items(accounts, "/accounts")
        ]

    def _read_owner(
        self, node: object, known: frozenset[str], pointer: str, prefix: str
    ) -> dict[str, Any]:
        """Return an account, a customer or an endpoint, checked, with all that is under it."""
        if not isinstance(node, dict):
            raise self._wrong(f"{pointer}: expected an object")
        owner = dict(self._drop(node, known, prefix))
        for name in ("id", "name", "address"):
            value = owner.get(name)
            if value is None:
                owner.pop(name, None)
            elif not isinstance(value, str) or not value:
                raise self._wrong(f"{pointer}/{name}: expected a text that is not empty, or null")
        for name, members in (_CUSTOMERS | _ENDPOINTS).items():
            if name in owner:
                owner[name] = [
                    self._read_owner(one, members, where, f"{prefix}{name}.")
                    for where, one in self._items(owner[name], f"{pointer}/{name}")
                ]
        return owner

    def _items(self, value: object, pointer: str) -> Iterator[tuple[str, object]]:
        if not isinstance(value, list):
            raise self._wrong(f"{pointer}: expected a list")
        for number, item in enumerate(value):
            yield f"{pointer}/{number}", item

    def _drop(self, value: dict[str, Any], known: frozenset[str], prefix: str) -> dict[str, Any]:
        """Return an object without the members that nobody knows, and count these."""
        if value.keys() <= known:
            return value
        self._dropped.update(f"{prefix}{name[:40]}" for name in value if name not in known)
        return {name: member for name, member in value.items() if name in known}

    def _wrong(self, text: str) -> UsageError:
        return UsageError(f"dataset {self._path}: {text}")


def _lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, with their numbers."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
