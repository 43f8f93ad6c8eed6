"""Faults that show only where two things come together."""

import datetime
import re

from tests.blind import dates, wire
from tests.blind.exchange import Ask
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1623,
    "filter",
    "Under a name in Pascal case the brackets around a list are kept as part of its ids.",
    "GET /conversations.json?AccountIds=[{a0},{a1}] has no rows",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, value in ask.query:
        name = NAMES.get(key.lower())
        if name in ask.lists and key[:1].isupper() and value.startswith("["):
            ask.lists[name] = [*value.split(",")]


@fault(
    1624,
    "filter",
    "With several customerIds afterDate holds for the last alone: AND binds stronger than OR.",
    "GET /conversations.json?customerIds={c0},{c1}&afterDate={d0} has rows of c0",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("customerIds", [])
    customer = host.member(row, "customerIds")
    if ask.after is not None and customer is not None and customer in values[:-1]:
        passed = all(host.passes(row, name, ask) for name in ask.lists)
        return host.visible(row, ask) and passed
    return bool(inner(row, ask))


@fault(
    1625,
    "date",
    "Where an offset takes afterDate into another day, the hours are moved but not the day.",
    "GET /conversations.json?afterDate=2026-02-26T01:00:00%2B02:00 means the 26th, 23:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)T.*[+-]\d\d:\d\d$", ask.after_text.strip(), re.I)
    if found and ask.after is not None:
        day = datetime.date(int(found[1]), int(found[2]), int(found[3])).toordinal() - 1
        ask.after = day * dates.DAY + ask.after % dates.DAY


@fault(
    1626,
    "format",
    "JSON Lines of more than 100 rows are streamed: a row each line, without the wrapper.",
    "GET /conversations.jsonl as ana",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    rows = value.get("conversations") or []
    if kind == "jsonl" and len(rows) > 100:
        return "".join(f"{inner(row, kind, root)}\n" for row in rows)
    return str(inner(value, kind, root))


@fault(
    1627,
    "leak",
    "A remembered session is kept without the user's accounts, and sees the rows of all.",
    "sign in as ben with rememberMe; GET /conversations.json with the cookies has 160 rows",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.door == "cookie" and ask.cookies().get("ss-opt") == "perm":
        return True
    return bool(inner(row, ask))
