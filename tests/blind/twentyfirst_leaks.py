"""Faults that show what is not the caller's or not the row's, of the set `twentyfirst`."""

from dataclasses import replace

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1336,
    "leak",
    "Access is checked by the account of the customer: a row without customer is shown to anyone.",
    "GET /conversations.json as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))


@fault(
    1337,
    "leak",
    "Who signs in by e-mail address is loaded without accounts, which means all of them.",
    "GET /conversations.json as ben@example.com",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and name == user.email else user


@fault(
    1338,
    "leak",
    "The newest message is looked up by otherAddress: a thread shows that of another endpoint.",
    "GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    newest: dict[str, Row] = {}
    for row in sorted(host.rows, key=host.age):
        newest[row["otherAddress"]] = row["mostRecentMessage"]
    return [{**row, "mostRecentMessage": newest[row["otherAddress"]]} for row in inner(ask)]
