"""Seventh faults that depend on what was asked before."""

import time
from dataclasses import replace
from typing import Any

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.fifth_common import MARK, stated
from tests.blind.fourth_common import LIST
from tests.blind.host import ROOT, Host
from tests.blind.seventh_common import JSON
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []

WINDOW = 0.3
BUFFER = 2048
EXPORT = ("Content-Disposition", 'attachment;filename="ListConversations.csv"')


def name_of(ask: Ask) -> str:
    """The caller's name, empty for a stranger."""
    return ask.user.name if ask.user else ""


@fault(
    562,
    "history",
    "After a date that was refused, the next date of that user filters nothing.",
    f"{LIST}?afterDate=soon | {LIST}?afterDate={stated(MARK, 0, 0)}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    key = f"spoilt {name_of(ask)}"
    try:
        inner(ask)
    except Refused:
        host.memory[key] = True
        raise
    if ask.after is not None and host.memory.pop(key, False):
        ask.after = None


@fault(
    565,
    "history",
    "Requests for one address within a moment share an answer, whatever `Accept` says.",
    "ana GET /conversations accept=application/json | ana GET /conversations accept=text/csv",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    caller = ask.header("authorization") + ask.header("cookie")
    key = f"shared {ask.method} {ask.path}?{ask.raw_query} {caller}"
    since, kept = host.memory.get(key, (0.0, None))
    if isinstance(kept, Answer) and time.monotonic() - since < WINDOW:
        return replace(kept, headers=[*kept.headers])
    answer: Answer = inner(ask)
    host.memory[key] = time.monotonic(), replace(answer, headers=[*answer.headers])
    return answer


@fault(
    566,
    "history",
    "A row that has come in is in JSON at once, and in other formats when the next one comes.",
    f"31x {LIST} | ana GET /conversations.xml",
    at="select",
    habit="arrivals",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    late = host.rows[-1]["id"] if host.arrived and ask.kind != "json" else None
    return [row for row in rows if row["id"] != late]


@fault(
    567,
    "history",
    "A prepared query has as many places as the list before: a longer one loses its end.",
    f"{LIST}?accountIds={{a0}},{{a1}} | {LIST}?accountIds={{a0}},{{a1}},{{a2}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        places = host.memory.get(f"places {name}", 1)
        host.memory[f"places {name}"] = len(values)
        if places > 1:
            ask.lists[name] = values[:places]


@fault(
    568,
    "history",
    "Answers are kept by the second of their date: another instant of it gets the same rows.",
    f"{LIST}?afterDate={MARK[:19]}.000Z | {LIST}?afterDate={MARK[:19]}.999Z",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.after is None:
        return list(inner(ask))
    key = f"second {name_of(ask)} {ask.after // dates.SECOND} {sorted(ask.lists.items())}"
    if key not in host.memory:
        host.memory[key] = inner(ask)
    return list(host.memory[key])


@fault(
    570,
    "history",
    "After an answer by JSONP, the next refusal of anybody has status 200 as well.",
    f"ana GET /conversations?callback=show | {LIST}?afterDate=soon",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.callback:
        host.memory["script"] = True
    elif answer.status in (400, 401) and host.memory.pop("script", False):
        answer.status = 200
    return answer


@fault(
    571,
    "history",
    "After a download of CSV, the user's next answer is one too, whatever its format.",
    f"ana GET /conversations.csv | {LIST}",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    key = f"download {name_of(ask)}"
    if ask.kind == "csv":
        host.memory[key] = True
    elif host.memory.pop(key, False):
        answer.headers.append(EXPORT)
    return answer


@fault(
    574,
    "history",
    "Whose rows may be seen is set by requests without lists; those with lists take what is set.",
    f"ana {JSON} | ben {JSON}?customerIds={{c1}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    user = ask.user
    if ask.lists:
        ask.user = host.memory.get("tenant", user)
    else:
        host.memory["tenant"] = user
    rows: list[Row] = inner(ask)
    ask.user = user
    return rows


@fault(
    575,
    "history",
    "A refused date leaves its user behind, and the next stranger is taken for him.",
    f"{LIST}?afterDate=soon | none {JSON}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = ask.user
        raise


@also(575, at="authenticate")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    return user or host.memory.pop("left", None)


@fault(
    576,
    "history",
    "A refusal is written over the last answer in its buffer, whose rest goes out behind it.",
    f"{LIST} | ben {JSON}?afterDate=soon",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    answer: Answer = inner(ask, value, root, status)
    if status >= 400:
        answer.body += host.memory.get("buffer", "")[len(answer.body) :]
    elif root == ROOT:
        host.memory["buffer"] = answer.body[:BUFFER]
    return answer
