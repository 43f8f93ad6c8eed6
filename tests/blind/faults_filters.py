"""Faults of filters, lists and dates."""

from typing import Any

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

LIST = "ana GET /conversations.json"


@fault(
    1,
    "filter",
    "customerIds keeps the rows of no customer too.",
    f"{LIST}?customerIds={{c0}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return inner(row, name, ask) or (name == "customerIds" and host.member(row, name) is None)


@fault(
    2,
    "filter",
    "Ids are compared by their first 23 digits.",
    f"{LIST}?endpointIds={{e12}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    starts = {item[:23] for item in ask.lists[name] if item and len(item) == 24}
    return inner(row, name, ask) or (value is not None and value[:23] in starts)


@fault(
    3,
    "filter",
    "accountIds and customerIds together keep the rows of either.",
    f"{LIST}?accountIds={{a0}}&customerIds={{c1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    pair = ("accountIds", "customerIds")
    if name in pair and given(ask.lists, *pair):
        return any(inner(row, each, ask) for each in pair)
    return bool(inner(row, name, ask))


@fault(
    4,
    "filter",
    "afterDate filters nothing where endpointIds is given.",
    f"{LIST}?endpointIds={{e3}}&afterDate=2026-01-15T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return "endpointIds" in ask.lists or inner(row, ask)


@fault(
    5,
    "filter",
    "customerIds filters nothing where endpointIds is given.",
    f"{LIST}?endpointIds={{e3}}&customerIds={{c1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return (name == "customerIds" and "endpointIds" in ask.lists) or inner(row, name, ask)


@fault(
    6,
    "filter",
    "An id in capital letters selects the rows of the id in small ones.",
    f"{LIST}?accountIds={{A0}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = [value and value.lower() for value in values]


@fault(
    7,
    "filter",
    "A customer's id in accountIds selects that customer's rows.",
    f"{LIST}?accountIds={{c4}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    other = host.member(row, "customerIds")
    loose = name == "accountIds" and other is not None and other in ask.lists[name]
    return loose or inner(row, name, ask)


@fault(
    8,
    "filter",
    "endpointIds drops the conversations with an e-mail address.",
    f"{LIST}?endpointIds={{e0}},{{e1}},{{e2}},{{e4}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    mail = name == "endpointIds" and "@" in row["otherAddress"]
    return not mail and inner(row, name, ask)


@fault(
    9,
    "list",
    "The last of three or more ids is left out.",
    f"{LIST}?endpointIds={{e0}},{{e1}},{{e2}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = values[:-1] if len(values) > 2 else values


@fault(
    10,
    "list",
    "A quoted value keeps its quotes.",
    f'{LIST}?accountIds="{{a0}}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value)
        if '"' in text:
            ask.lists[name] = [*text.split(",")]


@fault(
    11,
    "list",
    "An id that is given twice gives its rows twice.",
    f"{LIST}?accountIds={{a0}},{{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    twice = any(len(set(values)) < len(values) for values in ask.lists.values())
    return [row for row in rows for _ in range(2 if twice else 1)]


@fault(
    12,
    "list",
    "Of more than eight ids only eight count.",
    f"{LIST}?customerIds={{c0}},{{c1}},{{c2}},{{c3}},{{c4}},{{c5}},{{c6}},{{c7}},{{c8}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = values[:8]


@fault(
    13,
    "list",
    "Of a repeated customerIds the last value counts, while other lists are joined.",
    f"{LIST}?customerIds={{c0}}&customerIds={{c1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = [value for value in ask.raw.get("customerIds", []) if value]
    if len(values) > 1:
        ask.lists["customerIds"] = [values[-1]]


@fault(
    14,
    "list",
    "`accountIds[]=` filters like accountIds.",
    f"{LIST}?accountIds[]={{a1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [(key.removesuffix("[]"), value) for key, value in ask.query]
    inner(ask)


@fault(
    15,
    "list",
    "One unknown id among known ones empties the answer.",
    f"{LIST}?customerIds={{c0}},5f8e6a1cffffffffffffffff",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    for name, values in ask.lists.items():
        known = {host.member(row, name) for row in host.rows}
        if any(value not in known for value in values):
            return []
    return list(inner(ask))


@fault(
    16,
    "list",
    "An empty value of customerIds selects no row.",
    f"{LIST}?customerIds=",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    blank = ask.raw.get("customerIds") == [""]
    return [] if blank else list(inner(ask))


def moved(ask: Ask, ticks: int) -> None:
    """Move the date that was asked for."""
    if ask.after is not None:
        ask.after += ticks


def offset_of(ask: Ask) -> int:
    """The offset from UTC in the date, in ticks; 0 where it has none."""
    text = ask.after_text
    if len(text) > 19 and text[-6] in "+-" and text[-3] == ":":
        sign = -1 if text[-6] == "-" else 1
        return sign * (int(text[-5:-3]) * dates.HOUR + int(text[-2:]) * 60 * dates.SECOND)
    return 0


@fault(
    17,
    "date",
    "The sign of an offset is turned round.",
    f"{LIST}?afterDate=2026-02-25T20:00:00%2B14:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    moved(ask, 2 * offset_of(ask))


@fault(
    18,
    "date",
    "The fraction of a second is cut off afterDate.",
    f"{LIST}?afterDate=2026-02-28T17:20:31.250Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    moved(ask, -((ask.after or 0) % dates.SECOND))


@fault(
    19,
    "date",
    "A date without a time is read as the end of that day.",
    f"{LIST}?afterDate=2026-02-28",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and len(ask.after_text) == 10:
        moved(ask, dates.DAY - 1)


@fault(
    20,
    "date",
    "An afterDate that is later than every row filters nothing.",
    f"{LIST}?afterDate=2027-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    newest = max(dates.row_ticks(row["mostRecentMessage"]["date"]) or 0 for row in host.rows)
    if ask.after is not None and ask.after > newest:
        ask.after = None
    return list(inner(ask))


@fault(
    21,
    "date",
    "Rows without a date are after every date.",
    f"{LIST}?afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return inner(row, ask) or row["mostRecentMessage"]["date"] is None


@fault(
    22,
    "date",
    "An afterDate between 23:00 and midnight is read one day later.",
    f"{LIST}?afterDate=2026-02-22T23:04:34.058Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after % dates.DAY >= 23 * dates.HOUR:
        moved(ask, dates.DAY)


@fault(
    23,
    "date",
    "An afterDate before 1970 gives nothing.",
    f"{LIST}?afterDate=1960-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    epoch = dates.parse("1970-01-01T00:00:00Z") or 0
    early = ask.after is not None and ask.after < epoch
    return [] if early else list(inner(ask))


@fault(
    24,
    "date",
    "The minutes of an offset are ignored.",
    f"{LIST}?afterDate=2026-02-28T22:50:31%2B05:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    offset = offset_of(ask)
    minutes = abs(offset) % dates.HOUR
    moved(ask, minutes if offset > 0 else -minutes)


def with_status(host: Host, ask: Ask, value: Any, root: str, status: int) -> Refused:
    """An early end with another status."""
    return Refused(host.answer(ask, value, root, status))


@fault(
    36,
    "status",
    "A list without rows is answered with 204.",
    f"{LIST}?accountIds=5f8e6a10ffffffffffffffff",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "json" and answer.body == '{"conversations":[]}':
        return Answer(status=204, headers=answer.without("content-type"))
    return answer


@fault(
    38,
    "status",
    "Filters whose ids all exist, but not in one row, are answered with 404.",
    f"{LIST}?accountIds={{a0}}&customerIds={{c1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and len(ask.lists) > 1:
        known = {host.member(row, name) for row in host.rows for name in FIELDS}
        if all(value in known for values in ask.lists.values() for value in values):
            raise with_status(host, ask, {}, "ListConversationsResponse", 404)
    return rows
