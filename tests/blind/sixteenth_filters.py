"""Faults of the sixteenth set in the lists of ids, and in how their names are spelled."""

import re

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, also, fault, given
from tests.blind.world import Row

__all__: list[str] = []


def as_number(text: str | None) -> float | str:
    """An id as a store of floating numbers keeps it."""
    try:
        return float(int(text or "", 16))
    except (ValueError, OverflowError):
        return text or ""


@fault(
    1037,
    "filter",
    "Endpoint ids are compared as floating numbers, so that two which differ in the last digit "
    "alone select each other's rows.",
    "GET /conversations?endpointIds={e12}, where e13 differs in the last digit",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "endpointIds":
        return bool(inner(row, name, ask))
    value = host.member(row, name)
    wanted = {as_number(each) for each in ask.lists[name]}
    return value is not None and as_number(value) in wanted


@fault(
    1038,
    "filter",
    "Keys with an index, such as endpointIds[0], are read as a list instead of being ignored.",
    "GET /conversations?endpointIds[0]={e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [(re.sub(r"\[\d+\]$", "", key), value) for key, value in ask.query]
    inner(ask)


@fault(
    1039,
    "filter",
    "Where accountIds is given too, customerIds also keeps rows that have no customer.",
    "GET /conversations?accountIds={a0}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and "accountIds" in ask.lists and host.member(row, name) is None:
        return True
    return bool(inner(row, name, ask))


@fault(
    1040,
    "filter",
    "An id that a list names twice is taken out of it again, as by a toggle.",
    "GET /conversations?customerIds={c0},{c1},{c0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value for value in values if values.count(value) % 2]


@fault(
    1041,
    "filter",
    "Only the outer quotes of a list are removed, so that of several quoted ids none is found.",
    'GET /conversations?accountIds="{a0}","{a1}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if '"' in text:
            ask.lists[name] = [*text.strip("[]").strip('"').split(",")]


@fault(
    1042,
    "filter",
    "Ids are looked up in blocks of five, and after the first block one that is not full is "
    "left out.",
    "GET /conversations?endpointIds= with seven ids",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 5:
            ask.lists[name] = values[: len(values) // 5 * 5]


@fault(
    1043,
    "filter",
    "A comma that is encoded with a small letter, %2c, is not decoded and so does not divide.",
    "GET /conversations?customerIds={c0}%2c{c1}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    sent = ask.raw_query
    ask.raw_query = sent.replace("%2c", "%252c")
    inner(ask)
    ask.raw_query = sent


@fault(
    1044,
    "filter",
    "An empty customerIds keeps only the rows that have no customer, instead of all.",
    "GET /conversations?customerIds=",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "customerIds" in ask.raw and not any(ask.raw["customerIds"]):
        ask.lists["customerIds"] = [""]


@also(1044, at="passes")
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name in FIELDS and ask.lists[name] == [""]:
        return host.member(row, name) is None
    return bool(inner(row, name, ask))


@fault(
    1045,
    "filter",
    "Accounts and customers are conditions on the same message and the later replaces the "
    "earlier, so that customerIds switches accountIds off.",
    "GET /conversations?accountIds={a0}&customerIds={c1}, a customer of another account",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if given(ask.lists, "accountIds", "customerIds"):
        del ask.lists["accountIds"]
