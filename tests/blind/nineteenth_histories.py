"""Faults of the set `nineteenth`: what an earlier request leaves behind."""

import re
from dataclasses import replace

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.nineteenth_formats import retold
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


def session_id(ask: Ask) -> str:
    """The id of the session that a request names."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


@fault(
    1265,
    "history",
    "The lists of a request that is refused for its date filter the user's next request too.",
    "GET /conversations?accountIds={a0}&afterDate=nonsense; GET /conversations",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    name = ask.user.name if ask.user else ""
    try:
        inner(ask)
    except Refused:
        host.memory[name] = dict(ask.lists)
        raise
    for key, values in host.memory.pop(name, {}).items():
        ask.lists.setdefault(key, values)


@fault(
    1266,
    "history",
    "Instants are cached by their text without the zone: the first zone asked for stays.",
    "GET /conversations?afterDate={text}Z; GET /conversations?afterDate={text}%2B14:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.fullmatch(r"(?i)(.+:\d\d[\d.]*)\s*(z|[+-]\d\d:?\d\d)", ask.after_text.strip())
    if ask.after is not None and found:
        ask.after = host.memory.setdefault(found[1], ask.after)


@fault(
    1267,
    "history",
    "Who signs in over another's session is named rightly, but keeps the other's accounts.",
    "POST /auth/credentials as ana; the same as ben with her cookies; GET /conversations",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["before"] = host.session_of(ask)
    answer: Answer = inner(ask)
    return answer


@also(1267, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = host.memory["before"]
    answer: Answer = inner(ask, replace(user, accounts=before.accounts) if before else user, stays)
    return answer


@fault(
    1268,
    "history",
    "After the sign-out a request that the session made before is still answered from a cache.",
    "POST /auth/credentials; GET /conversations.json; GET /auth/logout; the same GET again",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    key = f"{session_id(ask)} {ask.path}?{ask.raw_query} {ask.kind}"
    try:
        answer: Answer = inner(ask)
    except Refused:
        if key in host.memory and not ask.header("authorization") and not host.session_of(ask):
            kept: Answer = host.memory[key]
            return replace(kept, headers=[*kept.headers])
        raise
    if ask.door == "cookie":
        host.memory[key] = replace(answer, headers=[*answer.headers])
    return answer


@fault(
    1269,
    "history",
    "Eight slots hold parsed dates; a ninth date takes the first's slot, which keeps its name.",
    "GET /conversations?afterDate= with nine dates; the first again",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is None:
        return
    slots = host.memory.setdefault("slots", {})
    places = host.memory.setdefault("places", {})
    if ask.after_text not in places:
        places[ask.after_text] = len(places) % 8
        slots[places[ask.after_text]] = ask.after
    ask.after = slots[places[ask.after_text]]


@fault(
    1270,
    "history",
    "A sign-in with a wrong password is refused, but puts its user into the session that is there.",
    "POST /auth/credentials as ben; the same as ana:wrong with his cookies; GET /conversations",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    session = session_id(ask)
    if answer.status == 401 and session in host.sessions:
        name = host.credentials(ask).get("username")
        for user in USERS:
            if name in (user.name, user.email):
                host.sessions[session] = user
    return answer


@fault(
    1271,
    "history",
    "After a wrong password in Basic the next right one of that user is refused once.",
    "GET /conversations as ben:wrong; GET /conversations as ben",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    refused = host.memory.pop(name, False)
    if refused and host.known(name, password):
        inner(ask, name, "")
    try:
        user: User = inner(ask, name, password)
    except Refused:
        host.memory[name] = True
        raise
    return user


@fault(
    1272,
    "history",
    "After Basic was right, a password that begins with the same eight characters is taken too.",
    "GET /conversations as ana; GET /conversations as ana:Quiet-Rxxxx",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    key = f"{name}:{password[:8]}"
    if key not in host.memory:
        host.memory[key] = inner(ask, name, password)
    user: User = host.memory[key]
    return user


@fault(
    1273,
    "history",
    "A customerIds shorter than the one before is filled up with the end of that one.",
    "GET /conversations?customerIds={c0},{c1},{c2}; GET /conversations?customerIds={c3}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = ask.lists.get("customerIds")
    if values:
        before = host.memory.get("customerIds", [])
        host.memory["customerIds"] = values
        ask.lists["customerIds"] = values + before[len(values) :]


@fault(
    1274,
    "history",
    "A session keeps the format of its last ?format=, against the Accept of later requests.",
    "With a cookie: GET /conversations?format=xml; GET /conversations, Accept: application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    session = session_id(ask)
    if ask.route != "/conversations" or session not in host.sessions:
        return
    if ask.way == "format":
        host.memory[session] = ask.kind
    elif ask.way == "accept":
        ask.kind = host.memory.get(session, ask.kind)


@fault(
    1275,
    "history",
    "A sign-out ends the session that was opened last, not the one of its cookie.",
    "POST /auth/credentials as ana, as ben; GET /auth/logout as ana; GET /conversations as both",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/logout" and session_id(ask) in host.sessions:
        host.sessions.popitem()
    else:
        inner(ask)


@fault(
    1276,
    "history",
    "XML has no CustomerId where the XML answer before began with a row without customer.",
    "GET /conversations.xml?endpointIds={one without customer}; GET /conversations.xml",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    if ask.kind == "xml" and root == ROOT and value.get("conversations"):
        first = host.member(value["conversations"][0], "customerIds")
        before = host.memory.get("shape", "unknown")
        host.memory["shape"] = first
        if before is None:
            value = retold(value, lambda message: {"customerId": None})
    answer: Answer = inner(ask, value, root, status)
    return answer
