"""Faults that show where one client, or one user, comes after another."""

import dataclasses

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1630,
    "history",
    "A sign-in over another user's session keeps the accounts that the former might see.",
    "sign in as ana, then as ben with her cookies; GET /conversations.json has 160 rows",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    former = host.session_of(ask)
    answer: Answer = inner(ask)
    if former and answer.status == 200 and host.sessions:
        host.memory[f"scope {[*host.sessions][-1]}"] = former
    return answer


@also(1630, at="require")
def _(host: Host, inner: Inner, ask: Ask) -> User:
    user: User = inner(ask)
    cookies = ask.cookies()
    key = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id")
    former: User | None = host.memory.get(f"scope {key}")
    if ask.door == "cookie" and former:
        user = dataclasses.replace(user, accounts=former.accounts)
        ask.user = user
    return user


@fault(
    1634,
    "history",
    "The CSV of a query is kept as a file, and whoever asks the same gets it, made for whomever.",
    "GET /conversations.csv as ana, then as ben, who gets her 160 rows",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv" and answer.status == 200:
        answer.body = host.memory.setdefault(f"file {ask.raw_query}", answer.body)
    return answer


@fault(
    1636,
    "history",
    "ss-opt is set only where there is none, so a plain sign-in after a remembered one fails.",
    "sign in with rememberMe, sign out, sign in without it; GET /conversations.json is 401",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    if "ss-opt" in ask.cookies():
        answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-opt=")]
    return answer
