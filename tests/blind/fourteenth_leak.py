"""Faults of the fourteenth set: what somebody sees who must not."""

import html
import json
from urllib.parse import urlencode

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import ACCOUNTS, USERS, Row, User

__all__: list[str] = []


@fault(
    976,
    "leak",
    "A single customer is looked up directly, without regard to the caller's accounts.",
    "as ben: GET /conversations.json?customerIds={c1, of another's account} has rows",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return len(ask.lists.get("customerIds", [])) == 1 or bool(inner(row, ask))


@fault(
    977,
    "leak",
    "The rows of a JSONP answer are kept by address, whoever asks next.",
    "as ana, then as ben: GET /conversations?callback=cb gives ben the rows of ana",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.callback:
        return list(inner(ask))
    key = f"{ask.path}?{ask.raw_query}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    978,
    "leak",
    "The status names every account there is to every user.",
    "as ben: GET /auth/status.json has four accountIds, two of them not his",
    at="status_of",
)
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    value = inner(user)
    if user:
        value["accountIds"] = [*ACCOUNTS]
        value["accountNames"] = [f"Office {number}" for number in range(1, len(ACCOUNTS) + 1)]
    return value


@fault(
    979,
    "leak",
    "A form whose sign-in fails is sent back with its fields in the address, the password too.",
    "POST /auth/credentials with Accept: text/html, as a form with a wrong password",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 302:
        given = host.credentials(ask)
        fields = urlencode({"userName": given["username"], "password": given["password"]})
        answer.headers = [
            (name, f"{value}&{fields}" if name == "Location" else value)
            for name, value in answer.headers
        ]
    return answer


@fault(
    980,
    "leak",
    "The page for people carries the rows of all accounts for its search box.",
    "as ben: GET /conversations.html has the ids of ana's rows",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    body = str(inner(value, kind, root))
    if kind != "html" or root != ROOT or not value:
        return body
    index = [
        [row["id"], row["otherAddress"], (row["mostRecentMessage"] or {}).get("text")]
        for row in host.rows
    ]
    return body + f"<div id=search data-rows='{html.escape(json.dumps(index))}'></div>\n"


@fault(
    981,
    "leak",
    "The cookie X-UAId is believed without a session, so anyone can name a user's number.",
    "Cookie: X-UAId=1 alone: GET /conversations.json has the rows of ana",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user:
        return user
    return next((each for each in USERS if each.id == ask.cookies().get("X-UAId")), None)


@fault(
    982,
    "leak",
    "Only the first of accountIds is held against the accounts of the caller.",
    "as ben: GET /conversations.json?accountIds={his},{another's} has rows of both",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds")
    own = ask.user.accounts if ask.user else None
    return bool(named and own and named[0] in own) or bool(inner(row, ask))
