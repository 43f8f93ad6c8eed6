"""Third faults where two or three conditions meet."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.third_formats import with_message
from tests.blind.world import Row

__all__ = ["OFFSET"]

LIST = "ana GET /conversations"
OFFSET = re.compile(r"(?<=\d)\s*[+-]\d{1,2}:?\d\d$", re.ASCII)
CLOCK = re.compile(r"\d{1,2}:\d\d", re.ASCII)


def limited(ask: Ask) -> bool:
    """Whether the caller may not see everything."""
    return ask.user is not None and ask.user.accounts is not None


@fault(
    242,
    "mixture",
    "CSV with a list and a date leaves the date out.",
    f"{LIST}.csv?accountIds={{a0}}&afterDate=2026-02-20T00:00:00Z",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or (ask.kind == "csv" and bool(ask.lists))


@fault(
    243,
    "leak",
    "Where accountIds is repeated only the first is checked against the caller's accounts.",
    "ben GET /conversations.json?accountIds={a0}&accountIds={a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    later = ask.lists.get("accountIds", [])[1:]
    repeated = len(ask.raw.get("accountIds", [])) > 1
    named = repeated and host.member(row, "accountIds") in later
    return bool(inner(row, ask)) or named


@fault(
    244,
    "mixture",
    "With a customer filter the offset of the date is taken for UTC.",
    f"{LIST}.json?customerIds={{c11}}&afterDate=2026-02-25T20:00:00-14:00",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "customerIds" in ask.lists and CLOCK.search(ask.after_text):
        ask.after = dates.parse(OFFSET.sub("Z", ask.after_text))


@fault(
    245,
    "leak",
    "XML checks the accounts by the customer, so that rows without one are for everybody.",
    "ben GET /conversations.xml",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    loose = ask.kind == "xml" and host.member(row, "customerIds") is None
    return bool(inner(row, ask)) or loose


@fault(
    246,
    "leak",
    "In a session with rememberMe accountIds takes the place of the caller's accounts.",
    "jar1 POST /auth/credentials.json form=userName=ben&password=Tall:Cedar-47&rememberMe=true"
    " | jar1 GET /conversations.json?accountIds={a1}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    stays = ask.door == "cookie" and ask.cookies().get("ss-opt") == "perm"
    return bool(inner(row, ask)) or (stays and "accountIds" in ask.lists)


@fault(
    247,
    "mixture",
    "Two accounts are joined by OR without brackets, so that the first one passes all else.",
    f"{LIST}.json?accountIds={{a0}},{{a1}}&customerIds={{c1}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = ask.lists.get("accountIds", [])
    first = len(accounts) > 1 and host.member(row, "accountIds") == accounts[0]
    return bool(inner(row, ask)) or (first and host.visible(row, ask))


@fault(
    248,
    "mixture",
    "With an endpoint filter a row without a date is after any date.",
    f"{LIST}.json?endpointIds={{e5}},{{e26}}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    dated = (row["mostRecentMessage"] or {}).get("date") is not None
    return bool(inner(row, ask)) or ("endpointIds" in ask.lists and not dated)


@fault(
    249,
    "mixture",
    "Filters that stand behind a list in brackets are not read.",
    f"{LIST}.json?accountIds=[{{a0}}]&afterDate=2026-02-20T00:00:00Z",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    opened = False
    kept: list[tuple[str, str]] = []
    for key, value in ask.query:
        if not (opened and key.lower() in NAMES):
            kept.append((key, value))
        opened = opened or (key.lower() in NAMES and value.startswith("["))
    ask.query = kept


@fault(
    250,
    "mixture",
    "A filter with an empty value switches the lists beside it off.",
    f"{LIST}.json?accountIds={{a0}}&customerIds=",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any(not any(values) for values in ask.raw.values()):
        ask.lists.clear()


@fault(
    251,
    "mixture",
    "XML with a customer filter has no display name of the endpoint.",
    f"{LIST}.xml?customerIds={{c0}}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.kind != "xml" or "customerIds" not in ask.lists:
        return rows
    return [with_message(row, endpointDisplayName=None) for row in rows]


@fault(
    252,
    "mixture",
    "A user of some accounts gets no customerId, though the customer filter selects by it.",
    "ben GET /conversations.json?customerIds={c0}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return [with_message(row, customerId=None) for row in rows] if limited(ask) else rows
