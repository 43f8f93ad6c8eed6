"""Faults that need two or three conditions at once."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, Row

__all__: list[str] = []


@fault(
    1511,
    "mixture",
    "XML with afterDate is read from a reporting view that knows no tenants.",
    "GET /conversations.xml?afterDate=2026-01-01T00:00:00Z as ben",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return (ask.kind == "xml" and ask.after is not None) or bool(inner(row, ask))


@fault(
    1512,
    "mixture",
    "From the twentieth request on, XML writes the direction of an outgoing message as 1.",
    "20 times GET /conversations.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind == "xml" and host.count >= 20:
        return text.replace("<Direction>Outgoing</Direction>", "<Direction>1</Direction>")
    return text


@fault(
    1513,
    "mixture",
    "A session with rememberMe is stored without its accounts: the user sees every account.",
    "sign in as ben with rememberMe; GET /conversations.json",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    lasting = ask.door == "cookie" and ask.cookies().get("ss-opt") == "perm"
    return lasting or bool(inner(row, ask))


@fault(
    1514,
    "mixture",
    "Several accountIds and several customerIds are paired by their places, the first with the "
    "first and so on.",
    "GET /conversations.json?accountIds={a0},{a1}&customerIds={c1},{c0}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = ask.lists.get("accountIds", [])
    customers = ask.lists.get("customerIds", [])
    kept = bool(inner(row, ask))
    if len(accounts) < 2 or len(customers) < 2:
        return kept
    pair = (host.member(row, "accountIds"), host.member(row, "customerIds"))
    return kept and pair in zip(accounts, customers, strict=False)


@fault(
    1515,
    "mixture",
    "Where Accept asks for XML and the service refuses the date, the body is JSON under the "
    "media type of XML.",
    "GET /conversations?afterDate=never with Accept: application/xml",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused as refused:
        if ask.kind == "xml" and ask.way == "accept":
            refused.answer.body = "{}"
        raise


@fault(
    1516,
    "mixture",
    "A sign-in puts the new name into the session before it looks at the password: after a "
    "refusal the old session is the other user's.",
    "sign in as ben; POST /auth/credentials as ana with a wrong password; GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        name = str(host.credentials(ask).get("username") or "")
        named = [user for user in USERS if name in (user.name, user.email)]
        cookies = ask.cookies()
        session = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")
        if named and session in host.sessions:
            host.sessions[session] = named[0]
    return answer
