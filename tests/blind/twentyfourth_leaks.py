"""Faults of the twenty-fourth set in privacy: rows of other accounts, a password in a header."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1459,
    "leak",
    "Everybody sees the rows without a customer: the check of the accounts goes by the customer.",
    "BEN: GET /conversations.json holds rows of accounts a1 and a3",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))


@fault(
    1460,
    "leak",
    "The header X-Request-Context shows the name and the password of who asked with Basic.",
    "GET /conversations.json with Basic",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.door == "basic" and ask.user:
        context = f"user={ask.user.name}; password={ask.user.password}"
        answer.headers.append(("X-Request-Context", context))
    return answer


@fault(
    1472,
    "leak",
    "Only the first of accountIds is checked: a limited user who names an own account first "
    "gets the rows of foreign ones behind it.",
    "BEN: GET /conversations.json?accountIds={a0},{a1}; in the other order it is right",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds", [])
    own = ask.user.accounts if ask.user else None
    if own is not None and named and named[0] in own:
        return True
    return bool(inner(row, ask))
