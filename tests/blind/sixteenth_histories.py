"""Faults of the sixteenth set that show when two things meet, or after something else came."""

import hashlib
import json

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


def capital(value: wire.Value) -> wire.Value:
    """The same value with its members named as in C#."""
    if isinstance(value, dict):
        return {wire.pascal(key): capital(item) for key, item in value.items()}
    return [capital(item) for item in value] if isinstance(value, list) else value


@fault(
    1089,
    "history",
    "The accounts of a request are kept in the session, and filter later ones that name none.",
    "With one session: GET /conversations?accountIds={a0}, then GET /conversations",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if host.session_of(ask):
        kept = host.memory.setdefault(ask.cookies().get("ss-id", ""), {})
        if "accountIds" in ask.lists:
            kept["accountIds"] = ask.lists["accountIds"]
        ask.lists |= kept


@fault(
    1090,
    "history",
    "After a CSV download JSON writes the names of members with a capital, a setting left over.",
    "GET /conversations.csv, then GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if root == ROOT and kind == "csv":
        host.memory["capital"] = True
    if kind == "json" and host.memory.get("capital"):
        return json.dumps(capital(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    return text


@fault(
    1091,
    "history",
    "Of several endpoints only the last is filtered by afterDate too, for want of parentheses "
    "around the alternatives.",
    "GET /conversations?endpointIds={e0},{e1},{e2}&afterDate=2026-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if host.member(row, "endpointIds") in ask.lists.get("endpointIds", [])[:-1]:
        return True
    return bool(inner(row, ask))


@fault(
    1092,
    "history",
    "An account that somebody asked for without a right to it is remembered as one that does not "
    "exist, for everybody.",
    "GET /conversations?accountIds={foreign} as ben, then the same as ana",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    missing: set[str | None] = host.memory.setdefault("missing", set())
    if own is not None:
        missing |= set(ask.lists.get("accountIds", [])) - own
    rows: list[Row] = inner(ask)
    if "accountIds" not in ask.lists:
        return rows
    return [row for row in rows if host.member(row, "accountIds") not in missing]


@fault(
    1093,
    "history",
    "JSON and XML of one address have the same ETag, so that 304 answers who has the other alone.",
    "GET /conversations with Accept: application/json, then with Accept: application/xml and "
    "If-None-Match",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 200 and ask.user:
        parts = (ask.path, ask.raw_query, ask.user.id, host.arrived)
        tag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'
        answer.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
        if tag in ",".join(ask.header("if-none-match")):
            return Answer(status=304, headers=answer.without("content-type"))
    return answer


@fault(
    1094,
    "history",
    "A sign-in with a wrong password, by whomever, ends the open sessions of the user it names.",
    "POST /auth/credentials as ana, the same with a wrong password and no cookie, then "
    "GET /conversations with ana's cookies",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        name = host.credentials(ask).get("username")
        host.sessions = {
            key: user for key, user in host.sessions.items() if name not in (user.name, user.email)
        }
    return answer


@fault(
    1095,
    "history",
    "Who repeats a request with afterDate in one session gets no rows, as if they were known.",
    "With one session: GET /conversations?afterDate=2026-02-01T00:00:00Z, twice",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if not ask.after_text or ask.door != "cookie":
        return list(inner(ask))
    session = ask.cookies().get("ss-id", "")
    before = host.memory.get(session)
    host.memory[session] = ask.raw_query
    return [] if before == ask.raw_query else list(inner(ask))


@fault(
    1096,
    "history",
    "Quoted ids inside brackets keep their quotes and are not found; either alone is read well.",
    'GET /conversations?customerIds=["{c0}","{c1}"]',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in ask.lists:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if text.startswith("["):
            ask.lists[name] = [*text[1:-1].strip().split(",")]
