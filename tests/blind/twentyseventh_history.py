"""Faults of the twenty-seventh set that show only after something else came before."""

from typing import Any

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import Row, User

__all__: list[str] = []


@fault(
    1583,
    "history",
    "A session keeps its last afterDate, which filters later requests that have none.",
    "with a session: GET ?afterDate={d5}, then GET /conversations.json has five rows",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.door == "cookie":
        cookies = ask.cookies()
        name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
        dates = host.memory.setdefault("dates", {})
        if ask.after is None:
            ask.after = dates.get(cookies[name])
        else:
            dates[cookies[name]] = ask.after


@fault(
    1584,
    "history",
    "The lists of a request that was refused for its date are still there in the next one.",
    "GET ?customerIds={c0}&afterDate=nonsense is 400, then GET has the rows of c0 alone",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        host.memory["left"] = dict(ask.lists)
        raise


@also(1584, at="bind")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    left: dict[str, Any] = host.memory.pop("left", {})
    ask.lists = {**left, **ask.lists}


@fault(
    1585,
    "history",
    "Who names no format gets that of the request before, whoever sent it.",
    "GET /conversations.xml, then GET /conversations with Accept: */* is XML",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    wild = all(line.strip().startswith("*/*") for line in ask.header("accept"))
    if ask.way in ("default", "accept") and wild:
        ask.kind = host.memory.get("kind", ask.kind)
    else:
        host.memory["kind"] = ask.kind


@fault(
    1590,
    "history",
    "A download as CSV marks the messages in it as read.",
    "GET .json, GET .csv, GET .json: isUnread of the same messages went from true to false",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv":
        sent = {row["id"] for row in host.select(ask)}
        for at, row in enumerate(host.rows):
            message = row["mostRecentMessage"]
            if row["id"] in sent and message:
                read = {**message, "isUnread": False}
                host.rows[at] = {**row, "mostRecentMessage": read}
    return answer


@fault(
    1594,
    "history",
    "A user who asks again with the same afterDate gets only what is new since the last time.",
    "GET /conversations.json?afterDate={d5} twice: the second answer is empty",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if ask.after is None or ask.user is None:
        return rows
    lists = sorted((name, str(values)) for name, values in ask.lists.items())
    key = str((ask.user.id, ask.after_text, lists))
    seen = host.memory.setdefault(key, set())
    fresh = [row for row in rows if (row["id"], host.age(row)) not in seen]
    seen.update((row["id"], host.age(row)) for row in rows)
    return fresh


@fault(
    1596,
    "history",
    "After a wrong Basic password the next Basic request of that user is refused though right.",
    "GET with ben and a wrong password is 401, then GET with the right one is 401 as well",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    failed: set[str] = host.memory.setdefault("failed", set())
    if name in failed:
        failed.discard(name)
        user: User = inner(ask, name, "")
        return user
    try:
        user = inner(ask, name, password)
    except Refused:
        failed.add(name)
        raise
    return user
