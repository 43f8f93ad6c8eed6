"""Faults of refusals: credentials that should not pass, that should, and what a refusal says."""

from tests.blind import wire
from tests.blind.exchange import Ask, Refused
from tests.blind.host import PROBLEM, WRONG, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1613,
    "status",
    "Wrong Basic credentials are let through where a session's cookie comes with them.",
    "sign in as ben; GET /conversations.json with his cookies and Basic ben:wrong is 200",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused:
        other = host.session_of(ask)
        if other is None:
            raise
        ask.door = "cookie"
        return other
    return user


@fault(
    1614,
    "status",
    "The scheme Basic is compared by case, and right credentials after 'basic' are refused.",
    "GET /conversations.json with 'Authorization: basic ...' is 401",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    scheme = (ask.header("authorization") or [""])[0].strip().partition(" ")[0]
    if scheme.lower() == "basic" and scheme != "Basic":
        return host.session_of(ask)
    user: User | None = inner(ask)
    return user


@fault(
    1615,
    "status",
    "The refusal of wrong Basic credentials is JSON, though its media type is XML, JSV or CSV.",
    "GET /conversations.xml with Basic ana:wrong",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        if ask.kind in ("xml", "jsv", "csv") and not ask.callback:
            problem = wire.error("Unauthorized", WRONG)
            refused.answer.body = host.write(problem, "json", PROBLEM)
        raise
    return user
