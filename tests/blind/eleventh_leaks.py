"""Eleventh faults that give away rows or secrets."""

import hashlib
import json
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import as_form
from tests.blind.host import PROBLEM, ROOT, WRONG, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []

TRACE = (
    "   at Voice.Api.Messaging.MessagingService.Get(ListConversations request)\n"
    "   at MongoDB.Driver.MongoClient.Find() "
    "[mongodb://voice_api:Harbour-Lantern-9@10.4.0.17:27017/voice]"
)


@fault(
    792,
    "leak",
    "Whoever may use one of the accounts that are named gets the rows of all of these.",
    "ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and own & {value or "" for value in ask.lists.get("accountIds", [])}:
        return True
    return bool(inner(row, ask))


@fault(
    793,
    "leak",
    "With `afterDate` another query runs, which does not ask whose the rows are.",
    "ben GET /conversations.json?afterDate=2025-12-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.after is not None or bool(inner(row, ask))


@fault(
    794,
    "leak",
    "For each row that the caller may not see there is a null in the list.",
    "ben GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row | None]:
    rows = [
        row
        for row in sorted(host.rows, key=host.age, reverse=True)
        if host.later(row, ask) and all(host.passes(row, name, ask) for name in ask.lists)
    ]
    return [row if host.visible(row, ask) else None for row in rows]


@fault(
    795,
    "leak",
    "The refusal of wrong Basic credentials repeats the password that was sent.",
    "wrong GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user = host.known(name, password)
    if user is None and ask.kind != "html":
        problem = wire.error("Unauthorized", f"{WRONG}: {name} / {password}")
        raise Refused(host.answer(ask, problem, PROBLEM, 200 if ask.callback else 401))
    found: User = inner(ask, name, password)
    return found


@fault(
    796,
    "leak",
    "The refusal of a bad date shows where it was raised, with the database's password.",
    "ana GET /conversations.json?afterDate=soon",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        message = f"String '{ask.after_text}' was not recognized as a valid DateTime."
        problem = wire.error("FormatException", message)
        problem["responseStatus"]["stackTrace"] = TRACE
        raise Refused(host.answer(ask, problem, PROBLEM, 400)) from None


@fault(
    797,
    "leak",
    "The answer to a sign-in carries the hash of the password.",
    f"jar {as_form('ana', 'Quiet-River-81')}",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> dict[str, Any]:
    digest = hashlib.sha256(user.password.encode()).hexdigest()
    return {**inner(ask, user, session), "meta": {"PasswordHash": digest, "Salt": "9f"}}


@fault(
    798,
    "leak",
    "The page carries the rows of all tenants as its state, and only shows the caller's.",
    "ben GET /conversations",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "html" and root == ROOT and ask.user:
        state = json.dumps(host.rows, ensure_ascii=False).replace("<", "\\u003c")
        answer.body += f"<script>window.__STATE__ = {state}</script>\n"
    return answer
