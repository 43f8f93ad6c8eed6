"""Faults of the twenty-ninth set: leaks."""

import json
from dataclasses import replace

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1656,
    "leak",
    "The page for people holds the rows of all accounts, for its own script to choose from.",
    "GET /conversations.html as ben",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "html" and "conversations" in value:
        rows = json.dumps(host.rows).replace("<", "\\u003c")
        answer.body += f"<script>var rows={rows}</script>\n"
    return answer


@fault(
    1657,
    "leak",
    "A row without a customer counts as common to all, whatever account it is of.",
    "GET /conversations.json as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None


@fault(
    1658,
    "leak",
    "A debugging header of each answer repeats the Authorization header, password and all.",
    "GET /conversations.json with Basic",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for line in ask.header("authorization"):
        answer.headers.append(("X-Forwarded-Authorization", line))
    return answer


@fault(
    1659,
    "leak",
    "Accounts are looked up by the name as typed, and who types an e-mail address sees all.",
    "GET /conversations.json with Basic ben@example.com",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and "@" in name else user
