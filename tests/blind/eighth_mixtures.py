"""Eighth faults that show only where two or three circumstances meet."""

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, without_zone
from tests.blind.host import CHALLENGE, FIELDS, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

BUFFER = 32_768


@fault(
    617,
    "mixture",
    "A list in brackets is read by other code, which takes a date's clock without its offset.",
    f"{LIST}?accountIds=[{{a0}},{{a1}}]&afterDate=2026-02-22T22:00:00-06:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    texts = [value for name in FIELDS for value in ask.raw.get(name, [])]
    if ask.after is not None and any(text.startswith("[") for text in texts):
        bare = dates.parse(without_zone(ask.after_text) or "")
        ask.after = ask.after if bare is None else bare


@fault(
    618,
    "mixture",
    "The XML of one who may see some accounts lacks the rows without a customer.",
    "ben GET /conversations.xml",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    bounded = ask.user is not None and ask.user.accounts is not None
    joined = ask.kind == "xml" and bounded and host.member(row, "customerIds") is None
    return bool(inner(row, ask)) and not joined


@fault(
    619,
    "mixture",
    "A function is called without anything where nothing was found.",
    "ana GET /conversations?callback=show&afterDate=2031-01-01T00:00:00Z",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: wire.Value, *more: object) -> Answer:
    answer: Answer = inner(ask, value, *more)
    if ask.callback and ask.kind == "json" and value == {"conversations": []}:
        answer.body = answer.body.split("(")[0] + "()"
    return answer


@fault(
    620,
    "mixture",
    "Quotes around ids are taken off in the list that comes first, and stay in any further one.",
    f'{LIST}?accountIds={{a1}}&customerIds="{{c1}}","{{c5}}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    first = next((name for name in ask.raw if name in ask.lists), "")
    for name in set(ask.lists) - {first}:
        text = ",".join(value for value in ask.raw[name] if value)
        if text.startswith('"'):
            ask.lists[name] = [*text.split(",")]


@fault(
    621,
    "mixture",
    "A path that ends in a slash is rewritten, and the first parameter alone survives it.",
    "ana GET /conversations/?accountIds={a1}&customerIds={c5} accept=application/json",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.path.endswith("/"):
        ask.raw_query = ask.raw_query.partition("&")[0]
    inner(ask)


@fault(
    622,
    "mixture",
    "JSV that does not fit into a buffer of 32 KiB ends with it.",
    "ana GET /conversations.jsv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text[:BUFFER] if kind == "jsv" else text


@fault(
    623,
    "mixture",
    "For a single endpoint an index of days is asked, so that a date's whole day is left out.",
    f"{LIST}?endpointIds={{e12}}&afterDate=2026-02-19T06:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    kept = bool(inner(row, ask))
    if not kept or ask.after is None or len(ask.lists.get("endpointIds", [])) != 1:
        return kept
    ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date")) or 0
    return ticks // dates.DAY > ask.after // dates.DAY


@fault(
    624,
    "mixture",
    "An empty accountIds takes the place of the accounts that the caller may see.",
    "ben GET /conversations.json?accountIds=&customerIds={c1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    values = ask.raw.get("accountIds")
    return (values is not None and not any(values)) or bool(inner(row, ask))


@fault(
    625,
    "mixture",
    "A browser that asks for data without a sign-in is led to the page of the sign-in.",
    "none GET /conversations?format=json accept=text/html,application/xml",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    page = wire.negotiate(ask.header("accept"), "") == "html"
    if page and ask.kind != "html" and not ask.callback:
        answer = host.redirect(ask)
        answer.headers.append(CHALLENGE)
        return answer
    refused: Answer = inner(ask)
    return refused


@fault(
    626,
    "mixture",
    "To choose accounts forgets the customers that were chosen before it in the query.",
    f"{LIST}?customerIds={{c1}}&accountIds={{a0}},{{a1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    names = [key.lower() for key, value in ask.query if value]
    if given(ask.lists, "customerIds", "accountIds") and (
        names.index("customerids") < names.index("accountids")
    ):
        del ask.lists["customerIds"]
