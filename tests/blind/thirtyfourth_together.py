"""Faults that show only when conditions meet: filters, formats, users, sessions."""

import datetime
import re

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import FIELDS, ROOT, Host
from tests.blind.switch import Inner, also, fault, given
from tests.blind.world import Row, User, written

LISTS = {name.lower() for name in FIELDS}
ZONED = re.compile(r":.*(z|gmt|[+-]\d{1,2}(:?\d{2})?)$", re.IGNORECASE)
OFFSET = re.compile(r":\d.*[+-]\d{1,2}(:?\d{2})?$")
ISO = "%Y-%m-%dT%H:%M:%S.%fZ"


@fault(
    1867,
    "together",
    "Against stolen cookies a session is tied to a fingerprint of the client, and the header"
    " Accept is part of it: who signed in with JSON and asks for XML is not signed in.",
    "jar POST /auth/credentials accept=application/json"
    " form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations accept=application/json"
    " | jar GET /conversations accept=application/xml",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    for session in set(host.sessions) - before:
        host.memory[f"print {session}"] = ask.header("accept")
    return answer


@also(1867, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    cookies = ask.cookies()
    session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
    return user if host.memory.get(f"print {session}") == ask.header("accept") else None


@fault(
    1868,
    "together",
    "Names with a capital letter were added by a shim that copies them to the real name, one by"
    " one, each over the one before: a repeated `AccountIds` keeps its last value alone.",
    "ana GET /conversations.json?accountIds={a0}&accountIds={a1}"
    " | ana GET /conversations.json?AccountIds={a0},{a1}"
    " | ana GET /conversations.json?AccountIds={a0}&AccountIds={a1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    kept = ask.query
    last = {key: value for key, value in kept if key.lower() in LISTS and key[:1].isupper()}
    ask.query = [*((key, value) for key, value in kept if key not in last), *last.items()]
    inner(ask)
    ask.query = kept


@fault(
    1869,
    "together",
    "CSV is made by the reporting service, which checks afterDate with a pattern of its own that"
    " knows `Z` and not `z`: a date that each other format takes is refused.",
    "ana GET /conversations.json?afterDate=2026-02-22T00:00:00z"
    " | ana GET /conversations.csv?afterDate=2026-02-22T00:00:00Z"
    " | ana GET /conversations.csv?afterDate=2026-02-22T00:00:00z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "csv" and ask.after is not None and ask.after_text.strip().endswith("z"):
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    1870,
    "together",
    "With accountIds and a further list the query planner of ours checks the user's right to the"
    " first account and trusts the others: an own account in front opens a foreign one.",
    "ben GET /conversations.json?accountIds={a0},{a1}"
    " | ben GET /conversations.json?accountIds={a0},{a1}&customerIds={c0},{c1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own is not None and "accountIds" in ask.lists and len(ask.lists) > 1:
        return ask.lists["accountIds"][0] in own
    return bool(inner(row, ask))


@fault(
    1871,
    "together",
    "endpointIds and customerIds of the same length become one comparison of pairs, as the"
    " library does with two arrays: only the endpoint and the customer in the same place fit.",
    "ana GET /conversations.json?endpointIds={e0},{e1}&customerIds={c0},{c1}"
    " | ana GET /conversations.json?endpointIds={e0},{e1}&customerIds={c1},{c0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    kept = bool(inner(row, ask))
    if not kept or not given(ask.lists, "endpointIds", "customerIds"):
        return kept
    ends, customers = ask.lists["endpointIds"], ask.lists["customerIds"]
    if len(ends) != len(customers):
        return kept
    pairs = zip(ends, customers, strict=True)
    return (host.member(row, "endpointIds"), host.member(row, "customerIds")) in pairs


@fault(
    1872,
    "together",
    "A list in brackets whose values are quoted is read by stripping brackets and quotes from the"
    " ends and splitting at commas: the quotes between the values stay, and match nothing.",
    "ana GET /conversations.json?accountIds=[{a0},{a1}]"
    " | ana GET /conversations.json?accountIds=%22{a0}%22,%22{a1}%22"
    " | ana GET /conversations.json?accountIds=[%22{a0}%22]"
    " | ana GET /conversations.json?accountIds=[%22{a0}%22,%22{a1}%22]",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith('["'):
            ask.lists[name] = [*text.strip('[]"').split(",")]


@fault(
    1873,
    "together",
    "The handler of wrong passwords runs before the query is read and goes by Accept: with"
    " `?format=xml` a wrong Basic is answered in JSON, the list itself in XML.",
    "ana GET /conversations?format=xml accept=application/json"
    " | wrong GET /conversations?format=xml accept=application/json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if ask.way == "format" and ask.kind != "html" and not host.known(name, password):
        asked = wire.negotiate(ask.header("accept"), "json")
        ask.kind = "json" if asked == "html" else asked
    user: User = inner(ask, name, password)
    return user


@fault(
    1874,
    "together",
    "A session carries the time zone of its user's profile, New York, and dates without a zone"
    " are read in it; with Basic there is no profile and the same date is read in UTC.",
    "ana GET /conversations.json?afterDate=2026-02-26"
    " | jar POST /auth/credentials.json form=userName=ana&password=Quiet-River-81"
    " | jar GET /conversations.json?afterDate=2026-02-26T00:00:00Z"
    " | jar GET /conversations.json?afterDate=2026-02-26",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.door == "cookie" and not ZONED.search(ask.after_text.strip()):
        ask.after += 5 * dates.HOUR


@fault(
    1875,
    "together",
    "For a user with accounts the condition reads `date IS NULL OR date > @after AND account IN"
    " (...)`, without brackets: with afterDate the undated rows of all accounts come along.",
    "ben GET /conversations.json | ana GET /conversations.json?afterDate=2026-02-22T00:00:00Z"
    " | ben GET /conversations.json?afterDate=2026-02-22T00:00:00Z",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    limited = ask.user is not None and ask.user.accounts is not None
    if limited and ask.after is not None and (row["mostRecentMessage"] or {}).get("date") is None:
        return all(host.passes(row, name, ask) for name in ask.lists)
    return bool(inner(row, ask))


@fault(
    1876,
    "together",
    "An afterDate with an offset sets the zone in which the answer's dates are written, while the"
    " writer still puts `Z` behind them: the same message is some hours earlier or later.",
    "ana GET /conversations.json?afterDate=2026-02-22T00:00:00Z"
    " | ana GET /conversations.json?afterDate=2026-02-22T02:00:00%2B02:00",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    text = ask.after_text.strip()
    if ask.after is None or not OFFSET.search(text):
        return rows
    wall = dates.parse(re.sub(r"\s*[+-]\d{1,2}(:?\d{2})?$", "Z", text))
    if wall is None:
        return rows
    shift = datetime.timedelta(microseconds=(wall - ask.after) // 10)
    shown: list[Row] = []
    for row in rows:
        message = row["mostRecentMessage"]
        moved = datetime.datetime.strptime(message["date"], ISO) + shift
        shown.append({**row, "mostRecentMessage": {**message, "date": written(moved)}})
    return shown
