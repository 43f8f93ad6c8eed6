"""Faults of the set `twentythird` in the filters: hashes, grouping and partitions."""

import zlib

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def bit(value: str | None) -> int:
    """The place of an id in a mask of 32 bits."""
    return 1 << zlib.crc32((value or "").encode()) % 32


@fault(
    1397,
    "filter",
    "endpointIds is a mask of 32 hash bits that is never checked again, so ids that share a bit "
    "come too.",
    "GET /conversations.json?endpointIds={e1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "endpointIds":
        return bool(inner(row, name, ask))
    mask = 0
    for value in ask.lists[name]:
        mask |= bit(value)
    return bool(mask & bit(host.member(row, name)))


@fault(
    1398,
    "filter",
    "With customerIds the query groups by the other address, so of two threads with one address "
    "the newer alone is left.",
    "GET /conversations.json?customerIds={c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "customerIds" not in ask.lists:
        return rows
    groups: dict[str, Row] = {}
    for row in rows:
        groups.setdefault(row["otherAddress"], row)
    return list(groups.values())


@fault(
    1399,
    "filter",
    "accountIds reads the hot partitions only: rows older than 180 days are lost.",
    "GET /conversations.json?accountIds={a0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if "accountIds" in ask.lists:
        newest = max(dates.row_ticks(host.age(each)[0]) or 0 for each in host.rows)
        ticks = dates.row_ticks(host.age(row)[0])
        if ticks is None or ticks < newest - 180 * dates.DAY:
            return False
    return bool(inner(row, ask))
