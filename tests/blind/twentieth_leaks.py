"""Faults of the twentieth set: leaks."""

from dataclasses import replace

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1302,
    "leak",
    "A row whose newest message has no date is shown to users of every account.",
    "GET /conversations.json as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    undated = (row["mostRecentMessage"] or {"date": ""})["date"] is None
    return bool(inner(row, ask)) or (undated and ask.user is not None)


@fault(
    1303,
    "leak",
    "By a session, accountIds that name one own account open the foreign ones beside it.",
    "sign in as ben; GET /conversations.json?accountIds={own},{foreign} with the cookies",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = (ask.user.accounts if ask.user else None) or frozenset()
    if ask.door == "cookie" and own & set(ask.lists.get("accountIds", [])):
        return True
    return bool(inner(row, ask))


@fault(
    1304,
    "leak",
    "CSV exports with afterDate are kept by their filters alone, not by who asks.",
    "GET /conversations.csv?afterDate={d30} as ana, then as ben",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.kind != "csv" or ask.after is None:
        return list(inner(ask))
    lists = {name: tuple(values) for name, values in ask.lists.items()}
    kept = host.memory.setdefault("exports", {})
    key = (ask.after, tuple(sorted(lists.items())))
    if key not in kept:
        kept[key] = inner(ask)
    return list(kept[key])


@fault(
    1305,
    "leak",
    "Who signs in with another user's session still there sees that user's accounts.",
    "sign in as ana, then as ben with ana's cookies; GET /conversations.json with the new ones",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    earlier, before = host.session_of(ask), set(host.sessions)
    answer: Answer = inner(ask)
    if earlier:
        for session in set(host.sessions) - before:
            user = host.sessions[session]
            host.sessions[session] = replace(user, accounts=earlier.accounts)
    return answer
