"""Faults that show only where two or more things meet."""

from collections.abc import Callable

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.faults_filters import moved, offset_of
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []

LIST = "ana GET /conversations"
DATE = "afterDate=2026-01-10T00:00:00Z"


def one(row: Row, name: str) -> str | None:
    """The account, customer or sender of a row's message."""
    value = row["mostRecentMessage"][name]
    return None if value is None else str(value)


def drop(number: int, sentence: str, witness: str, lost: Callable[[Row, Ask, Host], bool]) -> None:
    """Enter a fault that loses some rows of some answers."""

    @fault(number, "mixture", sentence, witness, at="select")
    def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        return [row for row in inner(ask) if not lost(row, ask, host)]


def shorten(
    number: int, sentence: str, witness: str, cut: Callable[[str, list[str | None], Ask], int]
) -> None:
    """Enter a fault that loses some ids of a list; `cut` says how many stay."""

    @fault(number, "mixture", sentence, witness, at="bind")
    def _(host: Host, inner: Inner, ask: Ask) -> None:
        inner(ask)
        for name, values in ask.lists.items():
            ask.lists[name] = values[: cut(name, values, ask)]


@fault(
    71,
    "mixture",
    "In CSV, customerIds filters nothing where afterDate is given.",
    f"{LIST}.csv?customerIds={{c2}}&{DATE}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    loose = name == "customerIds" and ask.kind == "csv" and bool(ask.after_text)
    return loose or inner(row, name, ask)


shorten(
    72,
    "In XML, of exactly two accounts by repeated key only the first counts.",
    f"{LIST}.xml?accountIds={{a0}}&accountIds={{a1}}",
    lambda name, values, ask: (
        1
        if name == "accountIds" and ask.kind == "xml" and len(ask.raw[name]) == 2 == len(values)
        else len(values)
    ),
)
shorten(
    73,
    "With `format=jsv`, of several endpoints only the first counts.",
    f"{LIST}?format=jsv&endpointIds={{e0}},{{e1}}",
    lambda name, values, ask: (
        1 if (name, ask.kind, ask.way) == ("endpointIds", "jsv", "format") else len(values)
    ),
)


@fault(
    74,
    "mixture",
    "In XML alone a message at the very instant of afterDate is kept.",
    f"{LIST}.xml?afterDate=2026-02-28T17:20:31.250Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "xml":
        moved(ask, -1)


@fault(
    75,
    "mixture",
    "customerIds does not find customers with exactly one row.",
    f"{LIST}.json?customerIds={{c12}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds" or not inner(row, name, ask):
        return bool(inner(row, name, ask))
    customer = one(row, "customerId")
    return sum(one(other, "customerId") == customer for other in host.rows) > 1


@fault(
    76,
    "mixture",
    "In JSON Lines the offset of a date is ignored.",
    f"{LIST}.jsonl?afterDate=2026-02-28T22:50:31%2B05:30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "jsonl":
        moved(ask, offset_of(ask))


@fault(
    77,
    "mixture",
    "An empty list in XML is written as nil.",
    f"{LIST}.xml?accountIds={{a0}}&customerIds={{c1}}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    empty = kind == "xml" and root == ROOT and value == {"conversations": []}
    return str(inner({} if empty else value, kind, root))


@fault(
    78,
    "mixture",
    "All four filters together are a 500 in CSV.",
    f"{LIST}.csv?accountIds={{a0}}&customerIds={{c0}}&endpointIds={{e0}}&{DATE}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if len(ask.lists) == 3 and ask.after is not None and ask.kind == "csv":
        raise Refused(host.answer(ask, {}, ROOT, 500))
    return list(inner(ask))


@fault(
    79,
    "mixture",
    "XML by the Accept header is called text/xml where afterDate is given.",
    f"{LIST}?{DATE} accept=application/xml",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "xml" and ask.way == "accept" and ask.after is not None:
        answer.media("text/xml")
    return answer


shorten(
    80,
    "Of two ids the second is lost where the first one sorts behind it.",
    f"{LIST}.json?accountIds={{high}},{{low}}",
    lambda name, values, ask: (
        1 if len(values) == 2 and (values[0] or "") > (values[1] or "") else len(values)
    ),
)


@fault(
    81,
    "mixture",
    "A date that is none filters nothing in CSV, while other formats refuse it.",
    f"{LIST}.csv?afterDate=soon",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        if ask.kind != "csv":
            raise


@fault(
    82,
    "mixture",
    "Wrong Basic credentials are a 403 in JSON Lines, while other formats say 401.",
    "wrong GET /conversations.jsonl",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        refused.answer.status = 403 if ask.kind == "jsonl" else refused.answer.status
        raise
    return user


@fault(
    83,
    "mixture",
    "Lists of more than a hundred rows lose their last one by the suffix .json.",
    f"{LIST}.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    long = len(rows) > 100 and (ask.kind, ask.way) == ("json", "suffix")
    return rows[:-1] if long else rows


@fault(
    84,
    "mixture",
    "In XML, accountIds and endpointIds keep the rows of either.",
    f"{LIST}.xml?accountIds={{a0}}&endpointIds={{e1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    pair = ("accountIds", "endpointIds")
    if ask.kind == "xml" and name in pair and given(ask.lists, *pair):
        return any(inner(row, each, ask) for each in pair)
    return bool(inner(row, name, ask))


drop(
    85,
    "In JSON, rows without a sender are lost where accountIds and afterDate meet.",
    f"{LIST}.json?accountIds={{a0}},{{a1}},{{a2}},{{a3}}&afterDate=2025-01-01T00:00:00Z",
    lambda row, ask, host: (
        ask.kind == "json"
        and ask.after is not None
        and "accountIds" in ask.lists
        and one(row, "sender") is None
    ),
)


@fault(
    86,
    "mixture",
    "HEAD with customerIds is a 500.",
    "ana HEAD /conversations.json?customerIds={c0}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.method == "HEAD" and "customerIds" in ask.lists:
        return host.answer(ask, wire.error("NullReferenceException", "No body"), PROBLEM, 500)
    return answer


@fault(
    87,
    "mixture",
    "What stands behind a quoted id in a list is lost.",
    f'{LIST}.json?endpointIds="{{e0}}",{{e1}}',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(value for value in ask.raw[name] if value)
        if text.startswith('"'):
            ask.lists[name] = values[:1]


drop(
    88,
    "Rows of no customer are lost where accountIds and afterDate meet.",
    f"{LIST}.jsv?accountIds={{a0}}&afterDate=2025-01-01T00:00:00Z",
    lambda row, ask, host: (
        "accountIds" in ask.lists and ask.after is not None and one(row, "customerId") is None
    ),
)


@fault(
    89,
    "mixture",
    "A date without a time is read one day early where customerIds is given.",
    f"{LIST}.json?customerIds={{c0}},{{c1}},{{c2}},{{c3}}&afterDate=2026-02-23",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "customerIds" in ask.lists and len(ask.after_text) == 10:
        moved(ask, -dates.DAY)


shorten(
    90,
    "With a callback only the first of several ids counts.",
    f"{LIST}?callback=show&accountIds={{a0}},{{a1}}",
    lambda name, values, ask: 1 if ask.callback else len(values),
)
