"""The twenty-second set: rows for somebody who may not see them."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    1368,
    "leak",
    "The query by customers does not know of the caller: customerIds finds those of any account.",
    "GET /conversations.json?customerIds={c1} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return "customerIds" in ask.lists or bool(inner(row, ask))


@fault(
    1369,
    "leak",
    "One account of the caller's own in accountIds opens all that are named beside it.",
    "GET /conversations.json?accountIds={a0},{a1} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and any(value in own for value in ask.lists.get("accountIds", [])):
        return True
    return bool(inner(row, ask))


@fault(
    1370,
    "leak",
    "Where the session is none, the cookie X-UAId says who asks: its number alone signs in.",
    "sign in, GET /auth/logout, then GET /conversations.json with the old cookies",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    number = ask.cookies().get("X-UAId")
    return user or next((each for each in USERS if each.id == number), None)
