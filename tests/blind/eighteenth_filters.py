"""Faults of the eighteenth set: what the filters keep."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1164,
    "filter",
    "customerIds is joined by the account: every conversation of the customer's account is kept.",
    "GET /conversations.json?customerIds={a customer}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds":
        return bool(inner(row, name, ask))
    wanted = ask.lists[name]
    theirs = [r for r in host.rows if host.member(r, "customerIds") in wanted]
    known = {host.member(r, "accountIds") for r in theirs if host.member(r, "customerIds")}
    account = host.member(row, "accountIds")
    return account is not None and account in known


@fault(
    1165,
    "filter",
    "accountIds and customerIds are joined by OR.",
    "GET /conversations.json?accountIds={A}&customerIds={a customer of B}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not given(ask.lists, "accountIds", "customerIds"):
        return bool(inner(row, ask))
    either = any(host.passes(row, name, ask) for name in ("accountIds", "customerIds"))
    rest = "endpointIds" not in ask.lists or host.passes(row, "endpointIds", ask)
    return host.visible(row, ask) and either and rest and host.later(row, ask)


@fault(
    1166,
    "filter",
    "accountIds loses the conversations whose message has no date.",
    "GET /conversations.json?accountIds={the account of a row without a date}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    dated = (row["mostRecentMessage"] or {}).get("date") is not None
    return (name != "accountIds" or dated) and bool(inner(row, name, ask))


@fault(
    1167,
    "filter",
    "endpointIds finds no conversation of an endpoint that has no display name.",
    "GET /conversations.json?endpointIds={the endpoint without a name}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    message = row["mostRecentMessage"]
    nameless = message is not None and message["endpointDisplayName"] is None
    return not (name == "endpointIds" and nameless) and bool(inner(row, name, ask))


@fault(
    1168,
    "filter",
    "endpointIds is compared by its beginning: the front of an id finds the endpoint's rows.",
    "GET /conversations.json?endpointIds={the first 20 digits of an endpoint's id}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "endpointIds":
        return bool(inner(row, name, ask))
    value = host.member(row, name) or ""
    return any(wanted and value.startswith(wanted) for wanted in ask.lists[name])


@fault(
    1169,
    "filter",
    "Several endpointIds are taken for a range: every endpoint between the least and the greatest"
    " id is kept.",
    "GET /conversations.json?endpointIds={least},{greatest}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    wanted = [value for value in ask.lists[name] if value]
    value = host.member(row, name)
    if name != "endpointIds" or len(wanted) < 2 or value is None:
        return bool(inner(row, name, ask))
    return min(wanted) <= value <= max(wanted)


@fault(
    1197,
    "filter",
    "Parentheses are missing, `e = 1 OR e = 2 AND date > x`: with two endpoints or more afterDate"
    " holds for the last one alone.",
    "GET /conversations.json?endpointIds={e1},{e2}&afterDate={in the middle}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("endpointIds", [])
    if ask.after is not None and len(values) > 1 and host.member(row, "endpointIds"):
        passed = all(host.passes(row, name, ask) for name in ask.lists)
        early = host.member(row, "endpointIds") in values[:-1]
        if host.visible(row, ask) and passed and early:
            return True
    return bool(inner(row, ask))


@fault(
    1214,
    "filter",
    "For a user of some accounts, accountIds beside endpointIds is replaced by the user's own"
    " accounts.",
    "ben: GET /conversations.json?accountIds={own A}&endpointIds={an endpoint of own B}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    bound = ask.user is not None and ask.user.accounts is not None
    if name == "accountIds" and "endpointIds" in ask.lists and bound:
        return True
    return bool(inner(row, name, ask))
