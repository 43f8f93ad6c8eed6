"""Faults of the thirtieth set: two or three things together."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1697,
    "filter",
    "The export to CSV has a query of its own, in which customerIds was forgotten.",
    "GET /conversations.csv?customerIds={c0}: the rows of every customer.",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return (ask.kind == "csv" and name == "customerIds") or bool(inner(row, name, ask))


@fault(
    1698,
    "list",
    "Beside afterDate a list in brackets loses only the opening one, and its last id is lost.",
    "GET /conversations.json?endpointIds=[{e0},{e1}]&afterDate=2020-01-01T00:00:00Z: no e1.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if ask.raw[name][0].startswith("[") and any(ask.raw.get("afterDate", [])):
            ask.lists[name] = [*values[:-1], f"{values[-1] or ''}]"]


@fault(
    1699,
    "leak",
    "JSON Lines with afterDate is made for the nightly copy, and is not cut to the caller.",
    "GET /conversations.jsonl?afterDate=2020-01-01T00:00:00Z as ben: rows of all accounts.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "jsonl" and ask.after is not None) or bool(inner(row, ask))


@fault(
    1700,
    "date",
    "The or of several accounts has no parentheses: afterDate holds for the last account only.",
    "GET /conversations.json?accountIds={a0},{a1}&afterDate={d20}: old rows of a0 come.",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    others = ask.lists.get("accountIds", [])[:-1]
    return host.member(row, "accountIds") in others or bool(inner(row, ask))


@fault(
    1701,
    "filter",
    "Where names with a capital letter stand beside small ones, those with a capital are lost.",
    "GET /conversations.json?accountIds={a0}&EndpointIds={e0}: all endpoints of a0.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    known = [key for key, _ in ask.query if key.lower() in NAMES]
    if any(key[0].islower() for key in known):
        ask.query = [pair for pair in ask.query if pair[0] not in known or pair[0][0].islower()]
    inner(ask)


@fault(
    1702,
    "format",
    "With callback an answer without rows is not wrapped, but is still called a script.",
    "GET /conversations?callback=cb&afterDate=2030-01-01T00:00:00Z: bare JSON, text/javascript.",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback and value == {"conversations": []}:
        answer.body = host.write(value, ask.kind, root)
    return answer


@fault(
    1703,
    "filter",
    "Where no endpoint that is named belongs to the accounts, the accounts are dropped.",
    "GET /conversations.json?accountIds={a0}&endpointIds={endpoint of a1}: rows of a1.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if rows or not given(ask.lists, "accountIds", "endpointIds"):
        return rows
    del ask.lists["accountIds"]
    rows = inner(ask)
    return rows


@fault(
    1704,
    "date",
    "Beside a list afterDate is compared as text, so that its offset means nothing.",
    "GET /conversations.json?accountIds={a0}&afterDate={minute before a row, +05:00}: it lacks.",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or not ask.lists:
        return bool(inner(row, ask))
    date: str = (row["mostRecentMessage"] or {}).get("date") or ""
    return date > ask.after_text.upper()


@fault(
    1705,
    "leak",
    "Of several accounts only the first is looked up among the caller's own.",
    "GET /conversations.json?accountIds={a0},{a1} as ben: rows of a1 come.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    named = ask.lists.get("accountIds", [])
    return bool(own and named and named[0] in own) or bool(inner(row, ask))


@fault(
    1706,
    "filter",
    "An empty value selects nothing as soon as another list is there.",
    "GET /conversations.json?accountIds={a0}&customerIds=: no rows.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.lists:
        for name in FIELDS:
            if name in ask.raw and not any(ask.raw[name]):
                ask.lists[name] = []
