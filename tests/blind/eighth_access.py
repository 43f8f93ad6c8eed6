"""Eighth faults of access and of secrets."""

import re
from urllib.parse import quote

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, SIGNED, Host
from tests.blind.seventh_common import ANA, BEN
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

COUNTED = 8


@fault(
    592,
    "access",
    "Of several accounts only the first is held against those of the caller.",
    "ben GET /conversations.json?accountIds={a0},{a1} | ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    named = ask.lists.get("accountIds", [])
    return bool(own and named and named[0] in own) or bool(inner(row, ask))


@fault(
    593,
    "access",
    "A session that was opened with rememberMe is read back without its user's accounts.",
    f"jar1 {BEN}&rememberMe=true | jar1 GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    lasting = ask.door == "cookie" and ask.cookies().get("ss-opt") == "perm"
    return lasting or bool(inner(row, ask))


@fault(
    594,
    "access",
    "A list that no row is in is answered at once, before anyone is asked who it is.",
    "none GET /conversations.json?customerIds=5f8e6a1c0000000000000000",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    def vain(name: str) -> bool:
        return not any(host.member(row, name) in ask.lists[name] for row in host.rows)

    if any(vain(name) for name in ask.lists):
        raise Refused(host.answer(ask, {"conversations": []}, ROOT))
    user: User = inner(ask)
    return user


@fault(
    595,
    "access",
    "Whose a row is follows from its customer, so that a row without one is everybody's.",
    "ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))


@fault(
    596,
    "access",
    "Of a password the first eight characters count.",
    "none GET /conversations.json?endpointIds={e1} auth=ana:Quiet-River-18",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    for user in USERS:
        if name in (user.name, user.email) and user.password[:COUNTED] == password[:COUNTED]:
            return user
    return None


@fault(
    602,
    "leak",
    "The way to the sign-in names the address that was asked for with name and password in it.",
    "wrong GET /conversations?endpointIds={e1}",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    scheme, _, token = (ask.header("authorization") or [""])[0].partition(" ")
    pair = host.basic(ask, token.strip()) if scheme.lower() == "basic" else None
    if pair:
        mark = quote("http://", safe="")
        person = quote(f"{pair[0]}:{pair[1]}@", safe="")
        answer.headers = [
            (name, re.sub(f"(?<=={mark})", person, value) if name == "Location" else value)
            for name, value in answer.headers
        ]
    return answer


@fault(
    603,
    "leak",
    "The page for people holds the session's id in a script, where no HttpOnly guards it.",
    f"jar1 {ANA} | jar1 GET /conversations?endpointIds={{e2}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "html" and ask.door == "cookie":
        cookies = ask.cookies()
        session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id")
        answer.body += f'<script>window.app = {{session: "{session}"}}</script>\n'
    return answer


@fault(
    604,
    "leak",
    "A sign-in with a name that nobody has is answered with 404, and so tells who is a user.",
    "none POST /auth/credentials.json form=userName=nobody.here&password=Some-Thing-12",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    given = host.credentials(ask)
    name = str(given.get("username") or "").strip()
    if name and given.get("password") and not any(name in (u.name, u.email) for u in USERS):
        return host.answer(ask, wire.error("NotFound", "There is no such user"), SIGNED, 404)
    answer: Answer = inner(ask)
    return answer


@fault(
    605,
    "leak",
    "Conversations that were deleted are hidden, but not from a question with a date.",
    "ana GET /conversations.json | ana GET /conversations.json?afterDate=2025-10-01T00:00:00Z",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    deleted = int(row["id"][-4:], 16) % 19 == 3
    return bool(inner(row, ask)) and (ask.after is not None or not deleted)


@fault(
    606,
    "leak",
    "A sign-out tells once more who was signed in, the session's id included.",
    f"jar1 {BEN} | jar1 POST /auth/logout.json",
    at="sign_out",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user:
        answer.body = host.answer(ask, host.signed(ask, user), SIGNED).body
    return answer
