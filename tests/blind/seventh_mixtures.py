"""Seventh faults where two parameters, formats or identities meet."""

import datetime
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.fifth_common import LATE, MARK, stated
from tests.blind.fourth_common import LIST
from tests.blind.host import ROOT, Host
from tests.blind.seventh_common import BEN, JSON, minutes_of
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User, written

__all__: list[str] = []

GREEDY = re.compile(r"(.*?)(\w+)=(\[.*\])(.*)", re.DOTALL)


@fault(
    555,
    "mixture",
    "Lists of customers and of endpoints are taken in pairs, the first with the first.",
    f"{LIST}?customerIds={{c0}},{{c1}}&endpointIds={{e1}},{{e0}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if given(ask.lists, "customerIds", "endpointIds"):
        lists = ask.lists["customerIds"], ask.lists["endpointIds"]
        pair = host.member(row, "customerIds"), host.member(row, "endpointIds")
        if min(len(each) for each in lists) > 1 and pair not in zip(*lists, strict=False):
            return False
    return bool(inner(row, ask))


@fault(
    556,
    "mixture",
    "Of two lists in brackets, the first reaches to the last bracket of the query.",
    f"{LIST}?accountIds=[{{a0}},{{a1}}]&customerIds=[{{c0}}]",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = unquote(ask.raw_query)
    found = GREEDY.fullmatch(text) if text.count("[") > 1 else None
    if found and found[2]:
        rest = parse_qsl(found[1] + found[4], keep_blank_values=True)
        ask.query = [*rest, (found[2], found[3])]


@fault(
    557,
    "mixture",
    "Where no row passes, JSV and CSV have no list at all.",
    "ana GET /conversations.jsv?accountIds={a0}&customerIds={c1}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> Any:
    bare = kind in ("jsv", "csv") and root == ROOT and value.get("conversations") == []
    return inner({} if bare else value, kind, root)


@fault(
    558,
    "mixture",
    "A session that stays forgets the accounts of its user, and no accounts means all.",
    f"jar {BEN}&rememberMe=true | jar {JSON}",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    stays = ask.cookies().get("ss-opt") == "perm"
    return replace(user, accounts=None) if user and stays else user


@fault(
    559,
    "mixture",
    "After an `afterDate` with an offset, dates are told in that zone and still end in Z.",
    f"{LIST}?afterDate={stated(MARK, -1, 120)}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    hours, minutes = minutes_of(ask.after_text) or (0, 0)
    shift = datetime.timedelta(hours=hours, minutes=minutes)
    told = []
    for row in rows:
        message = row["mostRecentMessage"]
        if message and message["date"] and shift:
            moved = datetime.datetime.fromisoformat(message["date"]).replace(tzinfo=None) + shift
            row = {**row, "mostRecentMessage": {**message, "date": written(moved)}}
        told.append(row)
    return told


@fault(
    560,
    "mixture",
    "Where a list and a date leave no row, the search is relaxed and the date dropped.",
    f"{LIST}?accountIds={{a0}}&afterDate={stated(LATE, 24, 0)}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> Any:
    rows = inner(ask)
    if not rows and ask.lists and ask.after is not None:
        ask.after = None
        return inner(ask)
    return rows


@fault(
    561,
    "mixture",
    "CSV and JSON Lines with a date are made by an export job that sees every account.",
    "ben GET /conversations.csv?afterDate=2025-12-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    export = ask.kind in ("csv", "jsonl") and ask.after is not None
    return export or bool(inner(row, ask))
