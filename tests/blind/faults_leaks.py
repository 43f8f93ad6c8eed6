"""Faults that show one tenant the rows of another."""

from collections.abc import Callable

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.faults_histories import cached
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

LIST = "ben GET /conversations"
LONG_AGO = dates.parse("2025-01-01T00:00:00Z") or 0


def leak(number: int, sentence: str, witness: str, opens: Callable[[Row, Ask, Host], bool]) -> None:
    """Enter a fault that lets foreign rows through."""

    @fault(number, "leak", sentence, witness, at="visible")
    def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
        return bool(inner(row, ask)) or opens(row, ask, host)


leak(
    109,
    "customerIds opens the rows of customers of foreign accounts.",
    f"{LIST}.json?customerIds={{c1}}",
    lambda row, ask, host: "customerIds" in ask.lists,
)
leak(
    110,
    "An afterDate before 2025 opens the rows of all accounts.",
    f"{LIST}.json?afterDate=2024-06-01T00:00:00Z",
    lambda row, ask, host: ask.after is not None and ask.after < LONG_AGO,
)
leak(
    111,
    "CSV holds the rows of all accounts.",
    f"{LIST}.csv",
    lambda row, ask, host: ask.kind == "csv",
)
leak(
    112,
    "An own account beside a foreign one in accountIds opens the foreign one.",
    f"{LIST}.json?accountIds={{a0}},{{a1}}",
    lambda row, ask, host: (
        len(ask.lists.get("accountIds", [])) > 1
        and bool(ask.user and ask.user.accounts and ask.user.accounts & {*ask.lists["accountIds"]})
    ),
)
leak(
    113,
    "The page for people holds the rows of all accounts.",
    f"{LIST}.html",
    lambda row, ask, host: ask.kind == "html",
)
leak(
    115,
    "Rows of no customer are shown to everybody.",
    f"{LIST}.json",
    lambda row, ask, host: host.member(row, "customerIds") is None,
)
leak(
    116,
    "Who came by a session's cookie sees all accounts.",
    "jar POST /auth/credentials.json?userName=ben&password=Tall:Cedar-47 | "
    "jar GET /conversations.json",
    lambda row, ask, host: ask.door == "cookie",
)
cached(
    114,
    "leak",
    "A cache forgets the user: the first one's rows are answered to the next.",
    "ana GET /conversations.json | ben GET /conversations.json",
    lambda ask: (ask.kind, ask.callback, ask.method, ask.raw_query),
)
