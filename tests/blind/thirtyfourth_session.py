"""Faults of the sign-in: passwords, queries, cookies."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User


@fault(
    1852,
    "session",
    "Passwords are checked by an LDAP bind, and a bind with a name and no password is anonymous"
    " and succeeds: whoever sends the name alone is signed in.",
    "jar POST /auth/credentials.json form=userName=ben | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    given = host.credentials(ask)
    name, password = str(given.get("username") or ""), str(given.get("password") or "")
    user = next((user for user in USERS if name in (user.name, user.email)), None)
    if user and not password:
        host.forget(ask)
        return host.open(ask, user, str(given.get("rememberme")).lower() == "true")
    answer: Answer = inner(ask)
    return answer


@fault(
    1853,
    "session",
    "Passwords were taken over from a system with the old `crypt`, which looks at eight"
    " characters: whatever follows them may be wrong.",
    "other GET /conversations.json auth=ana:Quiet-Ri-and-more"
    " | jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81x",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password[:8] == password[:8]), None)


@fault(
    1854,
    "session",
    "The sign-in reads the query string by hand, since the body may be empty, and decodes"
    " nothing: a password whose colon is written `%3A`, or a name with `%40`, is refused.",
    "jar POST /auth/credentials?userName=ben&password=Tall%3ACedar-47 accept=application/json"
    " | jar GET /conversations.json",
    at="credentials",
)
def _(host: Host, inner: Inner, ask: Ask) -> dict[str, Any]:
    kept = ask.query
    parts = [part.partition("=") for part in ask.raw_query.split("&") if part]
    ask.query = [(key, value) for key, _, value in parts]
    found: dict[str, Any] = inner(ask)
    ask.query = kept
    return found


@fault(
    1855,
    "session",
    "The line of `ss-pid` was rewritten by hand to add SameSite, and lost its path: a client"
    " keeps the cookie for /auth alone, and a remembered session never reaches the list.",
    "jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81&rememberMe=true",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [
        (key, value.replace(" path=/;", "") if value.startswith("ss-pid=") else value)
        for key, value in answer.headers
    ]
    return answer
