"""Faults of the status, of the set `twentyfirst`."""

import datetime

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import NEWEST, written

__all__: list[str] = []


@fault(
    1345,
    "status",
    "An afterDate in the future is refused with 400, instead of an answer without rows.",
    "GET /conversations.json?afterDate=2099-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    clock = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    now = dates.parse(written(max(clock, NEWEST + datetime.timedelta(days=1))))
    if ask.after is not None and now is not None and ask.after > now:
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1346,
    "status",
    "Basic credentials that are no Base64 raise where nobody catches it: 500 instead of 400.",
    "GET /conversations.json with `Authorization: Basic %%%`",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        pair: tuple[str, str] | None = inner(ask, token)
    except Refused as refused:
        if refused.answer.status == 400:
            refused.answer.status = 500
        raise
    return pair


@fault(
    1347,
    "status",
    "Only JSON and XML count as programs: who is not signed in and asks for CSV gets 302.",
    "GET /conversations.csv without credentials",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.kind in ("csv", "jsv", "jsonl") and not ask.callback:
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
    else:
        answer = inner(ask)
    return answer
