"""Faults of the sixteenth set that give away rows, secrets, or somebody else's data."""

from urllib.parse import quote

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []

TRACE = (
    "at System.Convert.FromBase64String(String s)\n"
    "at Voice.Api.Startup (Server=db-7.internal;Database=voice;User=voice;Password=Hk29-orchid)"
)


@fault(
    1076,
    "leak",
    "A list of accounts is let through as soon as one of them is the caller's own, and the rows "
    "of the others come with it.",
    "GET /conversations?accountIds={own},{foreign} as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and own & set(ask.lists.get("accountIds", [])):
        return True
    return bool(inner(row, ask))


@fault(
    1077,
    "leak",
    "The CSV download is made with the rights of the server, and holds the rows of all accounts.",
    "GET /conversations.csv as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))


@fault(
    1078,
    "leak",
    "The redirect after wrong Basic credentials carries the name and password in its address.",
    "GET /conversations with Accept: text/html and Basic ana:wrong",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    scheme, _, token = (ask.header("authorization") or [""])[0].strip().partition(" ")
    pair = host.basic(ask, token.strip()) if scheme.lower() == "basic" else None
    if pair:
        start = f"http://{quote(pair[0], safe='')}:{quote(pair[1], safe='')}@"
        answer.headers = [
            (key, value.replace("http://", start, 1) if key == "Location" else value)
            for key, value in answer.headers
        ]
    return answer


@fault(
    1079,
    "leak",
    "Who is not signed in is told by /auth/status the e-mail address of who signed in last.",
    "POST /auth/credentials as ana, then GET /auth/status without any cookie",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["last"] = user.email
    answer: Answer = inner(ask, user, stays)
    return answer


@also(1079, at="status_of")
def _(host: Host, inner: Inner, user: User | None) -> wire.Value:
    value = inner(user)
    if user is None and "last" in host.memory:
        value = {**value, "emailAddress": host.memory["last"]}
    return value


@fault(
    1080,
    "leak",
    "Answers with a callback are cached by their address alone, whoever asks.",
    "GET /conversations?callback=show as ana, then the same as ben",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    key = f"{ask.path}?{ask.raw_query}"
    if ask.method == "GET" and key in host.memory:
        status, headers, body = host.memory[key]
        return Answer(status=status, headers=[*headers], body=body)
    answer: Answer = inner(ask)
    if ask.route == "/conversations" and ask.callback and ask.user and answer.status == 200:
        host.memory[key] = (answer.status, [*answer.headers], answer.body)
    return answer


@fault(
    1081,
    "leak",
    "The refusal of Basic credentials that are no Base64 shows a stack trace with the password of "
    "the database.",
    "GET /conversations.json with Authorization: Basic ana:Quiet",
    at="basic",
)
def _(host: Host, inner: Inner, ask: Ask, token: str) -> tuple[str, str] | None:
    try:
        pair: tuple[str, str] | None = inner(ask, token)
    except Refused as refused:
        problem = wire.error("FormatException", "The input is not a valid Base-64 string.")
        problem["responseStatus"]["stackTrace"] = TRACE
        raise Refused(host.answer(ask, problem, PROBLEM, refused.answer.status)) from None
    return pair


@fault(
    1082,
    "leak",
    "The right to a row is looked up through its customer, so that rows of other accounts which "
    "have none are shown to everybody.",
    "GET /conversations as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))
