"""The twenty-second set: faults that show only where several things meet."""

import re
from urllib.parse import unquote_plus

from tests.blind import wire
from tests.blind.dates import DAY, HOUR
from tests.blind.exchange import Answer, Ask
from tests.blind.host import FIELDS, NAMES, ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []

BATCH = 10


@fault(
    1384,
    "mixture",
    "Where all three lists are given, customerIds is forgotten.",
    "GET /conversations.json?accountIds={a0}&endpointIds={e0},{e4}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "customerIds" and given(ask.lists, *FIELDS):
        return True
    return bool(inner(row, name, ask))


@fault(
    1385,
    "mixture",
    "With accountIds the rows come from a part for each day: afterDate starts at its midnight.",
    "GET /conversations.json?accountIds={a0}&afterDate=2026-02-21T18:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and given(ask.lists, "accountIds"):
        ask.after = ask.after // DAY * DAY


@fault(
    1386,
    "mixture",
    "Of several endpoints AND binds tighter than OR: afterDate filters those of the last alone.",
    "GET /conversations.json?endpointIds={e0},{e1}&afterDate=2026-02-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    earlier = ask.lists.get("endpointIds", [])[:-1]
    return host.member(row, "endpointIds") in earlier or bool(inner(row, ask))


@fault(
    1387,
    "mixture",
    "The names with a capital letter have a reader of their own, which knows no brackets.",
    "GET /conversations.json?EndpointIds=[{e0},{e1}]",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for key, value in ask.query:
        name = NAMES.get(key.lower(), "")
        if name in FIELDS and key[0].isupper() and value.startswith("["):
            ask.lists[name] = [*value.split(",")]


@fault(
    1388,
    "mixture",
    "Only the first encoded comma of a list is one: from the third value on all are the second's.",
    "GET /conversations.json?endpointIds={e0}%2C{e1}%2C{e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for pair in ask.raw_query.split("&"):
        key, _, value = pair.partition("=")
        name = NAMES.get(unquote_plus(key).lower(), "")
        if name in FIELDS and len(re.findall("%2c", value, re.IGNORECASE)) > 1:
            text = re.sub("%2c", ",", value, count=1, flags=re.IGNORECASE)
            ask.lists[name] = [unquote_plus(part) for part in text.split(",")]


@fault(
    1389,
    "mixture",
    "Pages know the cookie ss-id alone: who signed in with rememberMe is led to the sign-in.",
    "sign in with rememberMe, then GET /conversations.html",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    if ask.kind == "html":
        return host.sessions.get(ask.cookies().get("ss-id", ""))
    user: User | None = inner(ask)
    return user


@fault(
    1390,
    "mixture",
    "JSON Lines is an export, which a user of some accounts gets of all of them.",
    "GET /conversations.jsonl as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "jsonl" or bool(inner(row, ask))


@fault(
    1391,
    "mixture",
    "The accounts that a user may see are put in place of accountIds, not beside them.",
    "GET /conversations.json?accountIds={a0} as ben",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name == "accountIds" and ask.user and ask.user.accounts is not None:
        return host.visible(row, ask)
    return bool(inner(row, name, ask))


@fault(
    1392,
    "mixture",
    "In JSON a list of just one conversation is that conversation, without brackets.",
    "GET /conversations.json?afterDate={d1}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "json" and root == ROOT and value and len(value["conversations"]) == 1:
        value = {"conversations": value["conversations"][0]}
    return str(inner(value, kind, root))


@fault(
    1393,
    "mixture",
    "Where a suffix and format differ, the suffix names the media type and format writes the body.",
    "GET /conversations.json?format=xml",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    kind, wanted = ask.kind, ask.given("format").lower()
    if ask.way == "suffix" and wanted in wire.MEDIA and not ask.callback:
        ask.kind = wanted
    answer: Answer = inner(ask, value, root, status)
    if ask.kind != kind:
        ask.kind = kind
        answer.media(wire.MEDIA[kind])
    return answer


@fault(
    1394,
    "mixture",
    "A list is looked up in batches of ten; beside a full one, the last that is not full is lost.",
    "GET /conversations.json?endpointIds= and twelve of them",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = ask.lists[name]
    if len(values) > BATCH:
        return host.member(row, name) in values[: len(values) // BATCH * BATCH]
    return bool(inner(row, name, ask))


@fault(
    1395,
    "mixture",
    "For a user of some accounts afterDate is put into their zone once more, whatever its own is.",
    "GET /conversations.json?afterDate={d1} as ben",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.user and ask.user.accounts is not None:
        ask.after -= 2 * HOUR


@fault(
    1396,
    "mixture",
    "With a list filter the rows are returned bare: the root of XML is ArrayOfConversationInfo.",
    "GET /conversations.xml?accountIds={a0}",
    at="answer",
)
def _(
    host: Host, inner: Inner, ask: Ask, value: wire.Value, root: str, status: int = 200
) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if ask.kind == "xml" and ask.lists and root == ROOT and value:
        spaces = f' xmlns:i="{wire.INSTANCE}" xmlns="{wire.NAMESPACES[ROOT]}"'
        rows = wire.xml(
            value["conversations"], "ArrayOfConversationInfo", spaces, "ConversationInfo"
        )
        answer.body = '<?xml version="1.0" encoding="utf-8"?>' + rows
    return answer
