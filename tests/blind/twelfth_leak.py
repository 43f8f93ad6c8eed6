"""Faults that show somebody what he may not see."""

import base64
from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    856,
    "leak",
    "If one of the named accounts is the caller's, the rows of all named accounts are shown.",
    "ben: GET /conversations?accountIds={his own},{a foreign one}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = (ask.user.accounts if ask.user else None) or frozenset()
    return bool(inner(row, ask)) or bool(own & set(ask.lists.get("accountIds", [])))


@fault(
    857,
    "leak",
    "With a session the cookie X-UAId says whose rows are shown, and a client can change it.",
    "sign in as ben, GET /conversations with his cookies but X-UAId=1",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    if ask.door == "cookie":
        named = [other for other in USERS if other.id == ask.cookies().get("X-UAId")]
        user = ask.user = (named or [user])[0]
    return user


@fault(
    858,
    "leak",
    "GET /auth with Basic tells the id of the session that was opened last, whosever it is.",
    "sign in as ana, then ben: GET /auth with Basic",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = inner(ask, user, session)
    if session:
        host.memory["last"] = session
    elif ask.door == "basic" and "last" in host.memory:
        value["sessionId"] = host.memory["last"]
    return value


@fault(
    859,
    "leak",
    "With callback nobody needs to sign in: the service's own account gets the rows.",
    "GET /conversations?callback=show without credentials",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    try:
        user: User = inner(ask)
    except Refused:
        if ask.route != "/conversations" or not ask.callback or ask.header("authorization"):
            raise
        user = ask.user = USERS[0]
    return user


@fault(
    860,
    "leak",
    "Basic with the name of a user and an empty password signs that user in.",
    "GET /conversations with Basic ana and no password",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    pair: tuple[str, str] | None = inner(ask, token)
    if pair is None:
        name, colon, _ = base64.b64decode(token).decode("utf-8", "replace").partition(":")
        found = [user.password for user in USERS if colon and name in (user.name, user.email)]
        pair = (name, found[0]) if found else None
    return pair


@fault(
    861,
    "leak",
    "CSV is made by an export of its own, which has the rows of all accounts.",
    "ben: GET /conversations.csv",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    862,
    "leak",
    "Answers are cached by session cookie, so that all who come with Basic share one cache.",
    "ana: GET /conversations with Basic; then ben: the same",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.door != "basic":
        return answer
    key = " ".join((ask.method, ask.path, ask.raw_query, ask.kind))
    kept: Answer = host.memory.setdefault(key, answer)
    return kept
