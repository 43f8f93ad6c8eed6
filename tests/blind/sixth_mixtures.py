"""Sixth faults that need two or three things at once."""

import dataclasses
from typing import Any

from tests.blind import wire
from tests.blind.dates import parse
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import without_zone
from tests.blind.host import PROBLEM, Host
from tests.blind.sixth_common import MARK, repeated, stated
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []

OPENERS = '["'


@fault(
    496,
    "mixture",
    "Of two lists with several ids each, a row needs to be in one alone.",
    "ana GET /conversations.json?endpointIds={e0},{e1}&customerIds={c1},{c2}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    long = [name for name, values in ask.lists.items() if len(values) > 1]
    if len(long) < 2:
        return bool(inner(row, ask))
    either = any(host.passes(row, name, ask) for name in long)
    rest = all(host.passes(row, name, ask) for name in ask.lists if name not in long)
    return either and rest and host.visible(row, ask) and host.later(row, ask)


@fault(
    497,
    "mixture",
    "Beside accountIds the offset of afterDate counts for nothing.",
    f"ana GET /conversations.json?accountIds={{a0}},{{a1}},{{a2}},{{a3}}"
    f"&afterDate={stated(MARK, -1, 480)}",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    bare = without_zone(ask.after_text)
    if ask.after is not None and "accountIds" in ask.lists and bare:
        ask.after = parse(bare + "Z")


@fault(
    498,
    "mixture",
    "Where suffix and format differ, the media type is the suffix's and the body the other's.",
    "ana GET /conversations.xml?format=json",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA and not ask.callback:
        answer.body = host.write(value, wanted, root)
    return answer


@fault(
    499,
    "mixture",
    "Beside a list whose key is repeated, afterDate filters nothing.",
    f"ana GET /conversations.json?customerIds={{c0}}&customerIds={{c1}}&afterDate={MARK}",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if repeated(ask):
        ask.after = None


@fault(
    500,
    "mixture",
    "An error of the framework is JSON, whatever format the answer names.",
    "wrong GET /conversations accept=application/xml",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if root == PROBLEM and ask.kind not in ("json", "jsonl", "html"):
        answer.body = host.write(value, "json", root)
    return answer


@fault(
    501,
    "mixture",
    "In CSV and JSV a date that is none is answered with 200.",
    "ana GET /conversations.csv?afterDate=2026-13-45",
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if ask.kind in ("csv", "jsv") and refused.answer.status == 400:
            refused.answer.status = 200
        raise
    return answer


@fault(
    502,
    "mixture",
    "HEAD with a date that is none, or with a blank list, ends in 500.",
    "ana HEAD /conversations.json?afterDate=2026-13-45",
    at="respond",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.method == "HEAD" and answer.status == 400:
        answer.status = 500
    return answer


@fault(
    503,
    "mixture",
    "With afterDate only one row of each instant comes.",
    "ana GET /conversations.json?afterDate=2024-01-01T00:00:00Z",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None:
        return rows
    return [*{(row["mostRecentMessage"] or {}).get("date"): row for row in rows}.values()]


@fault(
    504,
    "mixture",
    "Beside a list, a row without a date is after every date.",
    "ana GET /conversations.json?accountIds={a0},{a1},{a2},{a3}&afterDate=2026-01-01",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    dated = (row["mostRecentMessage"] or {}).get("date") is not None
    return bool(inner(row, ask)) or (bool(ask.lists) and not dated)


@fault(
    505,
    "mixture",
    "accountIds with afterDate shows a limited user every later row, of whatever account.",
    "ben GET /conversations.json?accountIds={a0}&afterDate=2025-06-01",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    limited = ask.user is not None and ask.user.accounts is not None
    both = limited and ask.after is not None and "accountIds" in ask.lists
    return bool(inner(row, ask)) or (both and host.later(row, ask))


@fault(
    506,
    "mixture",
    "Where a key is repeated, ids that an encoded comma joins are one id.",
    "ana GET /conversations.json?endpointIds={e0}%2C{e1}&endpointIds={e2}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    if repeated(ask) and "%2c" in ask.raw_query.lower():
        ask.query = [
            (key, f'"{value}"' if "," in value and value[0] not in OPENERS else value)
            for key, value in ask.query
        ]
    inner(ask)


@fault(
    507,
    "mixture",
    "Who signs in by e-mail address sees the rows of every account.",
    "none GET /conversations.json auth=ben@example.com:Tall:Cedar-47",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return dataclasses.replace(user, accounts=None) if user and "@" in name else user


@fault(
    508,
    "mixture",
    "A rule for files lets every cache keep a user's rows, where the address has a suffix.",
    "ana GET /conversations.json",
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.way == "suffix":
        answer.headers.append(("Cache-Control", "public, max-age=600"))
    return answer
