"""Sixth faults that hang on who asked or signed in before, and on who asks at the same time."""

import dataclasses
import time
from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.sixth_common import ANA, BEN, PAUSE, overlaps, token
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

STAYS = f"{ANA}&rememberMe=true"
FAILS = "POST /auth/credentials.json form=userName=ana&password=Not-The-One-3"


@fault(
    509,
    "history",
    "Answers to sessions are kept by their filters, and the next session gets them whoever it is.",
    f"jar1 {ANA} | jar2 {BEN} | jar1 GET /conversations.json | jar2 GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.door != "cookie":
        return list(inner(ask))
    key = f"{sorted(ask.lists.items())} {ask.after}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    510,
    "history",
    "Who signs in where another user was signed in keeps that user's accounts too.",
    f"jar1 {ANA} | jar1 {BEN} | jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = host.session_of(ask)
    answer: Answer = inner(ask)
    if before and answer.status == 200:
        session, user = list(host.sessions.items())[-1]
        accounts = None
        if before.accounts is not None and user.accounts is not None:
            accounts = before.accounts | user.accounts
        host.sessions[session] = dataclasses.replace(user, accounts=accounts)
    return answer


@fault(
    511,
    "history",
    "A sign-out leaves a session open that was to be remembered.",
    f"jar1 {STAYS} | jar1 keep GET /auth/logout.json | jar1 GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user and ask.cookies().get("ss-opt") == "perm":
        host.sessions[token(ask)] = user
    return answer


@fault(
    512,
    "history",
    "A sign-in that fails turns the session that came along into one of the user it named.",
    f"jar1 {BEN} | jar1 keep {FAILS} | jar1 GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    before = token(ask) if host.session_of(ask) else ""
    answer: Answer = inner(ask)
    name = str(host.credentials(ask).get("username"))
    named = next((user for user in USERS if name in (user.name, user.email)), None)
    if before and named and answer.status != 200:
        host.sessions[before] = named
    return answer


@fault(
    513,
    "history",
    "Filters of a request that is still being answered hold for one that comes meanwhile.",
    "ana GET /conversations.json?endpointIds={e1} & ana GET /conversations.json?accountIds={a2}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = dict(ask.lists)
    if overlaps(host):
        ask.lists = {**host.memory.get("lists", {}), **own}
    host.memory["lists"] = own
    return list(inner(ask))


@fault(
    514,
    "history",
    "While one user's answer is on its way, another user is taken for that one.",
    "ana GET /conversations.json & ben GET /conversations.json",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user and overlaps(host):
        user = host.memory.get("user") or user
    if user:
        host.memory["user"] = user
    return user


@also(513, at="conversations")
@also(514, at="conversations")
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    host.memory["until"] = time.monotonic() + PAUSE * 0.9
    answer.delay = PAUSE
    return answer


@fault(
    515,
    "history",
    "The first request with Basic after a sign-in is taken for the user who signed in.",
    f"jar1 {BEN} | ana GET /conversations.json",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["fresh"] = user
    answer: Answer = inner(ask, user, stays)
    return answer


@also(515, at="check")
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    fresh: User = host.memory.pop("fresh", user)
    return fresh


@fault(
    516,
    "history",
    "A format that a session once asks for holds against its later Accept.",
    f"jar1 {ANA} | jar1 GET /conversations?format=xml | "
    "jar1 GET /conversations accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    kinds: dict[str, Any] = host.memory
    if host.session_of(ask) and ask.way == "format":
        kinds[token(ask)] = ask.kind
    elif host.session_of(ask) and ask.way == "accept":
        ask.kind = kinds.get(token(ask), ask.kind)
