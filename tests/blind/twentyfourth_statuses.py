"""Faults of the twenty-fourth set in the refusals: wrong statuses, and the wrong one blamed."""

import datetime
import re

from tests.blind import wire
from tests.blind.exchange import Ask, Refused
from tests.blind.host import PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []


@fault(
    1452,
    "status",
    "Basic with a name that nobody has is answered with 404, User not found.",
    "GET /conversations.json with Basic nobody:wrong; a wrong password of ana is a 401",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    known = any(name in (user.name, user.email) for user in USERS)
    if not known and not ask.callback and ask.kind != "html":
        problem = wire.error("NotFound", "User not found")
        raise Refused(host.answer(ask, problem, PROBLEM, 404))
    user: User = inner(ask, name, password)
    return user


@fault(
    1453,
    "status",
    "An afterDate with a day that its month does not have crashes the service: 500.",
    "GET /conversations.json?afterDate=2026-02-30T00:00:00Z; afterDate=nonsense is a 400",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    text = ",".join(value for value in ask.raw.get("afterDate", []) if value).strip()
    found = re.match(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)", text)
    if found and found[1] != "0000":
        try:
            datetime.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise Refused(host.answer(ask, {}, ROOT, 500)) from None
    inner(ask)


@fault(
    1454,
    "status",
    "The refusal of a blank customerIds or endpointIds names accountIds as the wrong field.",
    "GET /conversations.json?customerIds=%20",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        body = refused.answer.body
        refused.answer.body = re.sub("(?:customer|endpoint)Ids", "accountIds", body)
        raise


@fault(
    1455,
    "status",
    "A NUL in a value of a list crashes the database driver: 500.",
    "GET /conversations.json?endpointIds=a%00b",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if any("\0" in (value or "") for values in ask.lists.values() for value in values):
        raise Refused(host.answer(ask, {}, ROOT, 500))
    return list(inner(ask))
