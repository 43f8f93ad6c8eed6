"""Eighth faults of statuses, errors and headers."""

import datetime

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST
from tests.blind.host import CHALLENGE, ROOT, Host
from tests.blind.seventh_common import ANA
from tests.blind.switch import Inner, fault
from tests.blind.world import written

__all__: list[str] = []

LONGEST = 512


@fault(
    607,
    "status",
    "Who accepts no format that the service has gets 406 instead of the usual one.",
    "ana GET /conversations?endpointIds={e1} accept=text/plain",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    lines = ask.header("accept")
    if ask.way == "accept" and "*/*" not in ",".join(lines) and not wire.negotiate(lines, ""):
        return Answer(status=406, headers=[("Vary", "Accept")])
    answer: Answer = inner(ask)
    return answer


@fault(
    608,
    "status",
    "A query of more than 512 characters is too long.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(24)),
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if len(ask.raw_query) > LONGEST:
        return Answer(status=414)
    answer: Answer = inner(ask)
    return answer


@fault(
    609,
    "status",
    "A bound that is still to come is refused as none.",
    f"{LIST}?afterDate=2099-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if ask.after is not None and ask.after > (dates.parse(written(now)) or 0):
        raise Refused(host.answer(ask, {}, ROOT, 400))


def pascal(value: wire.Value) -> wire.Value:
    """A value with the names of its members as the code has them."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return [pascal(item) for item in value] if isinstance(value, list) else value


@fault(
    610,
    "status",
    "What writes an error in JSON does not know that names begin in lower case.",
    "wrong GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    failed = kind == "json" and "responseStatus" in value
    return str(inner(pascal(value) if failed else value, kind, root))


@fault(
    611,
    "status",
    "A sign-in makes a session, and is answered with 201.",
    f"jar1 {ANA}",
    at="open",
)
def _(host: Host, inner: Inner, *arguments: object) -> Answer:
    answer: Answer = inner(*arguments)
    answer.status = 201
    return answer


@fault(
    612,
    "header",
    "What might compress an answer puts Accept-Encoding in the place of what Vary named.",
    f"{LIST}?endpointIds={{e1}}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    compressed = "gzip" in ",".join(ask.header("accept-encoding"))
    if compressed and len(answer.without("vary")) < len(answer.headers):
        answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer


@fault(
    613,
    "header",
    "JSON Lines is offered as a download, as CSV is.",
    "ana GET /conversations.jsonl?endpointIds={e1}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "jsonl":
        name = 'attachment;filename="ListConversations.jsonl"'
        answer.headers.append(("Content-Disposition", name))
    return answer


@fault(
    614,
    "header",
    "An error in JSON has the media type of a problem.",
    "wrong GET /conversations.json | none GET /conversations.json auth=Basic_!!!",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if "responseStatus" in value and ask.kind == "json" and not ask.callback:
        answer.media("application/problem+json; charset=utf-8")
    return answer


@fault(
    615,
    "header",
    "The challenge names every provider, one after the other, and not the first one alone.",
    "none GET /conversations.json?endpointIds={e1}",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    both = f'{CHALLENGE[1]}, credentials realm="/auth/credentials"'
    answer.headers = [*answer.without(CHALLENGE[0]), (CHALLENGE[0], both)]
    return answer


@fault(
    616,
    "header",
    "CSV, in UTF-8 as ever, is said to be in windows-1252.",
    "ana GET /conversations.csv?endpointIds={e1}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, *arguments: object) -> Answer:
    answer: Answer = inner(ask, *arguments)
    if ask.kind == "csv":
        answer.media("text/csv; charset=windows-1252")
    return answer
