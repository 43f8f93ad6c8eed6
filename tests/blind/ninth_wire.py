"""Ninth faults of statuses and refusals."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

MANY = 100
LONGEST = 512


@fault(
    673,
    "status",
    "An answer of more than a hundred rows has the status 206.",
    f"{LIST}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    if status == 200 and len(value.get("conversations") or []) > MANY:
        status = 206
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    674,
    "status",
    "A date that is none is refused with the body of a refusal, but the status is 200.",
    f"{LIST}?afterDate=yesterday | ana GET /conversations.xml?afterDate=2026-02-30",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        refused.answer.status = 200
        raise


@fault(
    675,
    "status",
    "A query of more than 512 characters is not found.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(24)),
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if len(ask.raw_query) > LONGEST:
        return Answer(status=404)
    answer: Answer = inner(ask)
    return answer


@fault(
    676,
    "status",
    "A customer of an account that the caller may not use makes the server fail.",
    "ben GET /conversations.json?customerIds={c0},{c1} | "
    "ben GET /conversations.json?customerIds={c3}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    wanted = ask.lists.get("customerIds", [])
    for row in host.rows:
        found = host.member(row, "customerIds")
        if found is not None and found in wanted and not host.visible(row, ask):
            raise Refused(host.answer(ask, {}, ROOT, 500))
    rows: list[Row] = inner(ask)
    return rows
