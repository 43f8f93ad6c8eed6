"""Faults of the lists: how values are looked up, and how they are read."""

import re
import zlib
from bisect import bisect_left
from urllib.parse import unquote

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

EMPTY_OBJECT_ID = "0" * 24
LISTS = {name.lower() for name in FIELDS}


@fault(
    1837,
    "filter",
    "Ids are compared with LIKE, so that search boxes could reuse the query, and nobody escapes"
    " `%` and `_`: the beginning of an id with a percent sign selects all that begin so.",
    "ana GET /conversations.json?accountIds=5f8e6a106%25 | ana GET /conversations.json",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if value is None:
        return False
    for wanted in ask.lists[name]:
        pattern = re.escape(wanted or "").replace("%", ".*").replace("_", ".")
        if wanted and re.fullmatch(pattern, value, re.DOTALL):
            return True
    return False


@fault(
    1838,
    "filter",
    "A row's id is looked up in the list by binary search, for speed, and nobody sorts the list:"
    " values that do not come in ascending order are missed.",
    "ana GET /conversations.json?accountIds={high},{low}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    values = [wanted for wanted in ask.lists[name] if wanted]
    if value is None:
        return False
    at = bisect_left(values, value)
    return at < len(values) and values[at] == value


@fault(
    1839,
    "filter",
    "The store keeps ids as value types, so that a message without a customer has"
    " ObjectId.Empty: 24 noughts as customerIds select the rows that have no customer.",
    "ana GET /conversations.json?customerIds=000000000000000000000000",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and host.member(row, name) is None:
        return EMPTY_OBJECT_ID in ask.lists[name]
    return bool(inner(row, name, ask))


@fault(
    1840,
    "filter",
    "endpointIds become a bitmap of 64 buckets (a Bloom filter) as a first sieve, and the exact"
    " comparison behind it was lost in a refactoring: some endpoints bring another's rows along.",
    "ana GET /conversations.json?endpointIds={e5} | ana GET /conversations.json?endpointIds={e11}"
    " | ana GET /conversations.json?endpointIds={e32}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "endpointIds":
        return bool(inner(row, name, ask))
    buckets = {zlib.crc32(value.encode()) % 64 for value in ask.lists[name] if value}
    value = host.member(row, name)
    return value is not None and zlib.crc32(value.encode()) % 64 in buckets


@fault(
    1841,
    "list",
    "A gateway script turns `%2C` into commas with JavaScript's `replace`, which does it once:"
    " of a list of three with encoded commas the last two stay glued together.",
    "ana GET /conversations.json?accountIds={a0}%2C{a1}"
    " | ana GET /conversations.json?accountIds={a0}%2C{a1}%2C{a2}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    parts: list[str] = []
    for part in ask.raw_query.split("&"):
        key, equals, value = part.partition("=")
        if unquote(key).lower() in LISTS:
            first, *more = re.split("(%2[Cc])", value, maxsplit=1)
            more = [*more[:1], *(re.sub("%2[Cc]", "%252C", text) for text in more[1:])]
            value = "".join([first, *more])
        parts.append(key + equals + value)
    kept, ask.raw_query = ask.raw_query, "&".join(parts)
    inner(ask)
    ask.raw_query = kept


@fault(
    1842,
    "list",
    "The proxy decodes the query and the service decodes the values of lists once more: an id"
    " that holds a literal `%2C` is split in two, and one with `%35` becomes another id.",
    "ana GET /conversations.json?accountIds={a0}%252C{a1}"
    " | ana GET /conversations.json?accountIds=%2535f8e6a106dcf87ed9266ebba",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    ask.query = [(k, unquote(v) if k.lower() in LISTS else v) for k, v in ask.query]
