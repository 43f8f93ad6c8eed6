"""Faults of the twenty-fourth set in signing in and out, and in whose session it is."""

from dataclasses import replace
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1461,
    "session",
    "A sign-out does not end a session that was opened with rememberMe.",
    "POST /auth/credentials with rememberMe; GET /auth/logout; GET /conversations.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    key = ask.cookies().get("ss-pid", "")
    user = host.sessions.get(key)
    answer: Answer = inner(ask)
    if user:
        host.sessions[key] = user
    return answer


@fault(
    1462,
    "session",
    "A form's values are not percent-decoded at the sign-in: a password with a colon is wrong.",
    "POST /auth/credentials.json, form userName=ben&password=Tall%3ACedar-47",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = inner(ask)
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded"):
        for part in ask.body.decode("utf-8", "replace").split("&"):
            key, _, value = part.partition("=")
            found[key.lower()] = value.replace("+", " ")
    return found


@fault(
    1463,
    "session",
    "A sign-in that fails hands the open session to the user whose name was tried.",
    "BEN signs in; with his cookies POST /auth/credentials as ana with a wrong password: 401; "
    "GET /conversations.json with the same cookies gives every account",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    name = host.credentials(ask).get("username")
    answer: Answer = inner(ask)
    named = next((user for user in USERS if name in (user.name, user.email)), None)
    if answer.status == 401 and named:
        for key in {ask.cookies().get("ss-id", ""), ask.cookies().get("ss-pid", "")}:
            if key in host.sessions:
                host.sessions[key] = named
    return answer


@fault(
    1464,
    "session",
    "Who signs in over another's open session keeps that one's accounts besides the own.",
    "ANA signs in; BEN signs in with her cookies; GET /conversations.json with BEN's new cookies",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier = host.session_of(ask)
    before = set(host.sessions)
    answer: Answer = inner(ask)
    for key in set(host.sessions) - before if earlier else ():
        user: User = host.sessions[key]
        wide = None
        if earlier and earlier.accounts is not None and user.accounts is not None:
            wide = user.accounts | earlier.accounts
        host.sessions[key] = replace(user, accounts=wide)
    return answer


@fault(
    1471,
    "session",
    "GET /auth tells the session id of whoever signed in last, not the caller's.",
    "ANA signs in, BEN signs in; GET /auth.json with BEN's cookies, then with ANA's",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value = inner(ask, user, session)
    if session is None and host.sessions:
        value["sessionId"] = list(host.sessions)[-1]
    return value
