"""Faults 1741 to 1745: where two or three conditions of one request meet."""

import re
from urllib.parse import unquote_plus

from tests.blind import dates
from tests.blind.exchange import Answer, Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

OFFSET = re.compile(r":\d{2}(?:\.\d+)?\s*(?P<zone>[+-]\d{1,2}(?::?\d{2})?)$")


@fault(
    1741,
    "filter",
    "The three lists are joined without brackets: where all are given, a row of the customers "
    "passes whatever the accounts and the endpoints are.",
    "ana GET /conversations.json?accountIds={a1}&endpointIds={e1}&customerIds={c0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not given(ask.lists, *FIELDS):
        return bool(inner(row, ask))
    account, endpoint, customer = (host.passes(row, name, ask) for name in FIELDS)
    passed = (account and endpoint) or customer
    return host.visible(row, ask) and passed and host.later(row, ask)


@fault(
    1742,
    "filter",
    "A name with a capital letter is bound by an older reader, which splits before it decodes: a "
    "comma as %2C then parts nothing.",
    "ana GET /conversations.json?EndpointIds={e0}%2C{e1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for pair in ask.raw_query.split("&"):
        key, _, value = pair.partition("=")
        name = NAMES.get(key.lower(), "")
        if key[:1].isupper() and name in ask.lists and "%2c" in value.lower():
            ask.lists[name] = [unquote_plus(part) or None for part in value.split(",")]


@fault(
    1743,
    "filter",
    "Customers with a date go through a grouped query: of each endpoint only its newest "
    "conversation is listed.",
    "ana GET /conversations.json?customerIds={c0}&afterDate=2025-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or not given(ask.lists, "customerIds"):
        return rows
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row["endpointId"], row)
    return list(newest.values())


@fault(
    1744,
    "date",
    "For several endpoints the query is put together as text, with the date as it reads on its "
    "clock: the offset is lost.",
    "ana GET /conversations.json?endpointIds="
    + ",".join(f"{{e{n}}}" for n in range(32))
    + "&afterDate=2025-12-26T03:00:00%2B09:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = OFFSET.search(ask.after_text.strip())
    if ask.after is not None and found and len(ask.lists.get("endpointIds", [])) > 1:
        ask.after += dates.zone_ticks(found["zone"]) or 0


@fault(
    1745,
    "format",
    "JSONP without any row calls the function without an argument.",
    "ana GET /conversations?callback=show&endpointIds=65e1f4a2c2d4b7a900000001",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.callback:
        answer.body = answer.body.replace('({"conversations":[]})', "()")
    return answer
