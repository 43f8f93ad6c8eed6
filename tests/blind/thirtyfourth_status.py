"""Faults of refusals, headers and doors that stand open."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User


@fault(
    1856,
    "refusal",
    "The CSV writer sends its line of headings before the filters run, so that a refusal without"
    " credentials has a body of text/csv where there should be none.",
    "none GET /conversations.csv",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401 and ask.kind == "csv":
        answer.body = "Conversations\r\n"
        answer.media("text/csv")
    return answer


@fault(
    1857,
    "header",
    "With `callback` the header is added and not replaced: the answer has two lines of"
    " Content-Type, one for JavaScript and one for JSON.",
    "ana GET /conversations?callback=show",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ("Content-Type", "text/javascript") in answer.headers:
        answer.headers.append(("Content-Type", wire.MEDIA["json"]))
    return answer


@fault(
    1858,
    "header",
    "The middleware that compresses bodies of more than 1400 characters sets `Vary` to"
    " `Accept-Encoding` and forgets what stood there: long answers no longer name `Accept`.",
    "ana GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if len(answer.body) > 1400:
        answer.headers = [*answer.without("vary"), ("Vary", "Accept-Encoding")]
    return answer


@fault(
    1859,
    "leak",
    "The sign-in lets preflights pass, and OPTIONS falls through to the catch-all route, which"
    " answers as GET does: all rows without credentials.",
    "none OPTIONS /conversations.json",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.method == "OPTIONS" and ask.route == "/conversations":
        host.bind(ask)
        ask.user = USERS[0]
        host.after(ask)
        return host.answer(ask, {"conversations": host.select(ask)}, ROOT)
    answer: Answer = inner(ask)
    return answer


@fault(
    1860,
    "leak",
    "The list of guarded paths is compared with the case of its letters and the router is not:"
    " `/Conversations`, as the vendor's pages write names, needs no sign-in.",
    "none GET /Conversations.json",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    if ask.path.startswith("/Conversations"):
        ask.user = host.session_of(ask) or USERS[0]
        return ask.user
    user: User = inner(ask)
    return user
