"""Faults of the twenty-ninth set: those that need two things together."""

import re
from collections import Counter

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1664,
    "filter",
    "With several endpointIds the date binds to the last alone, as OR lacks its brackets.",
    "GET /conversations.json?endpointIds={e0},{e1}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("endpointIds", [])
    if len(values) > 1 and host.member(row, "endpointIds") != values[-1]:
        return True
    return bool(inner(row, ask))


@fault(
    1669,
    "date",
    "The offset of an afterDate is dropped where the seconds have a fraction.",
    "GET /conversations.json?afterDate={d5 less a minute, written with .000%2B02:00}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = re.sub(r"(:\d\d\.\d+)[+-]\d\d:\d\d$", r"\1Z", ask.after_text)
    if text != ask.after_text and ask.after is not None:
        ask.after = dates.parse(text)


@fault(
    1671,
    "leak",
    "Where accountIds and customerIds come together, nobody looks at the caller's own accounts.",
    "GET /conversations.json?accountIds={a1}&customerIds={c1} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return given(ask.lists, "accountIds", "customerIds") or bool(inner(row, ask))


@fault(
    1673,
    "list",
    "From five endpointIds on each is asked for alone, and gives its three newest rows only.",
    "GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("endpointIds", [])) < 5:
        return rows
    kept: list[Row] = []
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["endpointId"]] += 1
        if seen[row["endpointId"]] <= 3:
            kept.append(row)
    return kept


@fault(
    1676,
    "format",
    "JSONP is written in Latin-1, with a question mark for what that lacks, such as Japanese.",
    "GET /conversations?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        answer.body = answer.body.encode("latin-1", "replace").decode("latin-1")
    return answer
