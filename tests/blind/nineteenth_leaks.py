"""Faults of the set `nineteenth`: rows of accounts that the caller may not see."""

from dataclasses import replace

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1250,
    "leak",
    "One own account in accountIds opens the foreign ones that are named beside it.",
    "GET /conversations?accountIds={own},{foreign} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = (ask.user.accounts if ask.user else None) or frozenset()
    named = ask.lists.get("accountIds", [])
    return bool(inner(row, ask)) or any(account in own for account in named)


@fault(
    1251,
    "leak",
    "The rows without date come from a second query, which any user's accounts pass.",
    "GET /conversations as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    message = row["mostRecentMessage"]
    return bool(inner(row, ask)) or bool(message and message["date"] is None)


@fault(
    1252,
    "leak",
    "A session that was opened with the e-mail address sees all accounts.",
    "POST /auth/credentials with ben's e-mail address; GET /conversations with its cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    if host.credentials(ask).get("username") == user.email:
        user = replace(user, accounts=None)
    answer: Answer = inner(ask, user, stays)
    return answer
