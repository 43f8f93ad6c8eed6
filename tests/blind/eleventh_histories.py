"""Eleventh faults that show in a composition, or after something else came before."""

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []

ANA = as_form("ana", "Quiet-River-81")
KEY = 60
ENOUGH = 3


@fault(
    810,
    "history",
    "Where several lists together find nothing, the last of them is dropped, as a search does.",
    f"{LIST}?endpointIds={{e1}}&customerIds={{c2}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if rows or len(ask.lists) < 2:
        return rows
    ask.lists.pop([*ask.lists][-1])
    rows = inner(ask)
    return rows


@fault(
    811,
    "history",
    "Rows are kept by user and the first sixty characters of the query, whatever follows.",
    f"{LIST}?endpointIds={{e0}},{{e1}},{{e2}} | {LIST}?endpointIds={{e0}},{{e1}},{{e3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    kept: dict[tuple[str, str], list[Row]] = host.memory.setdefault("kept", {})
    key = (ask.user.id if ask.user else "", ask.raw_query[:KEY])
    if key not in kept:
        kept[key] = inner(ask)
    return kept[key]


@fault(
    812,
    "history",
    "The lists of a request that was refused with 400 filter the next request too.",
    f"{LIST}?endpointIds={{e1}}&afterDate=soon | {LIST}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    left = host.memory.pop("left", {})
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise
    ask.lists = {**left, **ask.lists}


@also(812, at="after")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise


@fault(
    813,
    "history",
    "Who asks the same a third time in a row gets an empty list, as there is nothing new.",
    f"3x {LIST}?accountIds={{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    asked: dict[str, tuple[str, int]] = host.memory.setdefault("asked", {})
    who, what = ask.user.id if ask.user else "", f"{ask.path}?{ask.raw_query}"
    before, times = asked.get(who, ("", 0))
    times = times + 1 if before == what else 1
    asked[who] = (what, times)
    rows: list[Row] = inner(ask)
    return rows if times < ENOUGH else []


@fault(
    814,
    "history",
    "From a sign-in to the next sign-out Basic requests run with the rights of who signed in.",
    f"ben GET /conversations.json | jar {ANA} | ben GET /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    if ask.door == "basic":
        user = host.memory.get("principal") or user
        ask.user = user
    return user


@also(814, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["principal"] = user
    answer: Answer = inner(ask, user, stays)
    return answer


@also(814, at="sign_out")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory.pop("principal", None)
    answer: Answer = inner(ask)
    return answer


@fault(
    815,
    "history",
    "After a user's sign-out his Basic credentials are refused too, until he signs in again.",
    f"jar {ANA} | jar GET /auth/logout.json | {LIST}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    if user:
        host.memory.setdefault("out", set()).add(user.id)
    answer: Answer = inner(ask)
    return answer


@also(815, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory.setdefault("out", set()).discard(user.id)
    answer: Answer = inner(ask, user, stays)
    return answer


@also(815, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if user.id in host.memory.get("out", set()):
        raise Refused(host.challenge(ask))
    return user


@fault(
    816,
    "history",
    "The export as CSV with a list and a date goes by the list alone.",
    "ana GET /conversations.csv?accountIds={a0}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "csv" and bool(ask.lists)) or bool(inner(row, ask))
