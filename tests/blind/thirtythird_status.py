"""Faults of the thirty-third set: refusals, headers, and what a user may see."""

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User


@fault(
    1817,
    "refusal",
    "The body of a refused date has an empty list of conversations, as the response now starts "
    "with one; clients that look at the body alone see no error.",
    "ana GET /conversations.json?afterDate=yesterday",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        raise Refused(host.answer(ask, {"conversations": []}, ROOT, 400)) from None


@fault(
    1818,
    "refusal",
    "Wrong Basic credentials are refused with `WWW-Authenticate`, which a gateway adds to each "
    "401; browsers ask for a password in a window of their own.",
    "wrong GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        if refused.answer.status == 401:
            refused.answer.headers.append(CHALLENGE)
        raise
    return user


@fault(
    1819,
    "header",
    "`Vary` of the conversations names Accept-Encoding alone: the middleware that compresses sets "
    "the header where it should add to it, and caches mix up the formats.",
    "ana GET /conversations accept=application/json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer


@fault(
    1820,
    "leak",
    "A user of two accounts sees every conversation without a customer, of whatever account: the "
    "accounts are checked by a join over the customers that lets through what has none.",
    "ben GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return bool(inner(row, ask)) or host.member(row, "customerIds") is None
