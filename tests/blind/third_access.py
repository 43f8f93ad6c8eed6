"""Third faults of sign-in, sessions, leaks, secrets, HEAD, and a long list."""

from dataclasses import replace
from urllib.parse import urlencode

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

ANA = "form=userName=ana&password=Quiet-River-81"


@fault(
    236,
    "session",
    "Any text as rememberMe counts as true, even `false` in a form.",
    f"jar1 POST /auth/credentials.json {ANA}&rememberMe=false",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays or bool(host.credentials(ask).get("rememberme")))
    return answer


@fault(
    237,
    "session",
    "After a sign-in with rememberMe the body names the session that is not in force.",
    f"jar1 POST /auth/credentials.json {ANA}&rememberMe=true",
    at="open",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value.partition(";")[0] for name, value in answer.headers if name == "Set-Cookie"]
    cookies = dict(line.split("=", 1) for line in lines)
    if stays:
        answer.body = answer.body.replace(cookies["ss-pid"], cookies["ss-id"])
    return answer


@fault(
    238,
    "leak",
    "Who gives the e-mail address as name is not limited to the own accounts.",
    "none GET /conversations.json auth=ben@example.com:Tall:Cedar-47",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and "@" in name else user


@fault(
    239,
    "secret",
    "After a sign-in by form or query the body has an address with the password in it.",
    f"jar1 POST /auth/credentials.json {ANA}",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value: wire.Value = inner(ask, user, session)
    media = (ask.header("content-type") or [""])[0].lower()
    given = {} if media.startswith("application/json") else host.credentials(ask)
    if "password" in given:
        base = "http://" + (ask.header("host") or ["localhost"])[0]
        value = {**value, "referrerUrl": f"{base}{ask.path}?{urlencode(given)}"}
    return value


@fault(
    240,
    "leak",
    "HEAD needs no sign-in, and its length tells how much there is.",
    "none HEAD /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    if ask.method == "HEAD":
        ask.user = host.authenticate(ask) or USERS[0]
        return ask.user
    user: User = inner(ask)
    return user


@fault(
    241,
    "member",
    "Rows are fetched in pages of 100 that overlap, so that one row comes twice.",
    "ana GET /conversations.json",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    return rows[:100] + rows[99:] if len(rows) > 100 else rows
