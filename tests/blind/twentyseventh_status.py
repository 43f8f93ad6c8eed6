"""Faults of the twenty-seventh set in statuses and refusals."""

import re

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1573,
    "status",
    "Where no row passes the answer is 204 without a body.",
    "GET /conversations.json?afterDate=2030-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    return answer if host.select(ask) else Answer(status=204, headers=[("Vary", "Accept")])


@fault(
    1574,
    "status",
    "A 401 to a request that names its format in Accept has no WWW-Authenticate.",
    "GET /conversations without credentials, Accept: application/json",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401 and ask.way == "accept":
        answer.headers = answer.without("www-authenticate")
    return answer


@fault(
    1575,
    "status",
    "An afterDate on 29 February is refused, in leap years too.",
    "GET /conversations.json?afterDate=2024-02-29T00:00:00Z is 400",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.match(r"\d{4}-02-29", ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 400))
