"""Faults that show somebody what is not theirs."""

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    916,
    "leak",
    "Of the accounts that are named only the first is checked for whether the caller may use it.",
    "GET /conversations.json?accountIds={a0},{a1} as ben has rows of {a1}.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds")
    own = ask.user.accounts if ask.user else None
    return bool(named and own and named[0] in own) or bool(inner(row, ask))


@fault(
    917,
    "leak",
    "Rows without a customer are nobody's, and so everybody's.",
    "GET /conversations.json as ben has rows of {a1} and {a3} that have no customer.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None


@fault(
    918,
    "leak",
    "With a session that is good the cookie X-UAId says whose it is.",
    "GET /conversations.json with the session of ben and X-UAId=1 has the rows of ana.",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    named = [each for each in USERS if each.id == ask.cookies().get("X-UAId")]
    return named[0] if user and named else user


@fault(
    919,
    "leak",
    "The download as CSV has the rows of all accounts, whoever asks.",
    "GET /conversations.csv as ben has rows of {a1} and {a3}.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    920,
    "leak",
    "Of a row in another's account only the message is withheld: its ids and address come.",
    "GET /conversations.json as ben has rows without mostRecentMessage, which ana has in full.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return True


@also(920, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    own = ask.user.accounts if ask.user else frozenset()
    return [
        row
        if own is None or host.member(row, "accountIds") in own
        else {**row, "mostRecentMessage": None}
        for row in rows
    ]


@fault(
    921,
    "leak",
    "A connection stays signed in: who sends nothing on it is taken for the one who did before.",
    "GET /conversations.json as ana, then on the same connection without credentials: 200.",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and ask.peer:
        host.memory[ask.peer] = user
    return user or host.memory.get(ask.peer)


@fault(
    922,
    "leak",
    "The status of somebody who is not signed in has name and address of the last who was.",
    "GET /conversations.json as ana, then GET /auth/status.json without credentials.",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    host.memory["last"] = user or host.memory.get("last")
    return user


@also(922, at="status_of")
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    last = host.memory.get("last")
    if user or not last:
        return inner(user)
    return {**inner(last), "isAuthenticated": False}
