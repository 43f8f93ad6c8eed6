"""Faults 1788 to 1793: what shows only where two or three conditions meet."""

import re
from urllib.parse import unquote

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row


@fault(
    1788,
    "together",
    "A list of over ten ids is asked for in several queries of ten, and only the last of them "
    "has the condition on the date.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7},{e8},{e9},"
    "{e10},{e11}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    for name, values in ask.lists.items():
        if len(values) > 10:
            place = values.index(host.member(row, name))
            if place // 10 < (len(values) - 1) // 10:
                return True
    return bool(inner(row, ask))


@fault(
    1789,
    "together",
    "Lists go to the database in pieces of five; of two long lists the pieces are paired, the "
    "first with the first, instead of each with each, and rows are lost.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7}"
    "&customerIds={c7},{c6},{c5},{c4},{c3},{c2},{c1},{c0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not inner(row, ask):
        return False
    if not given(ask.lists, "endpointIds", "customerIds"):
        return True
    ranges = []
    rounds = max((len(values) - 1) // 5 for values in ask.lists.values()) + 1
    for name in ("endpointIds", "customerIds"):
        values = ask.lists[name]
        last = (len(values) - 1) // 5
        place = values.index(host.member(row, name)) // 5
        # The last piece of the shorter list stays for all that are left of the longer one.
        ranges.append({turn for turn in range(rounds) if min(turn, last) == place})
    return bool(ranges[0] & ranges[1])


@fault(
    1790,
    "together",
    "The proxy's rule for the routes with a suffix decodes the query once more: there an offset "
    "with %2B becomes a space, and the date is refused.",
    "ana GET /conversations.json?afterDate=2026-02-01T00:00:00%2B02:00",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if "." in ask.path.rpartition("/")[2]:
        ask.raw_query = unquote(ask.raw_query)
    inner(ask)


@fault(
    1791,
    "together",
    "The export to CSV and JSON Lines has a query of its own in which accountIds, where it is "
    "given, takes the place of the caller's accounts: ben gets the rows of other tenants.",
    "ben GET /conversations.csv?accountIds={a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.kind in ("csv", "jsonl") and given(ask.lists, "accountIds"):
        return True
    return bool(inner(row, ask))


@fault(
    1792,
    "together",
    "Names that begin with a capital letter are only looked for where no filter has its name in "
    "small letters: AfterDate beside endpointIds filters nothing.",
    "ana GET /conversations.json?endpointIds={e0}&AfterDate=2026-01-01T00:00:00Z",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    names = (*FIELDS, "afterDate")
    if any(key in names for key, _ in ask.query):
        capitals = [name[:1].upper() + name[1:] for name in names]
        ask.query = [pair for pair in ask.query if pair[0] not in capitals]
    inner(ask)


@fault(
    1793,
    "together",
    "A list is split at its plain commas before it is decoded, and at encoded ones only where "
    "it has no plain one: with both, two ids become one that nobody has.",
    "ana GET /conversations.json?endpointIds={e0},{e1}%2C{e2}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.query = [(key, mixed(ask, key, value)) for key, value in ask.query]


def mixed(ask: Ask, key: str, value: str) -> str:
    """The value, with a piece that holds an encoded comma quoted as one id."""
    if key.lower() not in {name.lower() for name in FIELDS} or set('"[') & set(value):
        return value
    for part in ask.raw_query.split("&"):
        name, _, raw = part.partition("=")
        whole = unquote(raw.replace("+", " ")) == value
        if name == key and whole and "," in raw and re.search("%2c", raw, re.IGNORECASE):
            pieces = [unquote(piece) for piece in raw.split(",")]
            return ",".join(f'"{piece}"' if "," in piece else piece for piece in pieces)
    return value
