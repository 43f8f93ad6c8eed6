"""Faults of the eighteenth set: what an earlier request, or time, does to a later answer."""

from tests.blind import dates
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User, make_rows

__all__: list[str] = []

START = {row["id"]: (row["mostRecentMessage"] or {}).get("date") for row in make_rows()}
SLOTS = 12


@fault(
    1198,
    "history",
    "HEAD reads no rows, and its empty result is kept for the same filters.",
    "HEAD /conversations.json?accountIds={A}, then GET of the same",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists and ask.after is None:
        return list(inner(ask))
    kept = host.memory.setdefault("heads", set())
    key = (ask.user and ask.user.name, ask.raw_query, ask.kind, host.arrived)
    if ask.method == "HEAD":
        kept.add(key)
    return [] if key in kept else list(inner(ask))


@fault(
    1199,
    "history",
    "Who signed out is refused with Basic until the next sign-in.",
    "sign in as ana; GET /auth/logout with the cookie; GET /conversations.json with Basic",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if user := host.session_of(ask):
        host.memory.setdefault("out", set()).add(user.name)
    answer: Answer = inner(ask)
    return answer


@also(1199, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if user.name in host.memory.get("out", set()):
        # With another password the inner method refuses in the right form.
        user = inner(ask, name, password + "\0")
    return user


@also(1199, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory.get("out", set()).discard(user.name)
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    1201,
    "history",
    "The answers to filters are kept without their format: a later Accept gets the first one's.",
    "GET /conversations?accountIds={A} with Accept: application/json, then application/xml",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.way != "accept" or not (ask.lists or ask.after is not None):
        return answer
    key = (ask.user and ask.user.name, ask.raw_query, host.arrived)
    kind, body, headers = host.memory.setdefault("answers", {}).setdefault(
        key, (ask.kind, answer.body, answer.headers)
    )
    if kind != ask.kind:
        answer.body, answer.headers = body, list(headers)
    return answer


@fault(
    1204,
    "history",
    "The index of customers is built at the start: customerIds never finds a row that arrived.",
    "GET /conversations.json until a new row is there, then ?customerIds={its customer}",
    at="passes",
    habit="arrivals",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and row["id"] not in START:
        return False
    return bool(inner(row, name, ask))


@fault(
    1205,
    "history",
    "afterDate goes on with the date that a thread had at the start when a newer message comes in.",
    "GET /conversations.json until a thread has changed, then ?afterDate={just before its date}",
    at="later",
    habit="moving",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    kept = bool(inner(row, ask))
    if kept and ask.after is not None and row["id"] in START:
        ticks = dates.row_ticks(START[row["id"]])
        return ticks is not None and ticks > ask.after
    return kept


@fault(
    1216,
    "history",
    "The kept selections have twelve places: the thirteenth set of filters of a user is entered at"
    " the first place, and gets the rows that lie there.",
    "13x GET /conversations.json?endpointIds={another each time}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not ask.lists and ask.after is None:
        return rows
    name = ask.user.name if ask.user else ""
    places, values = host.memory.setdefault(f"places {name}", ({}, {}))
    key = (repr(sorted(ask.lists.items())), ask.after)
    place = places.setdefault(key, len(places) % SLOTS)
    owner, first = values.setdefault(place, (key, rows))
    return rows if owner == key else list(first)
