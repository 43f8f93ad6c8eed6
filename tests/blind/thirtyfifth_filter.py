"""Faults of the lists: how they are read and compared, and what the rows become."""

from urllib.parse import parse_qsl

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row


@fault(
    1877,
    "filter",
    "The list is split with a limit of five parts, copied from a helper for addresses, so that"
    " the fifth value and all after it stay one text that nobody has.",
    "ana GET /conversations.json?customerIds={c0},{c1},{c2},{c3},{c4},{c5}",
    at="bind",
)
def split_limit(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 5:
            rest = ",".join(value or "" for value in values[4:])
            ask.lists[name] = [*values[:4], rest]


@fault(
    1878,
    "filter",
    "The customer is joined from the left, and to keep that join from losing rows somebody wrote"
    " `OR customer IS NULL` into the condition: rows without a customer pass customerIds.",
    "ana GET /conversations.json?customerIds={c3}",
    at="passes",
)
def null_customer(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and host.member(row, name) is None:
        return True
    return bool(inner(row, name, ask))


@fault(
    1879,
    "list",
    "The ids of a list go into a temporary table that the rows are joined with; an id that is"
    " named twice is in it twice, and so are its rows in the answer.",
    "ana GET /conversations.json?endpointIds={e4},{e6},{e4}",
    at="select",
)
def joined_twice(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = []
    for row in inner(ask):
        times = 1
        for name, values in ask.lists.items():
            times *= max(values.count(host.member(row, name)), 1)
        rows += [row] * times
    return rows


@fault(
    1880,
    "filter",
    "A rewrite of the list's reader trims the bracket at the start of the text alone, so that the"
    " last value of a bracketed list ends with `]` and selects nothing.",
    "ana GET /conversations.json?accountIds=[{a0},{a1}]",
    at="bind",
)
def closing_bracket(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith("["):
            ask.lists[name] = [*values[:-1], f"{values[-1]}]"]


@fault(
    1881,
    "filter",
    "The lists are split before the query is decoded, at `,` and at `%2C`; nobody thought of the"
    " same escape in small letters, so `%2c` stays inside one value.",
    "ana GET /conversations.json?endpointIds={e1}%2c{e2}",
    at="bind",
)
def small_escape(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, value in parse_qsl(ask.raw_query.replace("%2c", "\ue000")):
        name = NAMES.get(key.lower())
        if name in FIELDS and name in ask.lists and "\ue000" in value:
            ask.lists[name] = [part.replace("\ue000", ",") for part in value.split(",")]


@fault(
    1900,
    "list",
    "The rows are put in order by a sorted map whose key is the date of the message; two rows of"
    " the same instant share a key, and the later one replaces the other.",
    "ana GET /conversations.json",
    at="select",
)
def sorted_map(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    found = {host.age(row)[0] or row["id"]: row for row in inner(ask)}
    return list(found.values())
