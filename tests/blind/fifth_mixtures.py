"""Fifth faults that show only where two or three things meet."""

import re
from dataclasses import replace
from typing import Any

from tests.blind import wire
from tests.blind.dates import DAY, parse, row_ticks
from tests.blind.exchange import Answer, Ask
from tests.blind.fifth_common import ANA, BEN, LATE, MARK, crash, stated
from tests.blind.fourth_common import LIST, edited, ticks, without_zone
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []


def moment(row: Row) -> str | None:
    """The date of a row as it is written."""
    text: str | None = (row["mostRecentMessage"] or {}).get("date")
    return text


@fault(
    429,
    "mixture",
    "XML for who comes by Basic has the rows of the first id alone.",
    "ana GET /conversations.xml?accountIds={a0},{a1}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "xml" and ask.header("authorization"):
        ask.lists = {name: values[:1] for name, values in ask.lists.items()}


@fault(
    430,
    "mixture",
    "CSV reads the date without its offset.",
    "ana GET /conversations.csv?afterDate=" + stated(MARK, -1, 300),
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    naive = without_zone(ask.after_text)
    if ask.kind == "csv" and naive:
        ask.after = parse(naive)


@fault(
    431,
    "mixture",
    "Who comes with a session may see each endpoint that he names.",
    f"jar {BEN} | jar GET /conversations.json?endpointIds={{e1}}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.door == "cookie" and given(ask.lists, "endpointIds")) or bool(inner(row, ask))


@fault(
    432,
    "mixture",
    "HEAD with a date is a failure.",
    "ana HEAD /conversations.json?afterDate=2026-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.method == "HEAD" and ask.after is not None:
        raise crash(host, ask)


@fault(
    433,
    "mixture",
    "JSON Lines by customer have the rows without a customer too.",
    "ana GET /conversations.jsonl?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    stray = (name, ask.kind) == ("customerIds", "jsonl") and host.member(row, name) is None
    return stray or bool(inner(row, name, ask))


@fault(
    434,
    "mixture",
    "Brackets that are percent-encoded belong to the first and the last id.",
    LIST + "?endpointIds=%5B{e0},{e1},{e2}%5D",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for part in re.findall(r"(\w+)=%5B", ask.raw_query, re.IGNORECASE):
        name = NAMES.get(part.lower(), "")
        if name in ask.lists:
            ask.lists[name] = [*",".join(ask.raw[name]).split(",")]


@fault(
    435,
    "mixture",
    "A quoted id swallows the date that follows.",
    LIST + '?accountIds="{a0}"&afterDate=2026-01-01',
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any('"' in text for texts in ask.raw.values() for text in texts):
        ask.after = None


@fault(
    436,
    "mixture",
    "With a callback, the last of several lists does not count.",
    "ana GET /conversations?callback=show&accountIds={a0}&customerIds={c0}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.given("callback") and len(ask.lists) > 1:
        ask.lists.popitem()


@fault(
    437,
    "mixture",
    "XML since a date shows every account.",
    "ben GET /conversations?format=xml&afterDate=2025-12-01",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "xml" and ask.after is not None) or bool(inner(row, ask))


@fault(
    438,
    "mixture",
    "With a list, the date is compared as text.",
    LIST + f"?accountIds={{a0}},{{a1}},{{a2}},{{a3}}&afterDate={stated(MARK, -1, 300)}",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not ask.lists or ask.after is None or "T" not in ask.after_text:
        return bool(inner(row, ask))
    return (moment(row) or "") > ask.after_text


@fault(
    439,
    "mixture",
    "XML and JSV leave out the last of three or more endpoints.",
    "ana GET /conversations.jsv?endpointIds={e0},{e1},{e2}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = ask.lists.get("endpointIds", [])
    if ask.kind in ("xml", "jsv") and len(values) > 2:
        values.pop()


@fault(
    440,
    "mixture",
    "A row that has its account and its customer named comes twice.",
    LIST + "?accountIds={a0}&customerIds={c0}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    both = given(ask.lists, "accountIds", "customerIds")
    return sorted(rows * 2, key=lambda row: moment(row) or "", reverse=True) if both else rows


@fault(
    441,
    "mixture",
    "An error goes by the Accept header where a suffix names the format, but is called by that.",
    "ana GET /conversations.xml?accountIds=%20 accept=application/json",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if status >= 400 and ask.way == "suffix":
        answer.body = host.write(value, wire.negotiate(ask.header("accept"), ask.kind), root)
    return answer


@fault(
    442,
    "mixture",
    "Who signs in by his mail address sees every account.",
    "none GET /conversations.json auth=ben@example.com:Tall:Cedar-47",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and "@" in name else user


@fault(
    443,
    "mixture",
    "A session that stays has the rows of half a year.",
    f"jar {ANA}&rememberMe=true | jar GET /conversations.json",
    at="keep",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    when = row_ticks(moment(row)) or 0
    stays = ask.door == "cookie" and ask.cookies().get("ss-opt") == "perm"
    return bool(inner(row, ask)) and (not stays or when > ticks(LATE) - 180 * DAY)


@fault(
    444,
    "mixture",
    "One account of one's own in the list opens the others in it.",
    "ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = (ask.user.accounts if ask.user else None) or frozenset()
    return bool(own.intersection(ask.lists.get("accountIds", []))) or bool(inner(row, ask))


@fault(
    445,
    "mixture",
    "With any list, rows without a date are after every date.",
    LIST + "?accountIds={a0},{a1},{a2},{a3}&afterDate=2026-01-01",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (bool(ask.lists) and moment(row) is None) or bool(inner(row, ask))


@fault(
    446,
    "mixture",
    "Of several customers, the date holds for the last one.",
    LIST + "?customerIds={c0},{c1}&afterDate=2026-01-01",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    free = ask.lists.get("customerIds", [])[:-1]
    customer = host.member(row, "customerIds")
    return (customer is not None and customer in free) or bool(inner(row, ask))


@fault(
    447,
    "mixture",
    "Endpoints that are not of the accounts are shown all the same.",
    LIST + "?endpointIds={e0}&accountIds={a1}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and given(ask.lists, "endpointIds", "accountIds"):
        del ask.lists["accountIds"]
        rows = inner(ask)
    return rows


@fault(
    448,
    "mixture",
    "XML says that a message without a customer is read.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_row: Row, message: Row) -> None:
        message["isUnread"] = bool(message.get("isUnread")) and bool(message.get("customerId"))

    return str(inner(edited(value, edit) if kind == "xml" else value, kind, root))
