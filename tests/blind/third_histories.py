"""Third faults that show by what was asked before: caches, sticking state, sessions, polling."""

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, WRONG, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.third_crossings import CLOCK, OFFSET
from tests.blind.wire import error
from tests.blind.world import Row, User, make_rows

__all__: list[str] = []

LIST = "ana GET /conversations.json"
ANA = "POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
BEN = "POST /auth/credentials.json form=userName=ben&password=Tall:Cedar-47"
INDEXED = frozenset(row["id"] for row in make_rows())


def named(ask: Ask) -> str:
    """Who asks."""
    return ask.user.name if ask.user else ""


def sticks(host: Host, key: object, ask: Ask, inner: Inner) -> list[Row]:
    """The rows that were found first for a key."""
    cache: dict[object, list[Row]] = host.memory.setdefault("cache", {})
    if key not in cache:
        cache[key] = inner(ask)
    return cache[key]


@fault(
    253,
    "history",
    "Answers with a date are cached by user, lists and date, but without the date's zone.",
    f"{LIST}?afterDate=2026-02-25T12:00:00Z | {LIST}?afterDate=2026-02-25T12:00:00-14:00",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    text = ask.after_text.strip()
    if ask.after is None or not CLOCK.search(text):
        return list(inner(ask))
    key = named(ask), repr(ask.lists), OFFSET.sub("", text).rstrip("Zz")
    return sticks(host, key, ask, inner)


@fault(
    254,
    "history",
    "Answers are cached by user and the first 80 characters of the query.",
    f"{LIST}?endpointIds={{e0}},{{e1}},{{e2}} | {LIST}?endpointIds={{e0}},{{e1}},{{e2}},{{e3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if len(ask.raw_query) <= 80:
        return list(inner(ask))
    return sticks(host, (named(ask), ask.raw_query[:80]), ask, inner)


@fault(
    255,
    "history",
    "All formats of an address have the same ETag, so that one's tag brings 304 for another.",
    "ana GET /conversations accept=application/json"
    ' | ana GET /conversations accept=application/xml tag="ana-160-2026-02-28T17:20:31.250Z"',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    rows = host.select(ask)
    newest = max((host.age(row)[0] for row in rows), default="")
    tag = f'"{named(ask)}-{len(rows)}-{newest}"'
    answer.headers.append(("ETag", tag))
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    256,
    "history",
    "In a session a date that is earlier than one asked for before counts as that one.",
    f"jar1 {ANA} | jar1 GET /conversations.json?afterDate=2026-02-20T00:00:00Z"
    " | jar1 GET /conversations.json?afterDate=2026-01-20T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.door == "cookie":
        marks: dict[str, int] = host.memory.setdefault("marks", {})
        session = repr(sorted(ask.cookies().items()))
        marks[session] = ask.after = max(ask.after, marks.get(session, 0))


@fault(
    257,
    "history",
    "After a request that is refused with 400 the next answer comes in the format of that one.",
    "ana GET /conversations.xml?afterDate=soon | ana GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 400 and ask.route == "/conversations":
        host.memory["kind"] = ask.kind
    return answer


@also(257, at="read")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.route == "/conversations" and not ask.callback:
        ask.kind = host.memory.pop("kind", ask.kind)


@fault(
    258,
    "session",
    "Who signs in where another had signed in with rememberMe goes on as that one.",
    f"jar1 {ANA}&rememberMe=true | jar1 {BEN} | jar1 GET /conversations.json",
    at="open",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if ask.cookies().get("ss-opt") == "perm" and not stays:
        left = ("ss-opt=", "ss-pid=")
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith(left)]
    return answer


@also(258, at="forget")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/logout":
        inner(ask)
    else:
        host.sessions.pop(ask.cookies().get("ss-id", ""), None)


@fault(
    259,
    "history",
    "Every sixth answer comes from a copy that lacks the three newest rows.",
    f"6x {LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["asked"] = host.memory.get("asked", 0) + 1
    if host.memory["asked"] % 6:
        return rows
    newest = {row["id"] for row in sorted(host.rows, key=host.age)[-3:]}
    return [row for row in rows if row["id"] not in newest]


@fault(
    260,
    "history",
    "Lists that found nothing for one user are remembered as finding nothing for all.",
    "ben GET /conversations.json?accountIds={a1} | ana GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    empty: set[str] = host.memory.setdefault("empty", set())
    key = repr(sorted(ask.lists.items()))
    if ask.lists and key in empty:
        return []
    rows: list[Row] = inner(ask)
    if not rows and ask.after is None:
        empty.add(key)
    return rows


@fault(
    261,
    "history",
    "A row that arrives is in the whole list, but the endpoint filter does not find it.",
    f"30x none GET /login | {LIST}?endpointIds={{e5}}",
    at="passes",
    habit="arrivals",
)
def _(_: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    known = name != "endpointIds" or row["id"] in INDEXED
    return known and bool(inner(row, name, ask))


@fault(
    262,
    "session",
    "A sign-out ends the session that was opened last, whoever has it.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 GET /auth/logout | jar2 GET /conversations.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route != "/auth/logout":
        inner(ask)
    elif host.sessions:
        host.sessions.popitem()


@fault(
    263,
    "history",
    "The answer to HEAD is cached, so that GET of the same address has no body.",
    "ana HEAD /conversations.json | ana GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    bare: set[tuple[str, ...]] = host.memory.setdefault("bare", set())
    key = named(ask), ask.kind, ask.path, ask.raw_query
    if ask.method == "HEAD":
        bare.add(key)
    elif key in bare:
        answer.body = ""
    return answer


@fault(
    264,
    "history",
    "Lists of five or more ids go through a table that is not emptied in between.",
    f"{LIST}?endpointIds={{e0}},{{e1}},{{e2}},{{e3}},{{e4}}"
    f" | {LIST}?endpointIds={{e5}},{{e6}},{{e7}},{{e8}},{{e10}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    for name, values in ask.lists.items():
        if len(values) >= 5:
            table: list[str | None] = host.memory.setdefault(name, [])
            table.extend(value for value in values if value not in table)
            ask.lists[name] = [*table]
    return list(inner(ask))


@fault(
    265,
    "history",
    "The offset of a user's date stays in force for later dates without a zone.",
    f"{LIST}?afterDate=2026-02-27T00:00:00-14:00 | {LIST}?afterDate=2026-02-25T12:00:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is None or not CLOCK.search(text):
        return
    offsets: dict[str, int] = host.memory.setdefault("offsets", {})
    plain = dates.parse(OFFSET.sub("", text))
    if OFFSET.search(text) and plain is not None:
        offsets[named(ask)] = ask.after - plain
    elif text[-1].isdigit():
        ask.after += offsets.get(named(ask), 0)


@fault(
    266,
    "session",
    "Who has signed out is refused with Basic too, until the next sign-in.",
    f"jar1 {BEN} | jar1 GET /auth/logout | ben GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    if user:
        host.memory.setdefault("out", set()).add(user.name)
    answer: Answer = inner(ask)
    return answer


@also(266, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if user.name in host.memory.get("out", ()) and ask.kind != "html":
        problem = error("Unauthorized", WRONG)
        status = 200 if ask.callback else 401
        raise Refused(host.answer(ask, problem, PROBLEM, status))
    return user


@also(266, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory.get("out", set()).discard(user.name)
    answer: Answer = inner(ask, user, stays)
    return answer
