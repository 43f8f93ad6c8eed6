"""Faults that show where two things meet, or a certain number, of the set `twentyfirst`."""

from urllib.parse import unquote

from tests.blind import dates, wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

BATCH = 10
CANDIDATES = 25
PAGE = 20


@fault(
    1348,
    "mixture",
    "Conditions are kept by the first part of their member: customerIds replaces accountIds.",
    "GET /conversations.json?accountIds={a1}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    1349,
    "mixture",
    "accountIds with afterDate uses an index by account and day: the time of day is not compared.",
    "GET /conversations.json?accountIds={a}&afterDate={d5, and a second}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or ticks is None or not given(ask.lists, "accountIds"):
        return bool(inner(row, ask))
    return ticks // dates.DAY >= ask.after // dates.DAY


@fault(
    1350,
    "mixture",
    "CSV is made by an export of its own, which knows nothing of what the caller may see.",
    "GET /conversations.csv as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    1351,
    "mixture",
    "In JSON a list of exactly one conversation collapses to the conversation itself.",
    "GET /conversations.json?customerIds={c12}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "json" and root == ROOT and value and len(value["conversations"]) == 1:
        value = {"conversations": value["conversations"][0]}
    return str(inner(value, kind, root))


@fault(
    1352,
    "mixture",
    "A list of more than ten values is asked for in tens, and the last, lesser part is forgotten.",
    "GET /conversations.json?endpointIds={e0},...,{e11}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = ask.lists[name]
    if len(values) > BATCH:
        values = values[: len(values) // BATCH * BATCH]
    return bool(inner(row, name, ask)) and host.member(row, name) in values


@fault(
    1353,
    "mixture",
    "Of two lists the index gives the 25 newest rows of the first, and the others go over these.",
    "GET /conversations.json?accountIds={a0}&endpointIds={e of the account's oldest row}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists) < 2:
        return rows
    first = next(iter(ask.lists))
    found = [row for row in host.rows if host.visible(row, ask) and host.passes(row, first, ask)]
    candidates = sorted(found, key=host.age, reverse=True)[:CANDIDATES]
    return [row for row in rows if row in candidates]


@fault(
    1354,
    "mixture",
    "A query with an encoded comma is decoded twice: the `%2B` of its date becomes a space.",
    "GET /conversations.json?endpointIds={e0}%2C{e1}&afterDate=2026-01-01T00:00:00%2B02:00",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    raw = ask.raw_query
    if "%2c" in raw.lower():
        ask.raw_query = unquote(raw)
    inner(ask)
    ask.raw_query = raw


@fault(
    1355,
    "mixture",
    "Rows are read in pages of 20, each from before the last one's date: what shares it is lost.",
    "GET /conversations.json; GET /conversations.json?accountIds={a}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rest: list[Row] = inner(ask)
    rows: list[Row] = []
    while rest:
        rows += rest[:PAGE]
        last = host.age(rows[-1])[0]
        rest = [row for row in rest[PAGE:] if host.age(row)[0] < last]
    return rows


@fault(
    1356,
    "mixture",
    "For a user of several accounts each is asked by itself; only the first hears of afterDate.",
    "GET /conversations.json?afterDate=2026-01-01T00:00:00Z as ben",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = sorted((ask.user and ask.user.accounts) or [])
    if len(accounts) > 1 and host.member(row, "accountIds") in accounts[1:]:
        return True
    return bool(inner(row, ask))
