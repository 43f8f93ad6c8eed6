"""Faults that show somebody what is not theirs."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1023,
    "leak",
    "Where one of the endpoints that are named is the caller's, all that are named may be seen.",
    "GET /conversations?endpointIds={one of ben's},{one of another account} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("endpointIds", [])
    if host.member(row, "endpointIds") in named:
        return any(inner(r, ask) for r in host.rows if host.member(r, "endpointIds") in named)
    return bool(inner(row, ask))


@fault(
    1024,
    "leak",
    "Rows are cached by the query alone, so that a session gets those of another's user.",
    "GET /conversations with ana's cookies, then the same with ben's",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.door != "cookie":
        return list(inner(ask))
    key = f"rows of {ask.raw_query}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    1025,
    "leak",
    "The status tells everybody who is signed in of the user who signed in last.",
    "sign in as ana, sign in as ben elsewhere, GET /auth/status with ana's cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["last"] = user
    answer: Answer = inner(ask, user, stays)
    return answer


@also(1025, at="status_of")
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    return inner(host.memory.get("last", user) if user else None)


@fault(
    1026,
    "leak",
    "If no account asked for is the caller's, the empty list that is left filters nothing.",
    "GET /conversations?accountIds={a1} as ben",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    wanted = ask.lists.get("accountIds", [])
    if own is None or not wanted or own & set(wanted):
        return bool(inner(row, ask))
    others = [name for name in ask.lists if name != "accountIds"]
    return all(host.passes(row, name, ask) for name in others) and host.later(row, ask)


@fault(
    1027,
    "leak",
    "The download as CSV is made by another query, which does not ask for the caller's accounts.",
    "GET /conversations.csv as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))
