"""The twenty-second set: what is kept from one request to the next."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


def filters_of(ask: Ask) -> tuple[object, ...]:
    """What a cache takes for the whole question."""
    lists = {name: tuple(values) for name, values in ask.lists.items()}
    return (*sorted(lists.items()), ask.after)


@fault(
    1366,
    "history",
    "Who has come with Basic is kept by the name: any password will do from then on.",
    "GET /conversations.json with Basic ana, then with a wrong password of ana",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    kept: dict[str, User] = host.memory.setdefault("principals", {})
    if name not in kept:
        kept[name] = inner(ask, name, password)
    return kept[name]


@fault(
    1367,
    "history",
    "The headers of a download are put on the defaults: later answers have them in any format.",
    "GET /conversations.csv, then GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for name, value in answer.headers:
        if name == "Content-Disposition":
            host.memory["defaults"] = (name, value)
            return answer
    if "defaults" in host.memory:
        answer.headers.append(host.memory["defaults"])
    return answer


@fault(
    1379,
    "history",
    "Answers of a list filter are kept without their format: the first one's comes in all others.",
    "GET /conversations.json?endpointIds={e0}, then GET /conversations.xml?endpointIds={e0}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if not ask.lists or ask.callback or answer.status != 200:
        return answer
    key = (ask.user and ask.user.id, filters_of(ask))
    first: Answer = host.memory.setdefault("answers", {}).setdefault(key, answer)
    return Answer(headers=[*first.headers], body=first.body)


@fault(
    1380,
    "history",
    "Rows of endpointIds are kept without who asked: another user gets those of the first.",
    "GET /conversations.json?endpointIds={e0},{e1} as ana, then as ben",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    kept: dict[object, list[Row]] = host.memory.setdefault("rows", {})
    return list(kept.setdefault(filters_of(ask), rows))


@fault(
    1381,
    "history",
    "A session keeps the accounts that it named last: a request without accountIds has them still.",
    "sign in, GET /conversations.json?accountIds={a0}, then GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.door == "cookie":
        chosen: dict[str, list[str | None]] = host.memory.setdefault("chosen", {})
        cookies = ask.cookies()
        session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
        if "accountIds" in ask.lists:
            chosen[session] = ask.lists["accountIds"]
        elif session in chosen:
            ask.lists["accountIds"] = chosen[session]
    rows: list[Row] = inner(ask)
    return rows


@fault(
    1382,
    "history",
    "What handles errors gives the session up: after a 400 it is gone.",
    "sign in, GET /conversations.json?accountIds=%20, then GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 400 and ask.route == "/conversations":
        host.forget(ask)
    return answer


@fault(
    1383,
    "history",
    "The user of a session is in one static place: every session is that of who signed in last.",
    "sign in as ana, sign in as ben, GET /conversations.json with ana's cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["current"] = user.id
    answer: Answer = inner(ask, user, stays)
    return answer


@also(1383, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user and next(each for each in USERS if each.id == host.memory["current"])
