"""Faults of the thirtieth set: statuses and leaks."""

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1690,
    "status",
    "A sign-in with a wrong password has the status 200, and tells the failure in the body only.",
    "POST /auth/credentials.json as ana with a wrong password: 200 with a responseStatus.",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        answer.status = 200
    return answer


@fault(
    1691,
    "status",
    "Where nothing is later than afterDate the answer is 404 instead of an empty list.",
    "GET /conversations.json?afterDate=2030-01-01T00:00:00Z: 404.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is not None and not rows:
        raise Refused(host.answer(ask, {}, ROOT, 404))
    return rows


@fault(
    1692,
    "leak",
    "Who names endpoints gets their rows, whether or not their account is the caller's.",
    "GET /conversations.json?endpointIds={endpoint of account 1} as ben: rows come.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return "endpointIds" in ask.lists or bool(inner(row, ask))


@fault(
    1693,
    "leak",
    "Rows without a customer are taken as shared, and everybody sees those of all accounts.",
    "GET /conversations.json as ben: rows of account 1 and 3 that have no customer.",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))
