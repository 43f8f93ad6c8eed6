"""Later faults of state that stays: between requests, users, sessions and connections."""

import re

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []

LIST = "GET /conversations.json"
SIGN_IN = "POST /auth/credentials.json"
ANA = "form=userName=ana&password=Quiet-River-81"
BEN = "form=userName=ben&password=Tall:Cedar-47"
BAD = "afterDate=soon"


@fault(
    205,
    "history",
    "With accountIds, rows that came in after the first request are never seen.",
    f"61x ana {LIST}?accountIds={{a1}},{{a2}}",
    at="select",
    habit="arrivals",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    first = host.memory.setdefault("first", {row["id"] for row in host.rows})
    rows: list[Row] = inner(ask)
    return [row for row in rows if "accountIds" not in ask.lists or row["id"] in first]


@fault(
    206,
    "history",
    "The lists of a request that was refused filter the next one.",
    f"ana {LIST}?customerIds={{c3}}&{BAD} | ana {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    left = host.memory.pop("lists", {})
    host.memory["added"] = left
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if refused.answer.status == 400:
            host.memory["lists"] = dict(ask.lists)
        raise
    return answer


@also(206, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in host.memory.pop("added", {}).items():
        ask.lists.setdefault(name, values)


@fault(
    207,
    "history",
    "After a request that was refused, its user stays, and lets one without credentials in.",
    f"ana {LIST}?{BAD} | none {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if refused.answer.status == 400 and ask.user:
            host.memory["user"] = ask.user
        raise
    return answer


@also(207, at="authenticate")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    left: User | None = host.memory.pop("user", None)
    user: User | None = inner(ask)
    return user or left


@fault(
    208,
    "history",
    "A connection on which somebody signed in by Basic needs no credentials any more.",
    f"ana {LIST} | none {LIST}",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.door == "basic":
        host.memory[ask.peer] = user
    return user or host.memory.get(ask.peer)


@fault(
    209,
    "history",
    "The first user on a connection stays its user, whoever signs in by Basic later.",
    f"ana {LIST} | ben {LIST}",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    first: User = host.memory.setdefault(ask.peer, user)
    return first


@fault(
    210,
    "history",
    "A Basic request that carries another user's session takes it over.",
    f"jar1 {SIGN_IN} {ANA} | jar1 {LIST} auth=ben:Tall:Cedar-47 | jar1 {LIST}",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    for key in ("ss-id", "ss-pid"):
        session = ask.cookies().get(key, "")
        if session in host.sessions:
            host.sessions[session] = user
    return user


@fault(
    211,
    "history",
    "A sign-out ends the sessions of everybody.",
    f"jar1 {SIGN_IN} {ANA} | jar2 {SIGN_IN} {BEN} | jar1 POST /auth/logout.json | jar2 {LIST}",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask):
        host.sessions.clear()
    answer: Answer = inner(ask)
    return answer


@fault(
    212,
    "history",
    "A session ends with its twelfth request.",
    f"jar1 {SIGN_IN} {ANA} | 13x jar1 {LIST}?customerIds={{c13}}",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    session = ask.cookies().get("ss-id", "")
    host.memory[session] = host.memory.get(session, 0) + 1
    if host.memory[session] >= 12:
        host.sessions.pop(session, None)
    return user


@fault(
    213,
    "history",
    "Every sixth answer to an Accept header is the page.",
    "6x ana GET /conversations?customerIds={c13} accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.way == "accept" and ask.kind != "html":
        host.memory["accepted"] = host.memory.get("accepted", 0) + 1
        if host.memory["accepted"] % 6 == 0:
            ask.kind = "html"


@fault(
    214,
    "history",
    "The third of three equal requests in a row gets no rows.",
    f"3x ana {LIST}?customerIds={{c13}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    key = (ask.user, ask.method, ask.path, ask.raw_query, ask.kind)
    last, count = host.memory.get("last", (None, 0))
    count = count + 1 if key == last else 1
    host.memory["last"] = (key, count % 3)
    return [] if count == 3 else list(inner(ask))


@fault(
    215,
    "history",
    "A date without a zone is read with the offset of the date before it.",
    f"ana {LIST}?afterDate=2026-02-01T00:00:00%2B09:00 | ana {LIST}?afterDate=2026-02-23T01:00:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    zone = re.search(r":\d\d(?:\.\d+)?(z|[+-]\d\d:?\d\d)$", text, re.IGNORECASE)
    if ask.after is not None and zone:
        host.memory["zone"] = dates.zone_ticks(zone[1]) or 0
    elif ask.after is not None and "T" in text:
        ask.after -= host.memory.get("zone", 0)


@fault(
    216,
    "history",
    "After a request with a callback, the next one in JSON is wrapped as well.",
    f"ana {LIST}?callback=show | ana {LIST}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.route != "/conversations":
        return
    if ask.callback:
        host.memory["callback"] = ask.callback
    elif ask.kind == "json":
        ask.callback = host.memory.pop("callback", "")
