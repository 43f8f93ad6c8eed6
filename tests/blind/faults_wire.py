"""Faults of formats, media types, statuses, refusals, headers and members."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, PROBLEM, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []

LIST = "ana GET /conversations"
BAD_DATE = f"{LIST}.json?afterDate=soon"


@fault(
    25,
    "format",
    "XML escapes an ampersand twice.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("&amp;", "&amp;amp;") if kind == "xml" else text


@fault(
    26,
    "format",
    "JSV does not quote a text with a comma.",
    f"{LIST}.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    plain = "Yes, please: Monday, Tuesday, or Friday"
    return text.replace(f'"{plain}"', plain) if kind == "jsv" else text


@fault(
    27,
    "format",
    "CSV does not double the quotes inside its cell.",
    f"{LIST}.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('""', '"') if kind == "csv" else text


@fault(
    28,
    "format",
    "JSON Lines turns a line break of a text into a blank.",
    f"{LIST}.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("\\n", " ") if kind == "jsonl" else text


@fault(
    29,
    "format",
    "The root element of XML is ArrayOfConversationInfo.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace(ROOT, "ArrayOfConversationInfo") if kind == "xml" else text


@fault(
    30,
    "format",
    "The Accept header wins over `format=`.",
    f"{LIST}?format=xml accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    kind = wire.negotiate(ask.header("accept"), "")
    if ask.way == "format" and kind:
        ask.kind = kind


@fault(
    31,
    "format",
    "`format=` wins over the suffix .csv.",
    f"{LIST}.csv?format=json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wanted = ask.given("format").lower()
    if ask.way == "suffix" and ask.kind == "csv" and wanted in wire.MEDIA:
        ask.kind = wanted


@fault(
    32,
    "format",
    "JSONP lacks its closing parenthesis.",
    f"{LIST}?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.callback:
        answer.body = answer.body.removesuffix(")")
    return answer


@fault(
    33,
    "format",
    "JSV writes truth as `1` and falsehood as `0`.",
    f"{LIST}.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "jsv":
        return text
    return text.replace("isUnread:True", "isUnread:1").replace("isUnread:False", "isUnread:0")


@fault(
    34,
    "format",
    "XML writes the direction as a number.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "xml":
        return text
    return text.replace(">Incoming<", ">0<").replace(">Outgoing<", ">1<")


def relabel(number: int, sentence: str, kind: str, media: str, witness: str) -> None:
    """Enter a fault that names another media type for one format."""

    @fault(number, "status", sentence, witness, at="conversations")
    def _(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if ask.kind == kind and not ask.callback:
            answer.media(media)
        return answer


relabel(35, "CSV is called application/csv.", "csv", "application/csv", f"{LIST}.csv")
relabel(39, "JSON Lines is called application/json.", "jsonl", "application/json", f"{LIST}.jsonl")


def refuse(
    number: int, category: str, sentence: str, witness: str, old: int, new: int, where: str = ""
) -> None:
    """Enter a fault that answers with another status."""

    @fault(number, category, sentence, witness, at="respond")
    def _(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if answer.status == old and where in answer.body and ask.route == "/conversations":
            answer.status = new
        return answer


refuse(37, "status", "A date that is none is a 500.", BAD_DATE, 400, 500, "{}")
refuse(
    40,
    "status",
    "A blank list is a 500.",
    f"{LIST}.json?accountIds=%20",
    400,
    500,
    "SerializationException",
)
refuse(
    44,
    "refusal",
    "Basic credentials that are no Base64 are a 500.",
    "none GET /conversations.json auth=Basic_!!!",
    400,
    500,
    "Base-64",
)


@fault(
    41,
    "refusal",
    "Wrong Basic credentials in CSV are answered with JSON, under text/csv.",
    "wrong GET /conversations.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "csv" and root == PROBLEM:
        kind = "json"
    return str(inner(value, kind, root))


@fault(
    42,
    "refusal",
    "The plain 401 names no challenge.",
    "none GET /conversations.json",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = answer.without(CHALLENGE[0])
    return answer


@fault(
    43,
    "refusal",
    "Wrong Basic credentials get a 401 without a body.",
    "wrong GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        if refused.answer.status == 401:
            raise Refused(Answer(status=401, headers=[("Vary", "Accept")])) from None
        raise
    return user


@fault(
    45,
    "refusal",
    "The refusal of a date that is none holds the whole list.",
    BAD_DATE,
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if ask.after_text and refused.answer.status == 400:
            answer = host.answer(ask, {"conversations": host.select(ask)}, ROOT, 400)
            raise Refused(answer) from None
        raise
    return answer


@fault(
    46,
    "refusal",
    "Who is not signed in gets a page with 200 instead of being led to the sign-in.",
    "none GET /conversations accept=text/html",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 302:
        page = "<!doctype html><title>Sign in</title><p>Please sign in.\n"
        return Answer(headers=[("Content-Type", "text/html"), ("Vary", "Accept")], body=page)
    return answer


@fault(
    59,
    "header",
    "No answer names Accept in Vary.",
    f"{LIST}.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = answer.without("vary")
    return answer


@fault(
    60,
    "header",
    "All lists have the same ETag, and a request with it gets 304.",
    f'{LIST}.json?accountIds={{a0}} tag=W/"list"',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers.append(("ETag", 'W/"list"'))
    if 'W/"list"' in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    61,
    "header",
    "JSON in UTF-8 is called iso-8859-1.",
    f"{LIST}.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "json" and not ask.callback:
        answer.media("application/json; charset=iso-8859-1")
    return answer


@fault(
    62,
    "header",
    "HEAD says JSON of every format.",
    "ana HEAD /conversations.xml",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.method == "HEAD":
        answer.media(wire.MEDIA["json"])
    return answer
