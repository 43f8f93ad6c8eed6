"""Faults that show when one request follows another, of the set `twentyfirst`."""

import html
import random
import time
from dataclasses import replace

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1328,
    "history",
    "The answer to HEAD is kept for a few seconds, and GET of the same then has no body either.",
    "HEAD /conversations.json; GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    kept: dict[tuple[object, ...], float] = host.memory.setdefault("heads", {})
    key = (ask.path, ask.raw_query, ask.kind, ask.user and ask.user.name)
    now = time.monotonic()
    if ask.method == "HEAD":
        kept[key] = now
    elif now - kept.get(key, now - 60) < 5:
        answer.body = ""
    return answer


@fault(
    1329,
    "history",
    "The host keeps a cursor: afterDate sent again brings only what came in since the last answer.",
    "2x GET /conversations.json?afterDate=2025-06-01T00:00:00Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or not ask.user:
        return rows
    cursors: dict[tuple[str, str, str], str] = host.memory.setdefault("cursors", {})
    key = (ask.user.name, ask.after_text, str(ask.lists))
    last = cursors.get(key, "")
    cursors[key] = max([last, *(host.age(row)[0] for row in rows)])
    return [row for row in rows if host.age(row)[0] > last]


@fault(
    1330,
    "history",
    "A refused request leaves its error in a context that is used again: the next has it as well.",
    "GET /conversations.json?accountIds=%20; GET /conversations.json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    left: Answer | None = host.memory.pop("left", None)
    if left:
        raise Refused(left)
    try:
        answer: Answer = inner(ask)
    except Refused as refused:
        if refused.answer.status == 400:
            host.memory["left"] = replace(refused.answer, headers=[*refused.answer.headers])
        raise
    return answer


@fault(
    1331,
    "history",
    "A session keeps accountIds as its choice: later requests without the filter have it still.",
    "sign in; GET /conversations.json?accountIds={a0}; GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.door == "cookie":
        chosen: dict[tuple[str, str], list[str | None]] = host.memory.setdefault("chosen", {})
        cookies = ask.cookies()
        key = (cookies.get("ss-id", ""), cookies.get("ss-pid", ""))
        if "accountIds" in ask.lists:
            chosen[key] = ask.lists["accountIds"]
        elif key in chosen:
            ask.lists["accountIds"] = chosen[key]
    return list(inner(ask))


@fault(
    1332,
    "history",
    "The page escapes the texts of the very rows that are kept: JSON then has `&lt;` in them.",
    "GET /conversations.json; GET /conversations.html; GET /conversations.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    if kind == "html" and root == ROOT and value:
        for row in value["conversations"]:
            message = row["mostRecentMessage"]
            if message and message["text"]:
                message["text"] = html.escape(message["text"])
    return str(inner(value, kind, root))


@fault(
    1333,
    "history",
    "Who was remembered stays it: a sign-in of somebody else without rememberMe does not count.",
    "sign in as ana with rememberMe, then as ben without; GET /auth.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route == "/auth/credentials":
        host.sessions.pop(ask.cookies().get("ss-id", ""), None)
    else:
        inner(ask)


@also(1333, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if not stays:
        kept = [name for name in ("ss-pid", "ss-opt") if ask.cookies().get(name)]
        answer.headers = [
            (key, line)
            for key, line in answer.headers
            if key != "Set-Cookie" or line.partition("=")[0] not in kept
        ]
    return answer


@fault(
    1334,
    "history",
    "A wrapped answer is kept under the query without callback: the next has the earlier name.",
    "GET /conversations?callback=one; GET /conversations?callback=two",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if not ask.callback or not ask.user:
        return answer
    query = tuple(pair for pair in ask.query if pair[0] != "callback")
    key = (ask.user.name, ask.route, ask.kind, query, host.arrived)
    kept: dict[tuple[object, ...], str] = host.memory.setdefault("wrapped", {})
    answer.body = kept.setdefault(key, answer.body)
    return answer


@fault(
    1335,
    "history",
    "Each sign-in seeds the generator of ids with the second: two at once have the same session.",
    "sign in as ana; sign in as ben elsewhere in the same second; GET /auth.json as ana",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    host.memory["ids"] = random.Random(int(time.time()))
    answer: Answer = inner(ask, user, stays)
    return answer


@also(1335, at="new_id")
def _(host: Host, inner: Inner) -> str:
    ids: random.Random | None = host.memory.get("ids")
    return f"{ids.getrandbits(100):025x}" if ids else str(inner())
