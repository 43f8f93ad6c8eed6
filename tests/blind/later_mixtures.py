"""Later faults that need two things at once: a filter and a format, a filter and a caller."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

LIST = "GET /conversations"
SIGN_IN = "POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
NOTHING: wire.Value = {"conversations": []}
LATE = "afterDate=2026-02-20T00:00:00Z"


@fault(
    167,
    "mixture",
    "JSON Lines forgets customerIds.",
    f"ana {LIST}.jsonl?customerIds={{c3}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return (ask.kind == "jsonl" and name == "customerIds") or bool(inner(row, name, ask))


@fault(
    168,
    "mixture",
    "The CSV download forgets which tenants the caller may see.",
    f"ben {LIST}.csv",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    169,
    "mixture",
    "CSV of no rows is a 500.",
    f"ana {LIST}.csv?afterDate=2030-01-01T00:00:00Z",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    if ask.kind == "csv" and value == NOTHING:
        value, status = {}, 500
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    170,
    "mixture",
    "JSV of no rows has no member.",
    f"ana {LIST}.jsv?afterDate=2030-01-01T00:00:00Z",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    empty = kind == "jsv" and value == NOTHING
    return str(inner({} if empty else value, kind, root))


@fault(
    171,
    "mixture",
    "Two accounts and two customers or more: a row needs to pass one of both lists.",
    f"ana {LIST}.json?accountIds={{a0}},{{a1}}&customerIds={{c2}},{{c3}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    pair = ("accountIds", "customerIds")
    if not given(ask.lists, *pair) or any(len(ask.lists[name]) < 2 for name in pair):
        return bool(inner(row, ask))
    rest = all(host.passes(row, name, ask) for name in ask.lists if name not in pair)
    either = any(host.passes(row, name, ask) for name in pair)
    return rest and either and host.visible(row, ask) and host.later(row, ask)


@fault(
    172,
    "mixture",
    "With several endpoints, the date holds for the first of them alone.",
    f"ana {LIST}.json?endpointIds={{e0}},{{e1}}&{LATE}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    lines = ask.lists.get("endpointIds", [])
    return (len(lines) > 1 and row["endpointId"] != lines[0]) or bool(inner(row, ask))


@fault(
    173,
    "mixture",
    "With customerIds, a date without a time filters nothing.",
    f"ana {LIST}.json?customerIds={{c0}}&afterDate=2026-02-20",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "customerIds" in ask.lists and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text):
        ask.after = None


@fault(
    174,
    "mixture",
    "Where endpointIds is repeated, customerIds is lost.",
    f"ana {LIST}.json?endpointIds={{e0}}&endpointIds={{e1}}&customerIds={{c1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if len(ask.raw.get("endpointIds", [])) > 1:
        ask.lists.pop("customerIds", None)


@fault(
    175,
    "mixture",
    "Of the accounts that are asked for, the first alone must be the caller's.",
    f"ben {LIST}.json?accountIds={{a0}},{{a1}}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds", [])
    own = (ask.user and ask.user.accounts) or frozenset()
    return (bool(named) and named[0] in own) or bool(inner(row, ask))


@fault(
    176,
    "mixture",
    "With customerIds and a date, tenants are forgotten.",
    f"ben {LIST}.json?customerIds={{c1}}&afterDate=2026-01-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    both = "customerIds" in ask.lists and ask.after is not None
    return both or bool(inner(row, ask))


@fault(
    177,
    "mixture",
    "Who comes with a session is answered without regard to the date.",
    f"jar1 {SIGN_IN} | jar1 {LIST}.json?{LATE}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.door == "cookie" or bool(inner(row, ask))


@fault(
    178,
    "mixture",
    "With a suffix, a date whose colons are percent-encoded is refused.",
    f"ana {LIST}.json?afterDate=2026-02-20T00%3A00%3A00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    encoded = re.search(r"afterdate=[^&]*%3a", ask.raw_query, re.IGNORECASE)
    if ask.way == "suffix" and encoded:
        raise Refused(host.answer(ask, {}, ROOT, 400))
