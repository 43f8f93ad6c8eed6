"""Faults of the twenty-fourth set that earlier requests bring about."""

from xml.sax.saxutils import escape

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import FIELDS, PROBLEM, WRONG, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1465,
    "history",
    "Writing XML escapes the stored texts themselves: every later answer shows &amp; and &lt;.",
    "GET /conversations.xml; GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    for row in value.get("conversations") or [] if kind == "xml" else []:
        message = row["mostRecentMessage"]
        if message and message["text"]:
            message["text"] = escape(message["text"])
    return text


@fault(
    1466,
    "history",
    "Answers are remembered by the ids that were asked for, not by the filter they came in.",
    "GET /conversations.json?endpointIds={e0}; GET /conversations.json?customerIds={e0} has rows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.lists or not ask.user:
        return list(inner(ask))
    ids = tuple(value for name in FIELDS for value in ask.lists.get(name, []))
    key = (ask.user.name, ids, ask.after_text)
    known: dict[object, list[Row]] = host.memory.setdefault("known", {})
    if key not in known:
        known[key] = inner(ask)
    return known[key]


@fault(
    1467,
    "history",
    "The GET of /conversations that follows a HEAD of it has an empty body.",
    "HEAD /conversations.json; GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.method == "HEAD":
        host.memory["bodiless"] = True
    elif host.memory.pop("bodiless", False):
        answer.body = ""
    return answer


@fault(
    1468,
    "history",
    "Who has signed out of a session is refused with Basic until the next sign-in.",
    "BEN signs in and out; GET /conversations.json with BEN's Basic: 401",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user:
        host.memory.setdefault("out", set()).add(user.name)
    return answer


@also(1468, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    if user.name in host.memory.get("out", ()):
        status = 200 if ask.callback else 401
        raise Refused(host.answer(ask, wire.error("Unauthorized", WRONG), PROBLEM, status))
    return user


@also(1468, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory.get("out", set()).discard(user.name)
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    1469,
    "history",
    "The first JSON that a user gets after a CSV still has the headers of the CSV.",
    "GET /conversations.csv; GET /conversations.json says text/csv, as a download",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    left: dict[str, list[tuple[str, str]]] = host.memory.setdefault("left", {})
    name = ask.user.name if ask.user else ""
    if ask.kind == "csv":
        left[name] = list(answer.headers)
    elif ask.kind == "json" and name in left:
        answer.headers = left.pop(name)
    return answer


@fault(
    1470,
    "history",
    "From a user's 31st listing on, the rows without a customer are gone.",
    "31x GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    name = ask.user.name if ask.user else ""
    listed: dict[str, int] = host.memory.setdefault("listed", {})
    listed[name] = listed.get(name, 0) + 1
    rows: list[Row] = inner(ask)
    if listed[name] > 30:
        return [row for row in rows if host.member(row, "customerIds") is not None]
    return rows
