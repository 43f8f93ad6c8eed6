"""Faults of the twenty-ninth set: statuses and refusals."""

import re

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1653,
    "status",
    "A day that its month lacks rolls over: 31 June is read as 1 July.",
    "GET /conversations.json?afterDate=2025-06-31T00:00:00Z, and 2025-11-31T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    text = ",".join(value for value in ask.raw.get("afterDate", []) if value)
    found = re.fullmatch(r"(\d{4}-\d\d)-(29|30|31)(.*)", text.strip())
    if found and dates.parse(text) is None:
        first = dates.parse(f"{found[1]}-01{found[3]}")
        if first is not None:
            ask.after_text = text
            ask.after = first + (int(found[2]) - 1) * dates.DAY
            return
    inner(ask)


@fault(
    1654,
    "status",
    "Who is not signed in and asks for CSV gets 200 and a file without conversations.",
    "GET /conversations.csv without credentials",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.kind == "csv" and not ask.callback and ask.route == "/conversations":
        headers = [("Content-Type", "text/csv"), ("Vary", "Accept")]
        return Answer(headers=headers, body='Conversations\r\n"[]"\r\n')
    answer: Answer = inner(ask)
    return answer


@fault(
    1655,
    "status",
    "A session that the server no longer knows is a missing key, and so a 500.",
    "GET /conversations.json with Cookie: ss-id=u7Qk2mXw9LzRb4TnEs1V",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
    if user is None and cookies.get(name):
        raise Refused(Answer(status=500, headers=[("Vary", "Accept")]))
    return user
