"""Faults of sessions and their cookies."""

import re

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1500,
    "session",
    "A sign-out flushes the whole store: the sessions of all others end too.",
    "sign in as ana and as ben; GET /auth/logout as ana; GET /conversations.json as ben",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    host.sessions.clear()
    return answer


@fault(
    1501,
    "session",
    "A sign-in takes over the session id that the client brought, even one that was made up.",
    "POST /auth/credentials with Cookie: ss-id=chosen; GET /conversations.json with that cookie",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    brought = ask.cookies().get("ss-id", "")
    made = next(value for key, value in answer.headers if value.startswith("ss-id="))
    fresh = made.partition("=")[2].partition(";")[0]
    if re.fullmatch(r"[\w-]+", brought, re.ASCII) and fresh in host.sessions:
        host.sessions[brought] = host.sessions.pop(fresh)
        answer.headers = [(key, value.replace(fresh, brought)) for key, value in answer.headers]
        answer.body = answer.body.replace(fresh, brought)
    return answer


@fault(
    1502,
    "session",
    "The cookie parser gives up at a value that holds an equals sign: a session after it is lost.",
    "GET /conversations.json with Cookie: prefs=theme=dark; ss-id=...",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    name = "ss-pid" if ask.cookies().get("ss-opt") == "perm" else "ss-id"
    for part in (part for line in ask.header("cookie") for part in line.split(";")):
        key, _, value = part.strip().partition("=")
        if key == name:
            break
        if "=" in value:
            return None
    user: User | None = inner(ask)
    return user
