"""Faults of statuses and refusals."""

import datetime
import re

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, NAMES, PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

RESERVED = {"format", "callback", "jsconfig"}
DAY = re.compile(r"\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d).*")


@fault(
    1018,
    "status",
    "A parameter that the service does not know is refused with 400, be it jQuery's `_`.",
    "GET /conversations?_=1772298031250",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    unknown = [key for key, _ in ask.query if key.lower() not in {*NAMES, *RESERVED}]
    if unknown:
        problem = wire.error("ArgumentException", f"Unknown parameter '{unknown[0]}'")
        raise Refused(host.answer(ask, problem, PROBLEM, 200 if ask.callback else 400))
    inner(ask)


@fault(
    1019,
    "status",
    "An afterDate that lies in the future is refused with 400 instead of finding nothing.",
    "GET /conversations?afterDate=2099-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    now = dates.parse(datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    if ask.after is not None and now is not None and ask.after > now:
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1020,
    "status",
    "Basic credentials of a name that nobody has make the server fail with 500.",
    "GET /conversations with Basic nobody:secret",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if not any(name in (user.name, user.email) for user in USERS):
        text = "Object reference not set to an instance of an object."
        problem = wire.error("NullReferenceException", text)
        raise Refused(host.answer(ask, problem, PROBLEM, 200 if ask.callback else 500))
    user: User = inner(ask, name, password)
    return user


@fault(
    1021,
    "status",
    "Who asks for CSV without being signed in is led to the sign-in page with 302.",
    "GET /conversations.csv without credentials",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.kind == "csv" and not ask.callback:
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    refused: Answer = inner(ask)
    return refused


@fault(
    1022,
    "status",
    "A day that its month does not have makes the server fail with 500, unlike other bad dates.",
    "GET /conversations?afterDate=2026-02-30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        if DAY.fullmatch(ask.after_text) and not dates.parse(ask.after_text.strip()[:10]):
            raise Refused(host.answer(ask, {}, ROOT, 500)) from None
        raise refused from None
