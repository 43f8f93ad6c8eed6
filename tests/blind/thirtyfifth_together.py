"""Faults that show only where two or three conditions meet in one request."""

import re

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User


@fault(
    1901,
    "together",
    "The query builder puts the conditions on the owner, account and customer, in one group, and"
    " the group is joined by OR: both lists together keep a row of either.",
    "ana GET /conversations.json?accountIds={a0}&customerIds={c1}",
    at="keep",
)
def owner_group(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not given(ask.lists, "accountIds", "customerIds"):
        return bool(inner(row, ask))
    owned = any(host.passes(row, name, ask) for name in ("accountIds", "customerIds"))
    placed = "endpointIds" not in ask.lists or host.passes(row, "endpointIds", ask)
    return owned and placed and host.visible(row, ask) and host.later(row, ask)


@fault(
    1902,
    "together",
    "With a list the date is compared in memory, as `!(date <= after)` of nullable values; a row"
    " without a date is not before anything, and passes. The database alone does it right.",
    "ana GET /conversations.json?afterDate=2026-02-01T00:00:00Z&accountIds={a0},{a1},{a2},{a3}",
    at="later",
)
def not_before(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = (row["mostRecentMessage"] or {}).get("date")
    if ask.after is not None and ask.lists and date is None:
        return True
    return bool(inner(row, ask))


@fault(
    1903,
    "together",
    "Endpoints with a date are so common that they got a query of their own over the index of both;"
    " the condition on the caller's accounts was forgotten in it.",
    "ben GET /conversations.json?endpointIds={e1},{e2}&afterDate=2025-01-01T00:00:00Z",
    at="visible",
)
def fast_path(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if "endpointIds" in ask.lists and ask.after is not None and len(ask.lists) == 1:
        return True
    return bool(inner(row, ask))


@fault(
    1904,
    "together",
    "To save memory an empty list is replaced by null before the XML is written: where nothing"
    " passes the filters, Conversations is nil as after a failure.",
    "ana GET /conversations.xml?afterDate=2030-01-01T00:00:00Z",
    at="write",
)
def nil_list(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "xml" and root == ROOT and value.get("conversations") == []:
        value = {"conversations": None}
    return str(inner(value, kind, root))


@fault(
    1905,
    "together",
    "The middleware that loads the session is bound to an exact list of paths; the routes with a"
    " suffix are not on it, so that a cookie is nobody there while Basic works.",
    "jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 GET /conversations?format=json | jar1 GET /conversations.json",
    at="session_of",
)
def exact_paths(host: Host, inner: Inner, ask: Ask) -> User | None:
    if ask.route == "/conversations" and ask.way == "suffix":
        return None
    user: User | None = inner(ask)
    return user


@fault(
    1906,
    "together",
    "The export to CSV reads its parameters a second time, with a format string that cuts off what"
    " follows the seconds: an offset is ignored there and nowhere else.",
    "ana GET /conversations.csv?afterDate=2026-02-28T22:20:00%2B08:00",
    at="after",
)
def export_date(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d(?:\.\d+)?([+-])(\d\d):(\d\d)$", ask.after_text.strip())
    if ask.kind == "csv" and found and ask.after is not None:
        ticks = int(found[2]) * dates.HOUR + int(found[3]) * 60 * dates.SECOND
        ask.after += ticks if found[1] == "+" else -ticks


@fault(
    1907,
    "together",
    "Brackets are cut off and the rest is split at its commas by a shortcut for the generated"
    " clients, which never quote: in brackets a quoted value keeps its quotes.",
    "ana GET /conversations.json?endpointIds=[%22{e1}%22,%22{e2}%22]",
    at="bind",
)
def quotes_in_brackets(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith("[") and '"' in text:
            ask.lists[name] = [*text[1:-1].split(",")]


@fault(
    1908,
    "together",
    "The callback is put around the body by a regular expression with the JSON as replacement,"
    " where backslashes mean something: a text with a line break breaks the script.",
    "ana GET /conversations?callback=show",
    at="answer",
)
def replaced(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and ask.kind == "json" and root == ROOT:
        answer.body = answer.body.replace("\\n", "\n").replace("\\\\", "\\")
    return answer


@fault(
    1909,
    "together",
    "Whether the caller may use the accounts of the filter is asked with `Any` where `All` was"
    " meant, and the scope is then left to the filter: one own id opens a foreign one beside it.",
    "ben GET /conversations.json?accountIds={a1}"
    " | ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def any_account(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and any(value in own for value in ask.lists.get("accountIds", [])):
        return True
    return bool(inner(row, ask))


@fault(
    1910,
    "together",
    "With customers the endpoints are looked up through the customer, by a method that takes one"
    " endpoint; the caller passes the first of the list.",
    "ana GET /conversations.json?endpointIds={e0},{e1}&customerIds={c0},{c1}",
    at="passes",
)
def first_endpoint(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "endpointIds" and "customerIds" in ask.lists:
        return host.member(row, name) == ask.lists[name][0]
    return bool(inner(row, name, ask))
