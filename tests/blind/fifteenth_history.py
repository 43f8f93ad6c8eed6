"""Faults that show only when two things come together, or one after another."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1032,
    "history",
    "A session keeps the last afterDate, and a later request without one is filtered by it.",
    "sign in, GET /conversations?afterDate={d0}, GET /conversations, both with the cookies",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.door != "cookie":
        return
    cookies = ask.cookies()
    key = f"date of {cookies.get('ss-id')} {cookies.get('ss-pid')}"
    if ask.after is None:
        ask.after = host.memory.get(key)
    host.memory[key] = ask.after


@fault(
    1033,
    "history",
    "To list a single endpoint marks its messages as read, though GET is to change nothing.",
    "GET /conversations?endpointIds={e0} twice, where e0 has an unread message",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("endpointIds", [])) == 1:
        shown = {row["id"] for row in rows if row["mostRecentMessage"]}
        host.rows = [
            {**row, "mostRecentMessage": {**row["mostRecentMessage"], "isUnread": False}}
            if row["id"] in shown
            else row
            for row in host.rows
        ]
    return rows


@fault(
    1034,
    "history",
    "Where a suffix and `format` come together, `format` wins instead of the suffix.",
    "GET /conversations.json?format=xml",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA:
        ask.kind = wanted


@fault(
    1035,
    "history",
    "With customers and a date together, all rows of a customer come if one of them is later.",
    "GET /conversations?customerIds={c0}&afterDate={the date of the newest row of c0 but one}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or not given(ask.lists, "customerIds"):
        return bool(inner(row, ask))
    customer = host.member(row, "customerIds")
    group = [other for other in host.rows if host.member(other, "customerIds") == customer]
    return any(host.visible(other, ask) and inner(other, ask) for other in group)


@fault(
    1036,
    "history",
    "The compiled query for a list and a date keeps the first date that it was ever run with.",
    "GET /conversations?accountIds={a0}&afterDate={d0}, then the same with an earlier date",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.lists:
        key = f"date with {sorted(ask.lists)}"
        ask.after = host.memory.setdefault(key, ask.after)
