"""Tenth faults of filters."""

from bisect import bisect_left
from collections import Counter
from zlib import crc32

from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

WIDTH = 24
BITS = 64
LONG = 4


def named(*numbers: int) -> str:
    """Endpoints of a witness."""
    return ",".join(f"{{e{number}}}" for number in numbers)


@fault(
    722,
    "filter",
    "Ids are cut to the 24 characters of the column, so that a longer one finds rows.",
    f"{LIST}?endpointIds={{e1}}0a",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value and value[:WIDTH] for value in values]


@fault(
    723,
    "filter",
    "An id that is listed twice is switched on and off again.",
    f"{LIST}?endpointIds={named(1, 2, 1)}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value for value, times in Counter(values).items() if times % 2]


@fault(
    724,
    "filter",
    "Lists from four values go through a small Bloom filter whose hits are not looked at again.",
    f"{LIST}?endpointIds={named(0, 5, 9, 14, 20, 26)}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values, value = ask.lists[name], host.member(row, name)
    if len(values) < LONG or value is None:
        return inner(row, name, ask)  # type: ignore[no-any-return]
    marks = {crc32((each or "").encode()) % BITS for each in values}
    return crc32(value.encode()) % BITS in marks


@fault(
    725,
    "filter",
    "Lists from four values are searched by halves, in the order in which they were sent.",
    f"{LIST}?endpointIds={named(7, 3, 22, 1, 15, 30)}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values, value = [each or "" for each in ask.lists[name]], host.member(row, name)
    if len(values) < LONG or value is None:
        return inner(row, name, ask)  # type: ignore[no-any-return]
    at = bisect_left(values, value)
    return at < len(values) and values[at] == value


@fault(
    726,
    "filter",
    "With a date the customers are tested as NOT (x NOT IN list), which lets null pass.",
    f"{LIST}?customerIds={{c1}}&afterDate=2025-01-01T00:00:00Z",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and ask.after is not None and host.member(row, name) is None:
        return True
    return inner(row, name, ask)  # type: ignore[no-any-return]


@fault(
    727,
    "filter",
    "A date that stands before a list in the query is forgotten when the list is read.",
    f"{LIST}?afterDate=2026-01-15T00:00:00Z&accountIds={{a1}}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    names = [NAMES.get(key.lower()) for key, value in ask.query if value]
    if "afterDate" in names and any(name in FIELDS for name in names[names.index("afterDate") :]):
        ask.after = None


@fault(
    728,
    "filter",
    "A filter with an empty value switches off the filter that stands before it.",
    f"{LIST}?endpointIds={{e1}}&customerIds=",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    pairs = [(NAMES.get(key.lower()), value) for key, value in ask.query]
    known = [(name, value) for name, value in pairs if name]
    for (before, _value), (_name, value) in zip(known, known[1:], strict=False):
        if not value:
            ask.lists.pop(before, None)
            ask.raw.pop(before, None)
