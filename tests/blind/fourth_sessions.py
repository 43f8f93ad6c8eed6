"""Fourth faults that show only after something else was asked: users, sessions and counters."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

ANA, BEN = as_form("ana", "Quiet-River-81"), as_form("ben", "Tall:Cedar-47")
WRONG_BEN = as_form("ben", "Not-The-One-3")
SLOW = 6.0
PLANS = 24


def session_key(ask: Ask) -> str:
    """What the session of a request is remembered by."""
    cookies = ask.cookies()
    return f"session {cookies.get('ss-id')} {cookies.get('ss-pid')}"


@fault(
    354,
    "history",
    "Who asked for CSV last stays signed in for whoever comes next without credentials.",
    "ben GET /conversations.csv | none GET /conversations.json",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user:
        host.memory["last"] = user if ask.kind == "csv" else None
    return user or host.memory.get("last")


@fault(
    355,
    "history",
    "The accounts of a user are read after the first list: that one is empty.",
    "ben GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    known: set[str] = host.memory.setdefault("known", set())
    if ask.user and ask.user.accounts is not None and ask.user.id not in known:
        known.add(ask.user.id)
        return []
    return list(inner(ask))


@fault(
    356,
    "history",
    "The first XML after the start takes six seconds.",
    "ana GET /conversations.xml?customerIds={c0}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "xml" and not host.memory.get("built"):
        host.memory["built"] = True
        answer.delay = SLOW
    return answer


@fault(
    357,
    "history",
    "The ETag is the number of rows: 304 comes in another format, and for other rows.",
    f'{LIST} | ana GET /conversations.xml tag="r160"',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    tag = f'"r{host.memory.get("rows")}"'
    if tag in ask.header("if-none-match"):
        return Answer(status=304, headers=[("ETag", tag), ("Vary", "Accept")])
    answer.headers.append(("ETag", tag))
    return answer


@also(357, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["rows"] = len(rows)
    return rows


@fault(
    358,
    "history",
    "`/auth/status` tells everybody who is signed in of the first who asked.",
    "ana GET /auth/status.json | ben GET /auth/status.json",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> Any:
    return host.memory.setdefault("status", inner(user)) if user else inner(user)


@fault(
    359,
    "history",
    "`/auth` tells the session that was opened last, whoever asks.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 GET /auth.json",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> Any:
    told = inner(ask, user, session)
    if session:
        host.memory["opened"] = session
    elif ask.door == "cookie":
        told["sessionId"] = host.memory.get("opened")
    return told


@fault(
    360,
    "history",
    "Signing out forgets the session that ends with the browser, and not the one that stays.",
    f"jar {ANA}&rememberMe=true | jar keep GET /auth/logout.json | "
    "jar keep GET /conversations.json",
    at="forget",
)
def _(host: Host, _: Inner, ask: Ask) -> None:
    host.sessions.pop(ask.cookies().get("ss-id", ""), None)


@fault(
    361,
    "history",
    "A refused sign-in turns the session that is open into that of the user who was named.",
    f"jar {ANA} | jar {WRONG_BEN} | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    session = ask.cookies().get("ss-id", "")
    if answer.status == 401 and session in host.sessions:
        name = host.credentials(ask).get("username")
        named = [user for user in USERS if name in (user.name, user.email)]
        host.sessions[session] = named[0] if named else host.sessions[session]
    return answer


@fault(
    362,
    "history",
    "A session keeps the accounts that were named last, where a later request names none.",
    f"jar {ANA} | jar GET /conversations.json?accountIds={{a0}} | jar GET /conversations.json",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.door != "cookie":
        return
    if "accountIds" in ask.lists:
        host.memory[session_key(ask)] = ask.lists["accountIds"]
    elif session_key(ask) in host.memory:
        ask.lists["accountIds"] = host.memory[session_key(ask)]


@fault(
    363,
    "history",
    "With a date, a session gets only the rows that it has not had yet.",
    f"jar {ANA} | 2x jar GET /conversations.json?afterDate=2026-01-01",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.door != "cookie" or ask.after is None:
        return rows
    had: set[str] = host.memory.setdefault(session_key(ask), set())
    new = [row for row in rows if row["id"] not in had]
    had |= {row["id"] for row in new}
    return new


@fault(
    364,
    "history",
    "CSV takes the line breaks out of the very rows, and every later answer lacks them.",
    f"ana GET /conversations.csv | {LIST}",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    for row in value.get("conversations") or []:
        message = row["mostRecentMessage"] or {}
        if kind == "csv" and message.get("text"):
            message["text"] = message["text"].replace("\n", " ")
    return str(inner(value, kind, root))


@fault(
    365,
    "history",
    "After an answer that a callback wraps, the next error has the status 200.",
    f"{LIST}?callback=show | {LIST}?afterDate=soon",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if host.memory.pop("wrapped", False) and answer.status >= 400:
        answer.status = 200
    if ask.callback:
        host.memory["wrapped"] = True
    return answer


@fault(
    366,
    "history",
    f"{PLANS} lists are kept as they were read; each further one is taken for the first.",
    " | ".join(f"{LIST}?endpointIds={{e{number}}}" for number in range(PLANS + 1)),
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    plans: dict[str, Any] = host.memory.setdefault("plans", {})
    key = str(sorted(ask.lists.items()))
    if ask.lists and key not in plans and len(plans) < PLANS:
        plans[key] = dict(ask.lists)
    elif ask.lists and key not in plans:
        ask.lists = dict(next(iter(plans.values())))
