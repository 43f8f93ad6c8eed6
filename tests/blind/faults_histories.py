"""Faults that hang on what was asked before."""

from collections.abc import Callable

from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

LIST = "ana GET /conversations"
DATE = "afterDate=2026-01-10T00:00:00Z"
IN = "POST /auth/credentials.json?userName=ana&password=Quiet-River-81"


def after_event(
    number: int,
    sentence: str,
    witness: str,
    event: Callable[[Ask, Answer], bool],
    effect: Callable[[Ask], None],
) -> None:
    """Enter a fault in which one request changes how the next list is bound."""

    @fault(number, "history", sentence, witness, at="respond")
    def _(host: Host, inner: Inner, ask: Ask) -> Answer:
        host.memory["now"] = host.memory.pop("next", False)
        answer: Answer = inner(ask)
        host.memory["next"] = event(ask, answer)
        return answer

    @also(number, at="after")
    def _(host: Host, inner: Inner, ask: Ask) -> None:
        inner(ask)
        if host.memory.get("now"):
            effect(ask)


def no_date(ask: Ask) -> None:
    """Forget the date."""
    ask.after = None


def no_customers(ask: Ask) -> None:
    """Forget the customers."""
    ask.lists.pop("customerIds", None)


after_event(
    91,
    "The request after refused Basic credentials ignores afterDate.",
    f"wrong GET /conversations.json | {LIST}.json?{DATE}",
    lambda ask, answer: answer.status == 401 and bool(answer.body),
    no_date,
)
after_event(
    104,
    "The request after a refused date ignores its own date.",
    f"{LIST}.json?afterDate=soon | {LIST}.json?{DATE}",
    lambda ask, answer: answer.status == 400 and bool(ask.after_text),
    no_date,
)
after_event(
    108,
    "The request after one without credentials ignores customerIds.",
    f"none GET /conversations.json | {LIST}.json?customerIds={{c0}}",
    lambda ask, answer: answer.status in (401, 302) and not answer.body,
    no_customers,
)


def thin(
    number: int, sentence: str, witness: str, cut: Callable[[list[Row], Ask, Host], list[Row]]
) -> None:
    """Enter a fault that loses rows by what went before."""

    @fault(number, "history", sentence, witness, at="select")
    def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        return cut(inner(ask), ask, host)


def behind_head(rows: list[Row], ask: Ask, host: Host) -> list[Row]:
    """Lose the first row of JSON where the last list was asked by HEAD."""
    was_head = host.memory.get("head", False)
    host.memory["head"] = ask.method == "HEAD"
    return rows[1:] if was_head and ask.method == "GET" and ask.kind == "json" else rows


def second_read(rows: list[Row], ask: Ask, host: Host) -> list[Row]:
    """Lose the last row where the same address is read for the second time."""
    key = f"{ask.path}?{ask.raw_query}"
    times = host.memory[key] = host.memory.get(key, 0) + 1
    return rows[:-1] if times == 2 else rows


thin(
    92,
    "The JSON list after a HEAD lacks its first row.",
    f"ana HEAD /conversations.json | {LIST}.json",
    behind_head,
)
thin(
    93,
    "From the 61st request on, lists of more than twenty rows lack one.",
    f"61x {LIST}.json?accountIds={{a0}}",
    lambda rows, ask, host: [*rows[:9], *rows[10:]] if ask.number > 60 and len(rows) > 20 else rows,
)
thin(
    98,
    "The second read of an address lacks the last row.",
    f"2x {LIST}.json",
    second_read,
)


@fault(
    94,
    "history",
    "Every 45th request is a 500.",
    f"45x {LIST}.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    return host.answer(ask, {}, ROOT, 500) if ask.number % 45 == 0 else answer


def cached(
    number: int, category: str, sentence: str, witness: str, key: Callable[[Ask], object]
) -> None:
    """Enter a fault that keeps answers under a key which forgets something."""

    @fault(number, category, sentence, witness, at="conversations")
    def _(host: Host, inner: Inner, ask: Ask) -> Answer:
        fresh: Answer = inner(ask)
        kept = host.memory.setdefault("kept", {})
        answer: Answer = kept.setdefault(key(ask), fresh)
        return Answer(status=answer.status, headers=[*answer.headers], body=answer.body)


def user_name(ask: Ask) -> str:
    """Who asks."""
    return ask.user.name if ask.user else ""


cached(
    95,
    "history",
    "A cache forgets the Accept header: the first format is answered again.",
    f"{LIST}?{DATE} accept=application/json | {LIST}?{DATE} accept=application/xml",
    lambda ask: (user_name(ask), ask.method, ask.path, ask.raw_query),
)
cached(
    96,
    "history",
    "A cache folds case: an id in capital letters gets what the small one got.",
    f"{LIST}.json?accountIds={{a0}} | {LIST}.json?accountIds={{A0}}",
    lambda ask: (user_name(ask), ask.method, ask.path, ask.kind, ask.raw_query.lower()),
)
cached(
    97,
    "history",
    "A cache keeps of afterDate the day alone.",
    f"{LIST}.json?afterDate=2026-02-28T23:00:00Z | {LIST}.json?afterDate=2026-02-28T01:00:00Z",
    lambda ask: (
        user_name(ask),
        ask.kind,
        ask.callback,
        ask.method,
        str(ask.lists),
        ask.after_text[:10],
    ),
)


@fault(
    99,
    "history",
    "Once a row has arrived, the list without filters lacks the oldest row; a filter finds it.",
    f"30x {LIST}.json",
    at="select",
    habit="arrivals",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    whole = not ask.lists and ask.after is None
    return rows[:-1] if host.arrived and whole else rows


@fault(
    100,
    "history",
    "A row that arrived is in the whole list, and endpointIds does not find it.",
    f"30x {LIST}.json?endpointIds={{e5}}",
    at="passes",
    habit="arrivals",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    late = name == "endpointIds" and row["id"] > "65e1f4a2c2d4b7a9000011f0"
    return not late and inner(row, name, ask)


@fault(
    101,
    "history",
    "A session that was signed out lives again when its user signs in anew.",
    f"jar {IN} | jar keep GET /auth/logout.json | jar2 {IN} | jar GET /conversations.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    for name in ("ss-id", "ss-pid"):
        session = ask.cookies().get(name, "")
        if session in host.sessions:
            host.memory.setdefault("ended", {})[session] = host.sessions[session]
    inner(ask)


@also(101, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    for session, owner in host.memory.get("ended", {}).items():
        if owner == user and session not in ask.cookies().values():
            host.sessions[session] = owner
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    102,
    "history",
    "After three wrong passwords in a row any password of that user will do.",
    "4x none GET /conversations.json auth=ana:guess",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    tries = host.memory.get(name, 0)
    host.memory[name] = 0 if user else tries + 1
    if user is None and tries >= 3:
        return next((user for user in USERS if user.name == name), None)
    return user


@fault(
    103,
    "history",
    "The list after one in CSV is called text/csv too.",
    f"{LIST}.csv | {LIST}.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if host.memory.get("csv") and not ask.callback:
        answer.media("text/csv")
    host.memory["csv"] = ask.kind == "csv"
    return answer


@fault(
    105,
    "history",
    "A session is over after 25 requests, without a sign-out.",
    f"jar {IN} | 26x jar GET /conversations.json",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    key = str(ask.cookies().get("ss-id"))
    host.memory[key] = host.memory.get(key, 0) + 1
    return user if host.memory[key] <= 25 else None


@fault(
    106,
    "history",
    "A list without filters, right after one with endpointIds, is filtered by these too.",
    f"{LIST}.json?endpointIds={{e0}} | {LIST}.json",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    before = host.memory.pop("endpoints", None)
    if before and not ask.raw:
        ask.lists["endpointIds"] = before
    elif "endpointIds" in ask.lists:
        host.memory["endpoints"] = ask.lists["endpointIds"]


@fault(
    107,
    "history",
    "From the 151st request on, texts are cut to 20 characters.",
    f"151x {LIST}.json?accountIds={{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.number <= 150:
        return rows
    messages = [row["mostRecentMessage"] for row in rows]
    short = [{**message, "text": (message["text"] or "")[:20]} for message in messages]
    return [{**row, "mostRecentMessage": message} for row, message in zip(rows, short, strict=True)]
