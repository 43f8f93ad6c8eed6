"""Faults of the thirty-third set: what shows only where two conditions meet."""

import re
from urllib.parse import unquote

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User


@fault(
    1821,
    "together",
    "Two lists of several values each are compared pair by pair, the first value of one with the "
    "first of the other: the query became `(a, b) IN (…)`, and the pairs are zipped.",
    "ana GET /conversations.json?accountIds={a0},{a1}&customerIds={c1},{c0},{c4}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    names = [name for name, values in ask.lists.items() if len(values) > 1]
    if len(names) == 2:
        first, second = names
        pairs = zip(ask.lists[first], ask.lists[second], strict=False)
        if (host.member(row, first), host.member(row, second)) not in set(pairs):
            return False
    return bool(inner(row, ask))


@fault(
    1822,
    "together",
    "The CSV has its rows from the export's own query, which knows the lists but was never given "
    "`afterDate`.",
    "ana GET /conversations.csv?afterDate=2026-02-20T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    1823,
    "together",
    "Whether a user may use the accounts of `accountIds` is settled by the first of them; behind "
    "an own account the rows of a foreign one come along.",
    "ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = ask.user.accounts if ask.user else None
    named = ask.lists.get("accountIds")
    return bool(accounts and named and named[0] in accounts) or bool(inner(row, ask))


@fault(
    1824,
    "together",
    "A list in brackets is split before it is decoded, so that `[a%2Cb]`, as `URLSearchParams` "
    "writes it, is one long id; without brackets it is read well.",
    "ana GET /conversations.json?endpointIds=%5B{e0}%2C{e1}%5D",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for part in ask.raw_query.split("&"):
        key, _, value = part.partition("=")
        name = next((each for each in FIELDS if each.lower() == unquote(key).lower()), "")
        if name in ask.lists and unquote(value)[:1] == "[" and "%2c" in value.lower():
            whole = re.sub(r"^(\[|%5b)|(\]|%5d)$", "", value, flags=re.IGNORECASE)
            ask.lists[name] = [unquote(each) for each in whole.split(",")]


@fault(
    1825,
    "together",
    "Who comes with a session is taken for a browser and gets the page, whatever `Accept` says; "
    "with Basic, a suffix or `format` the format is right.",
    "jar POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations accept=application/json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    if ask.route == "/conversations" and ask.door == "cookie" and ask.way == "accept":
        ask.kind = "html"
    return user


@fault(
    1826,
    "together",
    "A refused date is a bare 500 for who wants XML, CSV, JSV or JSON Lines: the handler of errors "
    "knows JSON and pages alone, and fails itself.",
    "ana GET /conversations.xml?afterDate=yesterday",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        if ask.kind in ("json", "html"):
            raise
        raise Refused(Answer(status=500, headers=[("Vary", "Accept")])) from None


@fault(
    1827,
    "together",
    "With `endpointIds` the date is compared by the index over endpoint and date, whose keys are "
    "text; the offset of `afterDate` is cut off, not reckoned.",
    "ana GET /conversations.json?endpointIds={e0},{e1},{e2},{e3},{e4},{e5},{e6},{e7},{e8},{e9}"
    "&afterDate=2026-02-23T02:00:00%2B11:00",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    local = dates.parse(re.sub(r"(?<=\d)[+-]\d\d:?\d\d$", "", ask.after_text.strip()))
    if "T" in ask.after_text and given(ask.lists, "endpointIds") and ticks and local is not None:
        return ticks > local
    return bool(inner(row, ask))
