"""Seventh faults of refusals, sign-in, other users' data, headers and HEAD."""

import datetime
from email.utils import format_datetime
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.seventh_common import ANA, JSON
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    533,
    "cache",
    "What a session is told may be kept for an hour by any cache on the way.",
    f"jar {ANA} | jar {JSON}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.door == "cookie" and root == ROOT:
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        answer.headers.append(("Expires", format_datetime(end, usegmt=True)))
        answer.headers.append(("Cache-Control", "public"))
    return answer


@fault(
    541,
    "leak",
    "The gateway sends the Authorization line back under another name.",
    LIST,
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for line in ask.header("authorization"):
        answer.headers.append(("X-Original-Authorization", line))
    return answer


@fault(
    544,
    "cache",
    "For a request with an Origin, `Vary` names that alone and no longer `Accept`.",
    f"{LIST} origin=https://app.example.com",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.header("origin"):
        answer.headers = [*answer.without("vary"), ("Vary", "Origin")]
    return answer


@fault(
    548,
    "access",
    "HEAD is answered without credentials, with the size of everything.",
    f"none HEAD /conversations.json | ana {JSON}",
    at="authenticate",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user or (USERS[0] if ask.method == "HEAD" else None)


@fault(
    549,
    "refusal",
    "A refusal in XML is written twice, once by the service and once by the framework.",
    "ana GET /conversations.xml?afterDate=soon",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 400 and ask.kind == "xml":
        answer.body += answer.body
    return answer


@fault(
    550,
    "refusal",
    "Basic with a name that nobody has is answered with 404, a wrong password with 401.",
    f"none {JSON} auth=nobody:Not-The-One-3",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> Any:
    if all(name not in (user.name, user.email) for user in USERS):
        raise Refused(host.answer(ask, wire.error("NotFound", "No such user"), PROBLEM, 404))
    return inner(ask, name, password)


@fault(
    551,
    "sign-in",
    "Passwords are hashed by an old function that reads their first eight characters.",
    f"none {JSON} auth=ana:Quiet-River-81x",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password[:8] == password[:8]), None)


@fault(
    552,
    "leak",
    "The answer to a sign-in tells where it came from, with name and password.",
    f"jar {ANA} | jar POST /auth/credentials.json?userName=ana&password=Quiet-River-81",
    at="signed",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value = inner(ask, user, session)
    sent = ask.raw_query or ask.body.decode("utf-8", "replace")
    if session and sent:
        value["referrerUrl"] = f"{ask.path}?{sent}"
    return value


@fault(
    553,
    "session",
    "A session is not known yet where it is first used, as if its store lagged behind.",
    f"jar {ANA} | 2x jar {JSON}",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    key = f"{cookies.get('ss-id')} {cookies.get('ss-pid')}"
    if user and not host.memory.get(key):
        host.memory[key] = True
        return None
    return user


@fault(
    554,
    "other user",
    "Who may see a row is found by its sender; rows without one are for everybody.",
    f"ben {JSON}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    sender = (row["mostRecentMessage"] or {}).get("sender")
    return sender is None or bool(inner(row, ask))
