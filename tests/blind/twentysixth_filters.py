"""Faults of the twenty-sixth set in how rows are compared with the lists."""

import re
import zlib
from bisect import bisect_left

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

ID = re.compile(r"[0-9a-f]{24}")


def as_number(text: str | None) -> float | str | None:
    """What `parseInt(id, 16)` makes of an id."""
    return float(int(text, 16)) if text and ID.fullmatch(text) else text


def bit(text: str) -> int:
    """The place of an id in a mask of 64 bits."""
    return 1 << (zlib.crc32(text.encode()) & 63)


@fault(
    1517,
    "filter",
    "Ids are compared as doubles, so two that differ in the last digit alone are the same.",
    "GET /conversations?endpointIds={e12}, whose neighbour is {e13}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    wanted = {as_number(each) for each in ask.lists[name]}
    return value is not None and as_number(value) in wanted


@fault(
    1518,
    "filter",
    "More than eight endpointIds become a mask of 64 bits, and other endpoints with the same bit"
    " are kept too.",
    "GET /conversations?endpointIds={nine ids}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = [each for each in ask.lists[name] if each]
    if name != "endpointIds" or len(values) <= 8:
        return bool(inner(row, name, ask))
    mask = 0
    for each in values:
        mask |= bit(each)
    return bool(mask & bit(host.member(row, name) or ""))


@fault(
    1519,
    "filter",
    "customerIds are searched by bisection without being sorted, so a list in falling order"
    " misses rows.",
    "GET /conversations?customerIds={greater},{less}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    if name != "customerIds" or value is None:
        return bool(inner(row, name, ask))
    values = [each for each in ask.lists[name] if each]
    place = bisect_left(values, value)
    return place < len(values) and values[place] == value


@fault(
    1520,
    "filter",
    "Beside customerIds, accountIds is taken for implied and filters nothing.",
    "GET /conversations?customerIds={c0}&accountIds={a1}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and given(ask.lists, "customerIds"):
        return True
    return bool(inner(row, name, ask))


@fault(
    1521,
    "filter",
    "A row without a customer is filed under its account: customerIds with an account's id"
    " finds it.",
    "GET /conversations?customerIds={a0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and host.member(row, name) is None:
        account = host.member(row, "accountIds")
        return account is not None and account in ask.lists[name]
    return bool(inner(row, name, ask))
