"""Faults of the sixteenth set in statuses and refusals."""

import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, ROOT, WRONG, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1069,
    "status",
    "Where no row passes, the answer is 204 without a body instead of an empty list.",
    "GET /conversations?accountIds={a0}&customerIds={c1}, a customer of another account",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows:
        raise Refused(Answer(status=204, headers=[("Vary", "Accept")]))
    return rows


@fault(
    1070,
    "status",
    "A day that its month does not have, such as 30 February, makes the server fail with 500.",
    "GET /conversations?afterDate=2026-02-30T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        if re.match(r"\s*\d{4}-(0[1-9]|1[0-2])-(29|3[01])", ask.after_text):
            raise Refused(host.answer(ask, {}, ROOT, 500)) from None
        raise


@fault(
    1071,
    "status",
    "The error for wrong Basic credentials is always JSON, under the media type asked for.",
    "GET /conversations.xml with Basic ana:wrong",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        if refused.answer.status == 401:
            problem = wire.error("Unauthorized", WRONG)
            refused.answer.body = host.write(problem, "json", PROBLEM)
        raise
    return user


@fault(
    1072,
    "status",
    "The redirect to the sign-in names a path alone instead of an absolute URL.",
    "GET /conversations with Accept: text/html, not signed in",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    places = [value for key, value in answer.headers if key == "Location"]
    path = "/" + places[0].split("/", 3)[3]
    answer.headers = [("Location", path), *answer.without("location")]
    return answer


@fault(
    1073,
    "status",
    "A sign-in by form with a wrong password is answered with 200, the error in the body alone.",
    "POST /auth/credentials with the form userName=ana&password=wrong",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    media = (ask.header("content-type") or [""])[0].lower()
    if answer.status == 401 and media.startswith("application/x-www-form-urlencoded"):
        answer.status = 200
    return answer


@fault(
    1074,
    "status",
    "Basic credentials that are no Base64 make the server fail with 500 instead of 400.",
    "GET /conversations.json with Authorization: Basic ana:Quiet",
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
    1075,
    "status",
    "A query of more than 512 characters is refused with 414, as twenty endpoints make it.",
    "GET /conversations?endpointIds= with 24 ids",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if len(ask.raw_query) > 512:
        return Answer(status=414)
    answer: Answer = inner(ask)
    return answer
