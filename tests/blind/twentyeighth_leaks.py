"""Faults that give away what is not the caller's."""

import base64
import dataclasses

from tests.blind import wire
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    1616,
    "leak",
    "Where one of accountIds is the caller's own, the rows of all that are named are shown.",
    "GET /conversations.json?accountIds={a0},{a1} as ben has rows of a1",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own is not None and any(value in own for value in ask.lists.get("accountIds", [])):
        return True
    return bool(inner(row, ask))


@fault(
    1617,
    "leak",
    "GET /auth gives a bearerToken, which is the user's name and password in Base64.",
    "GET /auth.json as ana",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value = inner(ask, user, session)
    if ask.route == "/auth":
        token = base64.b64encode(f"{user.name}:{user.password}".encode()).decode()
        value = {**value, "bearerToken": token}
    return value


@fault(
    1618,
    "leak",
    "In a session the cookie X-UAId, which the client may change, decides whose rows are seen.",
    "sign in as ben; GET /conversations.json with his cookies but X-UAId=1 has all rows",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    claim = ask.cookies().get("X-UAId")
    other = next((each for each in USERS if each.id == claim), None)
    if ask.door == "cookie" and other:
        user = dataclasses.replace(user, accounts=other.accounts)
        ask.user = user
    return user


@fault(
    1619,
    "leak",
    "GET /auth without a session's cookie gives the sessionId that was opened last, of anybody.",
    "sign in as ana; GET /auth.json with ben's Basic gives ana's session, which works as ss-id",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value = inner(ask, user, session)
    if session is None and host.sessions and host.session_of(ask) is None:
        value = {**value, "sessionId": [*host.sessions][-1]}
    return value
