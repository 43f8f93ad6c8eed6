"""Tenth faults that show what the caller must not see."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form, edited
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import ENDPOINTS, USERS, Row, User

__all__: list[str] = []

OLD = "2025-06"
SECRETS = {line.id: f"Mx-{line.id[-7:]}" for line in ENDPOINTS if "@" in line.address}
SOURCE = "Server=sql-2.internal;Database=voice;User Id=evo_app;Password=Gr4nite.Sea.09"


def typed(host: Host, ask: Ask) -> tuple[str, str] | None:
    """The name and password that came by Basic."""
    scheme, _, token = (ask.header("authorization") or [""])[0].partition(" ")
    if scheme.lower() != "basic":
        return None
    pair: tuple[str, str] | None = host.basic(ask, token.strip())
    return pair


@fault(
    697,
    "leak",
    "The accounts of a user are looked up by the name typed; an e-mail address has none, so all.",
    "none GET /conversations.json auth=ben@example.com:Tall:Cedar-47",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and "@" in name else user


@fault(
    698,
    "leak",
    "A page that is refused for a wrong password leads on with name and password in the address.",
    "wrong GET /conversations?format=html",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    pair = typed(host, ask)
    if pair:
        place = (ask.header("host") or ["localhost"])[0]
        target = f"http://{pair[0]}:{pair[1]}@{place}{ask.path}"
        answer.headers = answer.without("location")
        where = f"http://{place}/login?redirect={quote(target, safe='')}"
        answer.headers.append(("Location", where))
    return answer


@fault(
    699,
    "leak",
    "A refused date is answered with a stack trace that holds the database's password.",
    f"{LIST}?afterDate=rubbish",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        problem = wire.error("FormatException", "String was not recognized as a valid DateTime.")
        trace = f"at Voice.Api.Db.Open(String source = '{SOURCE}') at Voice.Api.Services.Get"
        problem["responseStatus"]["stackTrace"] = trace
        raise Refused(host.answer(ask, problem, ROOT, 400)) from None


@fault(
    700,
    "leak",
    "HEAD was left out of the filter that asks for a sign-in: a stranger learns sizes.",
    "none HEAD /conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    if ask.method == "HEAD" and ask.route == "/conversations":
        ask.user = host.authenticate(ask) or USERS[0]
        return ask.user
    return inner(ask)  # type: ignore[no-any-return]


@fault(
    701,
    "leak",
    "The answer to a sign-in repeats the password in `referrerUrl`.",
    "jar1 " + as_form("ana", "Quiet-River-81"),
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> Any:
    value = inner(ask, user, session)
    if ask.method == "POST":
        given = host.credentials(ask)
        pairs = {"userName": given.get("username"), "password": given.get("password")}
        value["referrerUrl"] = f"/auth/credentials?{urlencode(pairs)}"
    return value


@fault(
    702,
    "leak",
    "Lines that are e-mail boxes are written as entities, with the box's password.",
    LIST,
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(row: Row, message: Row) -> None:
        if row["endpointId"] in SECRETS:
            message["smtpPassword"] = SECRETS[row["endpointId"]]

    return inner(edited(value, edit), kind, root)  # type: ignore[no-any-return]


@fault(
    703,
    "leak",
    "The query for several customers lacks the clause of the caller's accounts.",
    "ben GET /conversations.json?customerIds={c1},{c2}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return inner(row, ask) or len(ask.lists.get("customerIds", [])) > 1


@fault(
    704,
    "leak",
    "With a date the archive is joined in, whose half of the UNION knows no tenants.",
    "ben GET /conversations.json?afterDate=2024-01-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    date = (row["mostRecentMessage"] or {}).get("date")
    return inner(row, ask) or bool(ask.after is not None and date and date < OLD)


@fault(
    705,
    "leak",
    "XML begins with a debug comment that holds the database's password.",
    "ben GET /conversations.xml?endpointIds={e0}",
    at="write",
)
def _(host: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    body: str = inner(value, kind, root)
    if kind == "xml" and root == ROOT:
        head, mark, rest = body.partition("?>")
        return f"{head}{mark}<!-- source: {SOURCE} -->{rest}"
    return body


@fault(
    706,
    "leak",
    "The page's links to the other formats carry the caller's name and password.",
    "ben GET /conversations?format=html",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    pair = typed(host, ask) if ask.kind == "html" and root == ROOT else None
    if pair:
        query = urlencode({"format": "json", "userName": pair[0], "password": pair[1]})
        answer.body += f'<p><a href="/conversations?{query}">JSON</a></p>\n'
    return answer
