"""Fourth faults that show only where two or three things meet."""

from dataclasses import replace
from typing import Any

from tests.blind import wire
from tests.blind.dates import DAY, parse, row_ticks
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fourth_common import LIST, ROWS, as_form, edited, ticks, without_zone
from tests.blind.host import FIELDS, ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []

ANY = ROWS[3]["mostRecentMessage"]["date"]
OWNED = next(row["mostRecentMessage"] for row in ROWS if row["mostRecentMessage"]["customerId"])
ANA, BEN = as_form("ana", "Quiet-River-81"), as_form("ben", "Tall:Cedar-47")


@fault(
    317,
    "mixture",
    "XML with a list does not look at the date.",
    "ana GET /conversations.xml?accountIds={a0}&afterDate=2026-01-01",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "xml" and bool(ask.lists)) or bool(inner(row, ask))


@fault(
    318,
    "mixture",
    "The export to CSV trusts the accounts that are named, whoever asks.",
    "ben GET /conversations.csv?accountIds={a1}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "csv" and given(ask.lists, "accountIds")) or bool(inner(row, ask))


@fault(
    319,
    "mixture",
    "Two lists of the same length are taken in pairs: the first with the first, and so on.",
    f"{LIST}?accountIds={{a1}},{{a0}}&endpointIds={{e0}},{{e1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    accounts, lines = (ask.lists.get(name, []) for name in ("accountIds", "endpointIds"))
    if len(accounts) < 2 or len(accounts) != len(lines):
        return rows
    pairs = set(zip(accounts, lines, strict=True))
    return [row for row in rows if (host.member(row, "accountIds"), row["endpointId"]) in pairs]


@fault(
    320,
    "mixture",
    "With customers, the date is compared by the day.",
    f"{LIST}?customerIds={OWNED['customerId']}&afterDate={OWNED['date'][:10]}T00:00:00Z",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or not given(ask.lists, "customerIds"):
        return bool(inner(row, ask))
    date = row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return date is not None and date // DAY > ask.after // DAY


@fault(
    321,
    "mixture",
    "In a session, `Accept` does not count: the answer is JSON.",
    f"jar {ANA} | jar GET /conversations accept=application/xml",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.door == "cookie" and ask.way == "accept":
        ask.kind = "json"


@fault(
    322,
    "mixture",
    "A session that stays keeps one account alone of those that the user has.",
    f"jar {BEN}&rememberMe=true | jar GET /conversations.json",
    at="open",
)
def _(_: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    if stays and user.accounts:
        user = replace(user, accounts=frozenset({min(user.accounts)}))
    answer: Answer = inner(ask, user, stays)
    return answer


@fault(
    323,
    "mixture",
    "Together with a list, the offset of a date is dropped.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a2}},{{a3}}&afterDate={ANY[:13]}:00:00-12:00",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    bare = without_zone(ask.after_text)
    if bare and ask.lists:
        ask.after = ticks(bare)


@fault(
    324,
    "mixture",
    "Of several values in quotes, only the first loses them.",
    f"{LIST}?accountIds=%22{{a0}}%22,%22{{a1}}%22",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(ask.raw[name])
        if text.startswith('"') and text.count('"') >= 2 * len(values):
            ask.lists[name] = [values[0], *(f'"{value}"' for value in values[1:])]


@fault(
    325,
    "mixture",
    "A callback wraps nothing where no row is found.",
    f"{LIST}?callback=show&afterDate=2027-01-01",
    at="answer",
)
def _(_: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    name = ask.callback
    if value == {"conversations": []}:
        ask.callback = ""
    answer: Answer = inner(ask, value, root, status)
    ask.callback = name
    return answer


@fault(
    326,
    "mixture",
    "JSON Lines ends after a hundred rows.",
    "ana GET /conversations.jsonl",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    if kind == "jsonl" and "conversations" in value:
        value = {**value, "conversations": value["conversations"][:100]}
    return str(inner(value, kind, root))


@fault(
    327,
    "mixture",
    "Where a user may use none of the accounts that are named, the list is empty, and is no "
    "filter.",
    "ben GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    if own is not None and not own & set(ask.lists.get("accountIds", [])):
        ask.lists.pop("accountIds", None)
    return list(inner(ask))


@fault(
    328,
    "mixture",
    "Endpoints and customers together are looked up without regard to who asks.",
    "ben GET /conversations.json?endpointIds={e1}&customerIds={c1}",
    at="visible",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return given(ask.lists, "endpointIds", "customerIds") or bool(inner(row, ask))


@fault(
    329,
    "mixture",
    "Of three lists, the customers are lost.",
    f"{LIST}?accountIds={{a0}},{{a1}}&endpointIds={{e0}},{{e1}}&customerIds={{c0}}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if given(ask.lists, *FIELDS):
        del ask.lists["customerIds"]


@fault(
    330,
    "mixture",
    "All four filters at once make the server fail.",
    f"{LIST}?accountIds={{a0}}&endpointIds={{e0}}&customerIds={{c0}}&afterDate=2025-01-01",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if given(ask.lists, *FIELDS) and ask.after is not None:
        raise Refused(host.answer(ask, {}, ROOT, 500))
    return list(inner(ask))


@fault(
    331,
    "mixture",
    "XML writes a text that is null as an empty one.",
    "ana GET /conversations.xml",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    def edit(_: Row, message: Row) -> None:
        message["text"] = message.get("text") or ""

    return str(inner(edited(value, edit) if kind == "xml" else value, kind, root))


@fault(
    332,
    "mixture",
    "CSV puts what is beyond a hundred rows into a second record.",
    "ana GET /conversations.csv",
    at="write",
)
def _(_: Host, inner: Inner, value: Any, kind: str, root: str) -> str:
    rows = value.get("conversations") or []
    if kind != "csv" or len(rows) <= 100:
        return str(inner(value, kind, root))
    parts = [str(inner({"conversations": part}, kind, root)) for part in (rows[:100], rows[100:])]
    return parts[0] + parts[1].partition("\r\n")[2]


@fault(
    333,
    "mixture",
    "Where `format` stands first in the query, the parameter after it is not seen.",
    "ana GET /conversations?format=json&customerIds={c0}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    if ask.query and ask.query[0][0] == "format":
        ask.query = [ask.query[0], *ask.query[2:]]
    inner(ask)


@fault(
    334,
    "mixture",
    "With a suffix, the body is the suffix's, and its media type that of `Accept`.",
    f"{LIST} accept=application/xml",
    at="conversations",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    wanted = wire.negotiate(ask.header("accept"), ask.kind)
    if ask.way == "suffix" and wanted != ask.kind:
        answer.media(wire.MEDIA[wanted])
    return answer


@fault(
    335,
    "mixture",
    "A plus sign between day and time ends the date: the time is lost.",
    f"{LIST}?afterDate={ANY[:10]}+23:59",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and "+" in ask.raw_query:
        day = parse(ask.after_text.split()[0])
        ask.after = ask.after if day is None else day


@fault(
    336,
    "mixture",
    "The proxy escapes what is escaped in small letters: a plus sign as %2b does not arrive.",
    f"{LIST}?afterDate=2026-01-20T18:00:00%2b02:00",
    at="read",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    ask.raw_query = ask.raw_query.replace("%2b", "%252b")
    inner(ask)


@fault(
    337,
    "mixture",
    "A wrong password does not matter where a session came as well.",
    f"jar {ANA} | jar GET /conversations.json auth=ana:Not-The-One-3",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    kept = host.session_of(ask)
    if kept and host.known(name, password) is None:
        return kept
    user: User = inner(ask, name, password)
    return user


@fault(
    338,
    "mixture",
    "Where a session came as well, Basic is checked, and the session's user is served.",
    f"jar {ANA} | jar GET /conversations.json auth=ben:Tall:Cedar-47",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user: User = inner(ask, name, password)
    return host.session_of(ask) or user


@fault(
    339,
    "mixture",
    "Who signs in by the e-mail address is looked up without accounts, and sees them all.",
    f"jar {as_form('ben@example.com', 'Tall:Cedar-47')} | jar GET /conversations.json",
    at="known",
)
def _(_: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return replace(user, accounts=None) if user and "@" in name else user


@fault(
    340,
    "mixture",
    "A sign-in whose answer is XML sets no cookies.",
    f"jar {ANA.replace('.json', '.xml')} | jar GET /conversations.json",
    at="sign_in",
)
def _(_: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "xml":
        answer.headers = answer.without("set-cookie")
    return answer
