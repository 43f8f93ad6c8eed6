"""Faults of the twenty-seventh set that show what the caller may not see."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1576,
    "leak",
    "Where customerIds are given the caller's accounts are not looked at.",
    "GET /conversations.json?customerIds={c1} as ben has rows of an account that is not his",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return "customerIds" in ask.lists or bool(inner(row, ask))


@fault(
    1577,
    "leak",
    "The account of who is signed in carries the password in its meta.",
    "GET /auth.json, or POST /auth/credentials.json, as ben",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    return {**inner(ask, user, session), "meta": {"password": user.password}}


@fault(
    1578,
    "leak",
    "A conversation without a customer is shown to everybody, whatever its account.",
    "GET /conversations.json as ben has rows of an account that is not his",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))


@fault(
    1579,
    "leak",
    "The page for people lists the conversations of all accounts to everyone.",
    "GET /conversations.html as ben has rows of an account that is not his",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "html" or bool(inner(row, ask))


@fault(
    1587,
    "leak",
    "A JSONP answer is kept by its query alone and sent to the next user who asks the same.",
    "GET /conversations?callback=cb as ana, then as ben: ben gets ana's rows",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.callback:
        key = ("jsonp", ask.kind, *sorted(pair for pair in ask.query if pair[0] != "_"))
        answer.body = host.memory.setdefault(str(key), answer.body)
    return answer


@fault(
    1593,
    "leak",
    "That a customer may be seen is remembered without the user: who asks later sees it too.",
    "GET ?customerIds={c1} as ana, then GET /conversations.json as ben: ben has rows of c1",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    customer = host.member(row, "customerIds")
    return customer in host.memory.get("allowed", set()) or bool(inner(row, ask))


@also(1593, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "customerIds" in ask.lists:
        allowed = host.memory.setdefault("allowed", set())
        allowed.update(host.member(row, "customerIds") for row in rows)
    return rows
