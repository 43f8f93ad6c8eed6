"""Faults of the eighteenth set: what one sees who should not."""

from dataclasses import replace

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    1190,
    "leak",
    "With afterDate the rows of other tenants are shown too.",
    "ben: GET /conversations.json?afterDate=2026-02-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.user is not None and ask.after is not None) or bool(inner(row, ask))


@fault(
    1191,
    "leak",
    "A conversation whose message has no date is shown to every tenant.",
    "ben: GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    message = row["mostRecentMessage"]
    return (message is not None and message["date"] is None) or bool(inner(row, ask))


@fault(
    1192,
    "leak",
    "With `callback` nobody has to be signed in.",
    "nobody: GET /conversations?callback=show",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    if ask.callback and ask.route == "/conversations":
        ask.user = host.authenticate(ask) or USERS[0]
        return ask.user
    user: User = inner(ask)
    return user


@fault(
    1200,
    "leak",
    "A sign-in writes the user into the client's session before it looks at the password.",
    "sign in as ben; POST /auth/credentials.json as ana with a wrong password, with ben's cookie;"
    " GET /conversations.json with it",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    if answer.status == 401 and session in host.sessions:
        name = str(host.credentials(ask).get("username"))
        named = [user for user in USERS if name in (user.name, user.email)]
        host.sessions[session] = named[0] if named else host.sessions[session]
    return answer


@fault(
    1207,
    "leak",
    "Filtered answers in XML are kept by their query, whoever asked.",
    "ana: GET /conversations.xml?afterDate=…, then ben: the same",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "xml" and (ask.lists or ask.after is not None):
        kept = host.memory.setdefault("xml", {})
        answer.body = kept.setdefault((ask.raw_query, host.arrived), answer.body)
    return answer


@fault(
    1208,
    "leak",
    "A session with rememberMe is made without the user's accounts, and sees all.",
    "sign in as ben with rememberMe; GET /conversations.json with the cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, replace(user, accounts=None) if stays else user, stays)
    return answer


@fault(
    1209,
    "leak",
    "accountIds is let through as a whole where one of its accounts is the caller's own.",
    "ben: GET /conversations.json?accountIds={own},{foreign}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else frozenset()
    wanted = ask.lists.get("accountIds", [])
    if own and own & {value for value in wanted if value}:
        return host.member(row, "accountIds") in wanted
    return bool(inner(row, ask))
