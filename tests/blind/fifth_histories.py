"""Fifth faults that depend on what was asked before."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fifth_common import ANA, BEN, crash
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import ACCOUNTS, USERS, Row, User

__all__: list[str] = []


@fault(
    449,
    "history",
    "The lists of a request that was refused hold for the next one without lists.",
    LIST + "?accountIds={a0}&afterDate=nonsense | " + LIST,
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = ask.lists
        raise
    ask.lists = ask.lists or host.memory.pop("left", {})


@fault(
    450,
    "history",
    "After HEAD with a query, GET without one is answered with the rows of HEAD.",
    "ana HEAD /conversations.json?accountIds={a0} | " + LIST,
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    key = f"head {ask.user.id if ask.user else None}"
    if ask.method == "GET" and not ask.raw_query and key in host.memory:
        return list(host.memory.pop(key))
    rows: list[Row] = inner(ask)
    if ask.method == "HEAD":
        host.memory[key] = rows
    return rows


@fault(
    451,
    "history",
    "The first instant of a day that was asked for holds for the whole day.",
    LIST + "?afterDate=2026-02-28T00:00:00Z | " + LIST + "?afterDate=2026-02-28T23:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after = host.memory.setdefault(ask.after_text[:10], ask.after)


@fault(
    452,
    "history",
    "A sign-in that fails gives the session that is there to the user who was named.",
    f"jar {BEN} | jar {as_form('ana', 'Not-The-One-3')} | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401 and host.session_of(ask):
        name = host.credentials(ask).get("username")
        named = [user for user in USERS if name in (user.name, user.email)]
        for session in set(ask.cookies().values()) & set(host.sessions):
            host.sessions[session] = named[0] if named else host.sessions[session]
    return answer


@fault(
    453,
    "history",
    "A sign-out ends the sessions of all.",
    f"jar1 {ANA} | jar2 {BEN} | jar2 GET /auth/logout.json | jar1 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if host.session_of(ask):
        host.sessions.clear()
    answer: Answer = inner(ask)
    return answer


@fault(
    454,
    "history",
    "CSV leaves out what the same user has exported already.",
    "2x ana GET /conversations.csv?accountIds={a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.kind == "csv" and ask.user:
        seen = host.memory.setdefault(ask.user.id, set())
        rows = [row for row in rows if row["id"] not in seen]
        seen.update(row["id"] for row in rows)
    return rows


@fault(
    455,
    "history",
    "Who is not signed in is taken for the user of the request before.",
    LIST + " | none GET /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    number, before = host.memory.pop("before", (0, None))
    try:
        user: User = inner(ask)
    except Refused:
        if before is None or number + 1 != ask.number or ask.header("authorization"):
            raise
        ask.user = user = before
        return user
    host.memory["before"] = ask.number, user
    return user


@fault(
    456,
    "history",
    "A list has as many places as it had ids when it was first used.",
    LIST + "?customerIds={c0} | " + LIST + "?customerIds={c1},{c2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in list(ask.lists.items()):
        places = host.memory.setdefault(name, len(values))
        ask.lists[name] = values[:places]


@fault(
    457,
    "history",
    "After wrong Basic the next right one is a failure.",
    "wrong GET /conversations.json | " + LIST,
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused:
        host.memory["tripped"] = True
        raise
    if host.memory.pop("tripped", False):
        raise crash(host, ask)
    return user


@fault(
    458,
    "history",
    "A session keeps the `format` that it once asked for, whatever it accepts later.",
    f"jar {ANA} | jar GET /conversations?format=xml | jar GET /conversations "
    "accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    session = ask.cookies().get("ss-id")
    if session and ask.way == "format":
        host.memory[session] = ask.kind
    elif session and ask.way in ("accept", "default"):
        ask.kind = host.memory.get(session, ask.kind)


@fault(
    459,
    "history",
    "The tag is the data's revision, the same for every user and format.",
    'ben GET /conversations tag="r160" accept=application/xml',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    tag = f'"r{len(host.rows) + host.arrived}"'
    if tag in ask.header("if-none-match"):
        answer = Answer(status=304, headers=[("Vary", "Accept")])
    answer.headers.append(("ETag", tag))
    return answer


@fault(
    460,
    "history",
    "The first answer of a session has no rows.",
    f"jar {BEN} | 2x jar GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    session = ask.cookies().get("ss-pid")
    known = host.memory.setdefault("warm", set())
    if ask.door == "cookie" and session not in known:
        known.add(session)
        return []
    return list(inner(ask))


@fault(
    461,
    "history",
    "Customers who are asked for the first time have half of their rows.",
    "2x ana GET /conversations.json?customerIds={c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    key = ",".join(sorted(value or "" for value in ask.lists.get("customerIds", [])))
    if key and host.memory.setdefault(key, ask.number) == ask.number:
        return rows[: (len(rows) + 1) // 2]
    return rows


@fault(
    462,
    "history",
    "A session that was signed out is still good for CSV.",
    f"jar {BEN} | jar keep POST /auth/logout.json | jar GET /conversations.csv",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    host.memory.setdefault("gone", {}).update(host.sessions)
    inner(ask)


@also(462, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    gone: dict[str, User] = host.memory.get("gone", {})
    if user is None and ask.kind == "csv":
        return next((gone[text] for text in ask.cookies().values() if text in gone), None)
    return user


@fault(
    463,
    "history",
    "One node of four does not know the date.",
    "4x ana GET /conversations.json?afterDate=2026-01-01T00:00:00Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.number % 4 == 3:
        ask.after = None


@fault(
    464,
    "history",
    "One node of three has old rights, with one account too many.",
    "3x ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    old = ask.number % 3 == 0 and host.member(row, "accountIds") == ACCOUNTS[1]
    return old or bool(inner(row, ask))


@fault(
    465,
    "history",
    "An account that one user has listed is open to the others.",
    "ben GET /conversations.json?accountIds={a1} | ana GET /conversations.json?accountIds={a1} | "
    "ben GET /conversations.json?accountIds={a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    opened: set[str | None] = host.memory.setdefault("opened", set())
    account = host.member(row, "accountIds")
    if account not in ask.lists.get("accountIds", []):
        return bool(inner(row, ask))
    if inner(row, ask):
        opened.add(account)
    return account in opened


@fault(
    466,
    "history",
    "A short answer in JSV ends with what is left of a longer one before it.",
    "ana GET /conversations.jsv | ana GET /conversations.jsv?endpointIds={e0}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if (kind, root) != ("jsv", ROOT):
        return text
    buffer: str = host.memory.get("buffer", "")
    host.memory["buffer"] = text + buffer[len(text) :]
    return str(host.memory["buffer"])
