"""Judge answers by the rows that the same server lists at the same moment.

Which rows there are, which messages arrive, and what an owner's change does, the contract does not
say; a mutant that only makes other rows is right. What it does say: a filter keeps those rows of
the list that pass, and each row says the same in every answer and format.
"""

import base64
import binascii
import datetime
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # none shipped

from tests.mutants.decoding import decode, rows_of
from tests.mutants.places import ROOT
from tests.mutants.sequences import Answer, Ask
from tests.mutants.settled import is_settled

__all__ = ["Rows", "Visible", "fits_schema", "inconsistent", "rows_in"]

Rows = Mapping[str, Mapping[str, Any]]
Visible = Mapping[str, frozenset[str] | None]
_ACCOUNT = "/mostRecentMessage/accountId"
_ID = re.compile("[0-9a-f]{24}")


def rows_in(answer: Answer) -> Rows | None:
    """Return the rows of a list in JSON by their ids; None where it is no such list."""
    try:
        rows = rows_of("application/json", decode("application/json", answer.body))
    except ValueError:
        return None
    if answer.status != 200 or rows is None:
        return None
    found = {str(row.get("id")): row for row in rows if isinstance(row, dict)}
    return found if len(found) == len(rows) else None


def inconsistent(ask: Ask, answer: Answer, rows: Rows, visible: Visible) -> tuple[str, ...]:
    """Return in what an answer contradicts the list of all rows; nothing where none can say.

    Args:
        rows: all that there are.
        visible: the accounts that each user sees, None for all.
    """
    right = _selected(ask, rows, visible)
    if right is None or not is_settled(ask) or ask.method != "GET":
        return ()
    if answer.status // 100 != 2:
        # Whether the password was right, nobody knows here.
        return ("status",) if answer.status // 100 in (0, 5) else ()
    try:
        given = rows_of(answer.media_type, decode(answer.media_type, answer.body))
    except ValueError:
        return () if answer.media_type == "text/html" else ("kind",)
    if given is None:
        return ("kind",)
    found = [_plain(row) for row in given]
    ids = [str(row.get("id")) for row in found]
    parts = () if sorted(ids) == sorted(right) else ("rows",)
    if any(row != _plain(rows[id_]) for id_, row in zip(ids, found, strict=True) if id_ in rows):
        return (*parts, "members")
    return parts


def fits_schema(rows: Rows) -> bool:
    """Say whether a list is what the contract's schema says."""
    return bool(_schema().is_valid({"conversations": list(rows.values())}))


def _plain(value: Any, name: str = "") -> Any:
    """Return a row as every format has it: capitals, nulls and types of values are the format's."""
    if isinstance(value, dict):
        members = ((key[:1].lower() + key[1:], member) for key, member in value.items())
        return {key: _plain(member, key) for key, member in members if member is not None}
    text = str(value).lower() if name == "isUnread" else str(value)
    # A reader of XML sees line feeds alone.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _selected(ask: Ask, rows: Rows, visible: Visible) -> list[str] | None:
    """Return the ids of the rows that a question selects; None where a point decides."""
    user = _user_of(ask)
    path, _, query = ask.target.partition("?")
    if user is None or user not in visible or path.partition(".")[0] != "/conversations":
        return None
    asked = urllib.parse.parse_qs(query)
    accounts = visible[user]
    kept = [row for row in rows.values() if accounts is None or _at(row, _ACCOUNT) in accounts]
    for name, (field, operator) in _filters().items():
        values = asked.get(name)
        if values is None:
            continue
        test = _is_in(values, field) if operator == "in" else _is_after(values, field, rows)
        if test is None:
            return None
        kept = [row for row in kept if test(row)]
    return [str(row["id"]) for row in kept]


def _is_in(values: Sequence[str], field: str) -> Any:
    wanted = {item for value in values for item in value.split(",")}
    if not all(map(_ID.fullmatch, wanted)):
        return None
    return lambda row: _at(row, field) in wanted


def _is_after(values: Sequence[str], field: str, rows: Rows) -> Any:
    instants = {id_: _instant(_at(row, field)) for id_, row in rows.items()}
    try:
        after = datetime.datetime.fromisoformat(values[0])
    except ValueError:
        return None
    # At a row's very date a point of the profile decides, and so does the zone of a date without.
    if len(values) > 1 or after.tzinfo is None or after in instants.values():
        return None
    return lambda row: (instants[row["id"]] or after) > after


def _instant(text: Any) -> datetime.datetime | None:
    try:
        read = datetime.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return read if read.tzinfo else None


def _at(row: Any, pointer: str) -> Any:
    for name in pointer.split("/")[1:]:
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _user_of(ask: Ask) -> str | None:
    """Return who signs in with Basic; whose cookies a client holds is not known here."""
    for line in ask.values("authorization"):
        try:
            return base64.b64decode(line.partition(" ")[2]).decode().partition(":")[0]
        except (binascii.Error, ValueError):
            return None
    return None


@cache
def _contract() -> Mapping[str, Any]:
    contract: Mapping[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
    return contract


@cache
def _schema() -> Draft202012Validator:
    root = {"$ref": "#/components/schemas/ListConversationsResponse"}
    return Draft202012Validator({**root, "components": _contract()["components"]})


@cache
def _filters() -> Mapping[str, tuple[str, str]]:
    """Return the member that each parameter filters, and how."""
    return {
        parameter["name"]: (parameter["x-filter"]["field"], parameter["x-filter"]["operator"])
        for parameter in _contract()["paths"]["/conversations"]["get"]["parameters"]
    }
