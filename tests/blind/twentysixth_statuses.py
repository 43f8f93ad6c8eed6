"""Faults of the twenty-sixth set in the status of an answer."""

import base64
import binascii
import hashlib

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1532,
    "status",
    "The ETag tells the rows and not the format: who has the JSON of a URL gets 304 when asking"
    " the same URL for XML.",
    "GET /conversations, Accept: application/json; then application/xml with If-None-Match",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    rows = f"{ask.user.id if ask.user else ''} {ask.raw_query} {host.select(ask)}"
    tag = f'"{hashlib.sha256(rows.encode()).hexdigest()[:16]}"'
    answer.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    1533,
    "status",
    "A URL of more than 500 characters is refused with 414, so twenty endpoints are too many.",
    "GET /conversations?endpointIds={twenty ids}",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.route == "/conversations" and len(ask.path) + len(ask.raw_query) > 500:
        return Answer(status=414)
    answer: Answer = inner(ask)
    return answer


@fault(
    1534,
    "status",
    "Basic credentials that are no UTF-8 are a 500 instead of a refusal.",
    "GET /conversations, Authorization: Basic {base64 of ana: and the byte FF}",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        base64.b64decode(token, validate=True).decode("utf-8")
    except UnicodeDecodeError:
        problem = wire.error("DecoderFallbackException", "Unable to translate bytes.")
        raise Refused(host.answer(ask, problem, PROBLEM, 500)) from None
    except (binascii.Error, ValueError):
        pass
    pair: tuple[str, str] | None = inner(ask, token)
    return pair
