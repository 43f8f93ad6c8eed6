"""Tenth faults that show in a composition, or after something else came before."""

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []

ANA = as_form("ana", "Quiet-River-81")
KEPT = as_form("ana", "Quiet-River-81", "&rememberMe=true")
ROWS = "jar1 GET /conversations.json"
NOBODY = "5f8e6a1effffffffffffffff"


@fault(
    747,
    "history",
    "The lists of a request that was refused for its date hold for the user's next request.",
    f"{LIST}?customerIds={{c1}}&afterDate=rubbish | {LIST} | {LIST}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    name = ask.user.name if ask.user else ""
    left = host.memory.pop(name, {})
    try:
        inner(ask)
    except Refused:
        host.memory[name] = dict(ask.lists)
        raise
    if not ask.lists:
        ask.lists = left


@fault(
    748,
    "history",
    "What a session has read once is served from a cache in front, after the sign-out as well.",
    f"jar1 {ANA} | {ROWS} | jar1 keep GET /auth/logout.json | {ROWS}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    session = ask.cookies().get("ss-id")
    if not session or ask.header("authorization"):
        return inner(ask)  # type: ignore[no-any-return]
    key = f"{session} {ask.path}?{ask.raw_query} {ask.kind}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return host.memory[key]  # type: ignore[no-any-return]


@fault(
    749,
    "history",
    "Rows after a date are kept by the filters alone, and served to other users too.",
    f"{LIST}?afterDate=2026-01-01T00:00:00Z"
    " | ben GET /conversations.xml?afterDate=2026-01-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.after is None:
        return inner(ask)  # type: ignore[no-any-return]
    key = repr((sorted(ask.lists.items()), ask.after))
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return host.memory[key]  # type: ignore[no-any-return]


@fault(
    750,
    "history",
    "Several endpoints with a date: OR without parentheses binds the date to the last one alone.",
    f"{LIST}?endpointIds={{e1}},{{e2}}&afterDate=2026-01-15T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.lists.get("endpointIds", [])
    return inner(row, ask) or (len(values) > 1 and host.member(row, "endpointIds") != values[-1])


@fault(
    751,
    "history",
    "XML is written into a buffer that is kept: behind a shorter answer stands the former's end.",
    "ana GET /conversations.xml | ben GET /conversations.xml?endpointIds={e0}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "xml" and not ask.callback:
        before = host.memory.get("buffer", "")
        host.memory["buffer"] = answer.body
        answer.body += before[len(answer.body) :]
    return answer


@fault(
    752,
    "history",
    "A sign-in that is not to stay, after one that was, leaves `ss-opt` as it is: no session.",
    f"jar1 {KEPT} | jar1 GET /auth/logout.json | jar1 {ANA} | {ROWS}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if ask.cookies().get("ss-opt") == "perm" and not stays:
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-opt=")]
    return answer


@fault(
    753,
    "history",
    "HEAD uses a session up.",
    f"jar1 {ANA} | jar1 HEAD /conversations.json | {ROWS}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.method == "HEAD" and ask.door == "cookie":
        host.forget(ask)
    return answer


@fault(
    754,
    "history",
    "After a list with an unknown id its first id too is held unknown, for the next two requests.",
    f"{LIST}?endpointIds={{e1}},{NOBODY} | {LIST}?endpointIds={{e1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    held: dict[str | None, int] = host.memory.setdefault("held", {})
    asked = {name: [*values] for name, values in ask.lists.items()}
    for name, values in asked.items():
        ask.lists[name] = [value for value in values if value not in held]
    rows: list[Row] = inner(ask)
    for value in [*held]:
        held[value] -= 1
        if not held[value]:
            del held[value]
    for name, values in asked.items():
        known = {host.member(row, name) for row in host.rows}
        if len(values) > 1 and not known.issuperset(values):
            held[values[0]] = 2
    return rows


@fault(
    755,
    "history",
    "An account that one user asked for without a right to it is held empty for everybody.",
    "ben GET /conversations.json?accountIds={a1} | "
    f"{LIST}?accountIds={{a1}} | {LIST}?accountIds={{a0}},{{a1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    empty: set[str | None] = host.memory.setdefault("empty", set())
    values = ask.lists.get("accountIds", [])
    if ask.user and ask.user.accounts is not None:
        empty |= set(values) - ask.user.accounts
    if values:
        ask.lists["accountIds"] = [value for value in values if value not in empty]
    return inner(ask)  # type: ignore[no-any-return]


@fault(
    756,
    "history",
    "A sign-out of somebody who is not signed in ends the newest session there is.",
    f"jar1 {ANA} | {ROWS} | none GET /auth/logout.json | {ROWS}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    known = [ask.cookies().get(name) for name in ("ss-id", "ss-pid")]
    if not any(session in host.sessions for session in known) and host.sessions:
        host.sessions.popitem()
    return inner(ask)  # type: ignore[no-any-return]
