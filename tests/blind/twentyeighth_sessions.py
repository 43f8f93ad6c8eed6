"""Faults of signing in and out, and of how cookies are read."""

import re
from typing import Any
from urllib.parse import unquote

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1620,
    "session",
    "A form whose Content-Type has a charset is not read, so that the sign-in fails.",
    "POST /auth/credentials.json, application/x-www-form-urlencoded; charset=UTF-8",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    media = (ask.header("content-type") or [""])[0].lower()
    if media.startswith("application/x-www-form-urlencoded") and ";" in media:
        return {key.lower(): value for key, value in ask.query}
    found: dict[str, Any] = inner(ask)
    return found


@fault(
    1621,
    "session",
    "Signing out ends the session of ss-id alone; a remembered one, of ss-pid, lives on.",
    "sign in with rememberMe, GET /auth/logout, GET /conversations.json with the old cookies",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/logout":
        host.sessions.pop(ask.cookies().get("ss-id", ""), None)
    else:
        inner(ask)


@fault(
    1622,
    "session",
    "The session is searched as 'ss-id=' anywhere in Cookie, so app-ss-id before it is taken.",
    "GET /conversations.json with 'Cookie: app-ss-id=1; ss-id={session}' is 401",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    line = "; ".join(ask.header("cookie"))
    found = re.search(r"ss-id=([^;]*)", line)
    if found and ask.cookies().get("ss-opt") != "perm":
        return host.sessions.get(unquote(found[1].strip()))
    user: User | None = inner(ask)
    return user
