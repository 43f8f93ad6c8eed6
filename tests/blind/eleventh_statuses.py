"""Eleventh faults of statuses and refusals."""

import re

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

LOOKS_LIKE_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


@fault(
    799,
    "status",
    "A stranger who asks for CSV is not refused, but gets 200 with an empty table.",
    "none GET /conversations.csv",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.kind == "csv":
        return host.answer(ask, {"conversations": []}, ROOT)
    answer: Answer = inner(ask)
    return answer


@fault(
    800,
    "status",
    "`afterDate` is decoded twice, so that an offset as %2B02:00 is refused with 400.",
    f"{LIST}?afterDate=2026-02-22T00:00:00%2B02:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    values = ask.raw.get("afterDate", [])
    ask.raw["afterDate"] = [value.replace("+", " ") for value in values]
    inner(ask)


@fault(
    801,
    "status",
    "Where no message is later than the date, the answer is 204 without a body.",
    f"{LIST}?afterDate=2030-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.after is not None and not host.select(ask):
        return Answer(status=204, headers=answer.without("content-type"))
    return answer


@fault(
    802,
    "status",
    "An id with an apostrophe ends the text in the query, and the server fails with 500.",
    f"{LIST}?customerIds={{c0}},O'Neil",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if any("'" in (value or "") for values in ask.lists.values() for value in values):
        raise Refused(host.answer(ask, {}, ROOT, 500))
    rows: list[Row] = inner(ask)
    return rows


@fault(
    803,
    "status",
    "A day that the calendar does not have is no bad request, but a failure with 500.",
    f"{LIST}?afterDate=2026-02-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        if LOOKS_LIKE_DATE.fullmatch(ask.after_text):
            refused.answer.status = 500
        raise


@fault(
    804,
    "status",
    "A stranger who sends a filter is led to the sign-in page, even if he asked for JSON.",
    "none GET /conversations.json?accountIds={a0}",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.raw:
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    found: Answer = inner(ask)
    return found
