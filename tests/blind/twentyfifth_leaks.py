"""Faults that show somebody what is not theirs."""

from urllib.parse import quote

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1496,
    "leak",
    "Where Basic was wrong and a page was asked for, Location repeats the name and the password.",
    "GET /conversations.html with a wrong password",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        whole = f"http://{quote(name, safe='')}:{quote(password, safe='')}@"
        refused.answer.headers = [
            (key, value.replace("http://", whole, 1) if key == "Location" else value)
            for key, value in refused.answer.headers
        ]
        raise
    return user


@fault(
    1497,
    "leak",
    "Of several accountIds only the first is checked against the caller's accounts.",
    "GET /conversations.json?accountIds={a0},{a1} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    named = ask.lists.get("accountIds", [])
    own = ask.user.accounts if ask.user else frozenset()
    if own and len(named) > 1 and named[0] in own:
        return True
    return bool(inner(row, ask))


@fault(
    1498,
    "leak",
    "Any Origin is allowed to read the answer with the user's credentials.",
    "GET /conversations.json with Origin: https://evil.example",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for origin in ask.header("origin")[:1]:
        answer.headers += [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
        ]
    return answer


@fault(
    1499,
    "leak",
    "One object is filled anew for each stored row, and a null leaves what was there: a row "
    "without a customer shows the customer of the row before, of whatever account.",
    "GET /conversations.json as ben, then with customerIds of what it shows",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    shown: dict[str, str | None] = {}
    before = None
    for row in host.rows:
        before = host.member(row, "customerIds") or before
        shown[row["id"]] = before
    rows: list[Row] = inner(ask)
    return [with_customer(row, shown[row["id"]]) for row in rows]


def with_customer(row: Row, customer: str | None) -> Row:
    """Put another customer into the message of a row."""
    message = row["mostRecentMessage"]
    return {**row, "mostRecentMessage": {**message, "customerId": customer}} if message else row
