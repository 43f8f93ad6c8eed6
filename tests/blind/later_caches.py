"""Later faults of caches: of answers, of sign-ins, of refusals, and of what callers read last."""

from collections.abc import Callable, Hashable

from tests.blind import dates
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

LIST = "GET /conversations"


def cached(host: Host, inner: Inner, ask: Ask, key: Callable[[], Hashable]) -> Answer:
    """Answer from the cache what was answered under this key before."""
    answer: Answer = inner(ask)
    if answer.status != 200 or ask.method != "GET" or ask.callback:
        return answer
    known: Answer = host.memory.setdefault("cache", {}).setdefault(key(), answer)
    return Answer(headers=list(known.headers), body=known.body)


def lists_of(ask: Ask) -> Hashable:
    """All lists of a request."""
    return tuple(sorted((name, tuple(values)) for name, values in ask.lists.items()))


def user_of(ask: Ask) -> str:
    """Who asks."""
    return ask.user.id if ask.user else ""


@fault(
    191,
    "history",
    "The cache's key has the address and the caller, but not the format that Accept asks for.",
    f"ana {LIST} accept=application/json | ana {LIST} accept=application/xml",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    return cached(host, inner, ask, lambda: (user_of(ask), ask.path, ask.raw_query))


@fault(
    192,
    "history",
    "The cache's key has the day of afterDate, not its time.",
    f"ana {LIST}.json?afterDate=2026-02-05T01:00:00Z"
    f" | ana {LIST}.json?afterDate=2026-02-05T22:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    def key() -> Hashable:
        day = None if ask.after is None else ask.after // dates.DAY
        return user_of(ask), ask.kind, lists_of(ask), day

    return cached(host, inner, ask, key)


@fault(
    193,
    "history",
    "The cache's key has the values of the lists, not their names.",
    f"ana {LIST}.json?customerIds={{c3}} | ana {LIST}.json?endpointIds={{c3}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    def key() -> Hashable:
        values = sorted(value or "" for items in ask.lists.values() for value in items)
        return user_of(ask), ask.kind, tuple(values), ask.after

    return cached(host, inner, ask, key)


@fault(
    194,
    "history",
    "The cache's key is cut after 120 characters of the address.",
    f"ana {LIST}.json?endpointIds={{e0}},{{e1}},{{e2}},{{e3}}"
    f" | ana {LIST}.json?endpointIds={{e0}},{{e1}},{{e2}},{{e3}},{{e4}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    def key() -> Hashable:
        return user_of(ask), ask.kind, f"{ask.path}?{ask.raw_query}"[:120]

    return cached(host, inner, ask, key)


@fault(
    195,
    "history",
    "The cache does not ask who calls where accountIds is given.",
    f"ana {LIST}.json?accountIds={{a1}} | ben {LIST}.json?accountIds={{a1}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    def key() -> Hashable:
        who = "" if "accountIds" in ask.lists else user_of(ask)
        return who, ask.kind, lists_of(ask), ask.after

    return cached(host, inner, ask, key)


@fault(
    196,
    "history",
    "A name that signed in once is let in with any password.",
    f"ana {LIST}.json | wrong {LIST}.json",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    if user:
        host.memory[name] = user
    return user or host.memory.get(name)


@fault(
    197,
    "history",
    "After a wrong password the right one is refused twice.",
    f"ana {LIST}.json | wrong {LIST}.json | 2x ana {LIST}.json",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    left = host.memory.get(name, 0)
    if user is None and any(name == one.name for one in USERS):
        host.memory[name] = 2
    elif user and left:
        host.memory[name] = left - 1
        user = None
    return user


@fault(
    198,
    "history",
    "A 401 is kept by its address, and the next caller there gets it.",
    f"none {LIST}.json?customerIds={{c3}} | ana {LIST}.json?customerIds={{c3}}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    address = f"{ask.path}?{ask.raw_query}"
    kept: Answer | None = host.memory.pop(address, None)
    if kept:
        return kept
    answer: Answer = inner(ask)
    if answer.status == 401 and ask.route == "/conversations":
        host.memory[address] = answer
    return answer


@fault(
    199,
    "history",
    "After a HEAD, a GET of the same address has no body.",
    f"ana HEAD /conversations.json | ana {LIST}.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    address = (f"{ask.path}?{ask.raw_query}", user_of(ask))
    if ask.method == "HEAD" and answer.status == 200:
        host.memory[str(address)] = True
    elif ask.method == "GET" and host.memory.get(str(address)):
        answer.body = ""
    return answer


@fault(
    200,
    "history",
    "Every 40th request hangs for twenty seconds.",
    f"40x ana {LIST}.json?customerIds={{c13}}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.number % 40 == 0:
        answer.delay = 20
    return answer


@fault(
    201,
    "history",
    "Every seventh answer lacks its last row.",
    f"7x ana {LIST}.json?customerIds={{c3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["answers"] = host.memory.get("answers", 0) + 1
    return rows[:-1] if host.memory["answers"] % 7 == 0 else rows


@fault(
    202,
    "history",
    "Every fourth request with a date is answered as if it had none.",
    f"4x ana {LIST}.json?afterDate=2026-02-20T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        host.memory["dated"] = host.memory.get("dated", 0) + 1
        if host.memory["dated"] % 4 == 0:
            ask.after = None


@fault(
    203,
    "history",
    "From the 25th answer on a row more is lost with every fifth.",
    f"30x ana {LIST}.json?customerIds={{c3}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    host.memory["answers"] = host.memory.get("answers", 0) + 1
    lost = max(host.memory["answers"] - 20, 0) // 5
    return rows[: max(len(rows) - lost, 0)]


@fault(
    204,
    "history",
    "A poll that is sent again with the same date gives nothing but what is newer still.",
    f"2x ana {LIST}.json?afterDate=2026-02-20T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None:
        return rows
    key = str((user_of(ask), lists_of(ask), ask.after))
    seen: str = host.memory.get(key, "")
    host.memory[key] = max([seen, *(host.age(row)[0] for row in rows)])
    return [row for row in rows if host.age(row)[0] > seen]
