"""Faults of the set `twentythird` that show only where two or three things meet."""

import dataclasses
import re
import struct
from typing import Any

from tests.blind import dates
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault, given
from tests.blind.world import Row, User

__all__: list[str] = []

EPOCH = dates.parse("1970-01-01") or 0
SWAPPED = {"endpointIds": "customerIds", "customerIds": "endpointIds", "accountIds": "accountIds"}
BLOCK = 4096


@fault(
    1423,
    "mixture",
    "Where accountIds meets endpointIds, two sorted lists of rows are merged up to the last but "
    "one: the last common row is lost.",
    "GET /conversations.json?accountIds={a0}&endpointIds={e0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not given(ask.lists, "accountIds", "endpointIds"):
        return rows
    every = sorted(host.rows, key=host.age, reverse=True)
    one, two = (
        [at for at, row in enumerate(every) if host.passes(row, name, ask)]
        for name in ("accountIds", "endpointIds")
    )
    common: set[str] = set()
    i = j = 0
    while i < len(one) - 1 and j < len(two) - 1:
        if one[i] == two[j]:
            common.add(every[one[i]]["id"])
        if one[i] <= two[j]:
            i += 1
        else:
            j += 1
    return [row for row in rows if row["id"] in common]


@fault(
    1424,
    "mixture",
    "Where all three lists are given, the query's places are filled by the alphabet: endpoints are "
    "compared with customers, and nothing is found.",
    "GET /conversations.json?accountIds={a0}&endpointIds={e0}&customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if given(ask.lists, *SWAPPED):
        return host.member(row, name) in [v for v in ask.lists[SWAPPED[name]] if v is not None]
    return bool(inner(row, name, ask))


def real(ticks: int) -> float:
    """Seconds of the epoch in a column of the type REAL, which has steps of 128 seconds."""
    value: float = struct.unpack("f", struct.pack("f", (ticks - EPOCH) / dates.SECOND))[0]
    return value


@fault(
    1425,
    "mixture",
    "endpointIds with afterDate is answered from an index whose dates are floats of 32 bits: rows "
    "less than about two minutes after the date are lost.",
    "GET /conversations.json?endpointIds={e of d5}&afterDate={d5-1ms}",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or "endpointIds" not in ask.lists:
        return bool(inner(row, ask))
    ticks = dates.row_ticks(host.age(row)[0])
    return ticks is not None and real(ticks) > real(ask.after)


@fault(
    1426,
    "mixture",
    "More than eight values are asked for in groups of eight, and a last group that is not full "
    "is lost.",
    "GET /conversations.json?endpointIds={e0..e9}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        if len(values) > 8:
            ask.lists[name] = values[: len(values) // 8 * 8]


@fault(
    1427,
    "mixture",
    "The rows of several accounts are put together in a map by date: of rows of the same instant "
    "one is left.",
    "GET /conversations.json?accountIds={a0,a1,a2,a3}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(set(ask.lists.get("accountIds", []))) < 2:
        return rows
    merged: dict[str, Row] = {}
    for row in rows:
        merged.setdefault(host.age(row)[0], row)
    return list(merged.values())


@fault(
    1428,
    "mixture",
    "The CSV export reads the first 19 characters of afterDate, and so no offset.",
    "GET /conversations.csv?afterDate={d5 in +05:30}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    if ask.after is not None and ask.kind == "csv" and re.search(r":\d\d.*[+-]\d\d:?\d\d$", text):
        ask.after = dates.parse(text[:19]) or ask.after


@fault(
    1429,
    "mixture",
    "XML that is compressed goes out in blocks of 4 KB and is never flushed: a long answer lacks "
    "its end.",
    "GET /conversations.xml with Accept-Encoding: gzip",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status in (204, 304):
        return answer
    host.zipped = True
    answer.headers = [*answer.without("vary"), ("Vary", "Accept, Accept-Encoding")]
    content = answer.body.encode()
    taken = "gzip" in ",".join(ask.header("accept-encoding"))
    if taken and ask.kind == "xml" and len(content) > 2 * BLOCK:
        whole = content[: len(content) // BLOCK * BLOCK]
        answer.body = whole.decode("utf-8", "ignore")
    return answer


@fault(
    1430,
    "mixture",
    "For a user with accounts of their own, accountIds is cut to those; if none is left, nothing "
    "is filtered, and all their rows come.",
    "as ben: GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    if own is not None and not own & set(ask.lists.get("accountIds", [])):
        ask.lists.pop("accountIds", None)
    rows: list[Row] = inner(ask)
    return rows


@fault(
    1431,
    "mixture",
    "A row that the user may not see is set to null instead of taken out; XML, which writes nulls, "
    "shows it as an empty item.",
    "as ben: GET /conversations.xml",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Any]:
    own = ask.user.accounts if ask.user else None
    if ask.kind != "xml" or own is None:
        return list(inner(ask))
    chosen = [
        row
        for row in sorted(host.rows, key=host.age, reverse=True)
        if all(host.passes(row, name, ask) for name in ask.lists) and host.later(row, ask)
    ]
    return [row if host.visible(row, ask) else None for row in chosen]


@fault(
    1432,
    "mixture",
    "A page renews the session's id in ss-id alone; a session with rememberMe, which hangs on "
    "ss-pid, is over.",
    "sign in with rememberMe, GET /conversations.html, GET /conversations.json",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    page = ask.route == "/conversations" and ask.kind == "html" and answer.status == 200
    cookies = ask.cookies()
    if page and ask.door == "cookie" and cookies.get("ss-opt") == "perm":
        user = host.sessions.pop(cookies.get("ss-pid", ""), None)
        if user:
            session = host.new_id()
            host.sessions[session] = user
            line = f"ss-id={session}; path=/; samesite=lax; httponly"
            answer.headers.append(("Set-Cookie", line))
    return answer


@fault(
    1433,
    "mixture",
    "A client that signs in as somebody else keeps the accounts of its earlier session.",
    "sign in as ana, then with her cookies as ben: GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["earlier"] = host.session_of(ask)
    answer: Answer = inner(ask)
    host.memory["earlier"] = None
    return answer


@also(1433, at="open")
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    earlier: User | None = host.memory.get("earlier")
    if earlier:
        user = dataclasses.replace(user, accounts=earlier.accounts)
    answer: Answer = inner(ask, user, stays)
    return answer
