"""What several of the fourth faults share."""

from collections.abc import Callable
from typing import Any

from tests.blind.dates import parse
from tests.blind.world import Row, make_rows

__all__ = ["LIST", "ROWS", "as_form", "edited", "ticks", "without_zone"]

LIST = "ana GET /conversations.json"
ROWS = [row for row in make_rows() if row["mostRecentMessage"]["date"]]
ZONES = "+-"


def edited(value: Any, edit: Callable[[Row, Row], None]) -> Any:
    """A response in which each row and its message went through `edit`."""
    if not value.get("conversations"):
        return value
    rows = []
    for row in value["conversations"]:
        message = dict(row["mostRecentMessage"] or {})
        copy = {**row, "mostRecentMessage": message if row["mostRecentMessage"] else None}
        edit(copy, message)
        rows.append(copy)
    return {**value, "conversations": rows}


def as_form(name: str, password: str, more: str = "") -> str:
    """A sign-in of a witness, without who sends it."""
    return f"POST /auth/credentials.json form=userName={name}&password={password}{more}"


def without_zone(text: str) -> str | None:
    """A date and time without its offset; None where it has none."""
    head, mark, tail = text.rpartition("T")
    at = next((n for n, letter in enumerate(tail) if letter in ZONES), 0)
    return f"{head}{mark}{tail[:at]}" if mark and at else None


def ticks(text: str) -> int:
    """The instant of a date that is one."""
    return parse(text) or 0
