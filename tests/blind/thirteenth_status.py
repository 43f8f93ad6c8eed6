"""Faults of the statuses: what is refused that should be served, and the other way round."""

import base64
import binascii
import re

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, FIELDS, PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

MOST = 20


@fault(
    909,
    "status",
    "Where two lists that exist have no row in common the answer is 404 instead of an empty list.",
    "GET /conversations.json?accountIds={a0}&customerIds={c1} as ana is answered with 404.",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and len(ask.lists) > 1:
        raise Refused(host.answer(ask, {}, ROOT, 404))
    return rows


@fault(
    910,
    "status",
    "A date with seven digits after the point, as .NET writes them, is refused with 400.",
    "GET /conversations.json?afterDate=2026-02-22T00:00:00.0000000Z is answered with 400.",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.search(r"\.\d{7}", ask.after_text):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    911,
    "status",
    "A user name that nobody has is answered with 404 instead of 401.",
    "GET /conversations.json with Basic nobody:whatever is answered with 404.",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    known = any(name in (user.name, user.email) for user in USERS)
    if not known and ask.kind != "html" and not ask.callback:
        problem = wire.error("NotFound", f"User '{name}' was not found")
        raise Refused(host.answer(ask, problem, PROBLEM, 404))
    user: User = inner(ask, name, password)
    return user


@fault(
    912,
    "status",
    "Whose session is over is led to the sign-in page by 302 even where JSON was asked for.",
    "GET /conversations.json with Cookie: ss-id=gone is answered with 302 instead of 401.",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.cookies().get("ss-id") and not ask.callback:
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    refused: Answer = inner(ask)
    return refused


@fault(
    913,
    "status",
    "Basic credentials beyond ASCII make the server fail with 500.",
    "GET /conversations.json with Basic of ana:Grüße in UTF-8 is a 500 instead of a 401.",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    pair: tuple[str, str] | None = inner(ask, token)
    try:
        base64.b64decode(token).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        problem = wire.error("DecoderFallbackException", "Unable to translate bytes")
        raise Refused(host.answer(ask, problem, PROBLEM, 500)) from None
    return pair


@fault(
    914,
    "status",
    "A list of more than 20 ids is refused with 400.",
    "GET /conversations.json?endpointIds={e0},...,{e24} is answered with 400.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > MOST:
            problem = wire.error("ArgumentException", f"Too many values for '{name}'")
            raise Refused(host.answer(ask, problem, PROBLEM, 400))


@fault(
    915,
    "status",
    "A list of one blank is taken for an absent one, and everything comes instead of a 400.",
    "GET /conversations.json?accountIds=%20 is answered with 200 and all rows.",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    names = {name.lower() for name in FIELDS}
    ask.query = [pair for pair in ask.query if pair[0].lower() not in names or pair[1].strip()]
    inner(ask)
