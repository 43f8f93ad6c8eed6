"""Tenth faults of statuses and refusals."""

import re

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, as_form
from tests.blind.host import FIELDS, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

LATE_DAY = re.compile(r"\d{4}-\d\d-(29|3\d)")
FAILED = "<!doctype html><title>500</title><h1>Server Error in '/' Application.</h1>\n"


def failed() -> Answer:
    """The page of a server that failed."""
    return Answer(status=500, headers=[("Content-Type", "text/html")], body=FAILED)


@fault(
    715,
    "status",
    "Nothing after the date is answered 304, though nobody asked conditionally.",
    f"{LIST}?afterDate=2027-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.after is not None and answer.status == 200 and not host.select(ask):
        return Answer(status=304, headers=[("Vary", "Accept")])
    return answer


@fault(
    716,
    "status",
    "A day that its month does not have makes the server fail.",
    f"{LIST}?afterDate=2026-02-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        if LATE_DAY.match(ask.after_text) and dates.parse(ask.after_text) is None:
            raise Refused(failed()) from None
        raise


@fault(
    717,
    "status",
    "A sign-in with a wrong password is answered 200, with the error in the body alone.",
    "jar1 " + as_form("ana", "Not-The-One-3"),
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        answer.status = 200
    return answer


@fault(
    718,
    "status",
    "A session that is no more makes the server fail, rather than be refused.",
    f"jar1 {as_form('ana', 'Quiet-River-81')} | jar1 keep GET /auth/logout.json"
    " | jar1 GET /conversations.json",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    if user is None and ask.cookies().get("ss-id"):
        raise Refused(failed())
    return user


@fault(
    719,
    "status",
    "A sign-in with a name that nobody has is answered 404, which tells which names exist.",
    "jar1 " + as_form("nobody-here", "Not-The-One-3"),
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    name = host.credentials(ask).get("username")
    if answer.status == 401 and not any(name in (user.name, user.email) for user in USERS):
        answer.status = 404
    return answer


@fault(
    720,
    "status",
    "HEAD does not look at the date: it says 200 where GET is refused.",
    "ana HEAD /conversations.json?afterDate=rubbish",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        if ask.method != "HEAD":
            raise


@fault(
    721,
    "status",
    "Ids that exist but do not belong together are refused as a conflict, not an empty answer.",
    f"{LIST}?accountIds={{a0}}&endpointIds={{e1}}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status != 200 or len(ask.lists) < 2:
        return answer
    known = {name: {host.member(row, name) for row in host.rows} for name in FIELDS}
    exist = all(known[name].issuperset(values) for name, values in ask.lists.items())
    ask.after = None
    if exist and not host.select(ask):
        return host.answer(ask, {}, ROOT, 409)
    return answer
