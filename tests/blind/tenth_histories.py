"""Tenth faults of the sign-in and of sessions."""

from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import as_form
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

ANA = as_form("ana", "Quiet-River-81")
BEN = as_form("ben", "Tall:Cedar-47")
ROWS = "jar1 GET /conversations.json"


@fault(
    741,
    "session",
    "A sign-in goes on under the session id that the client brought along.",
    f"jar1 {BEN} | jar1 {ANA} | {ROWS}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    brought = ask.cookies().get("ss-id")
    if brought:
        host.memory["brought"] = brought
    return inner(ask, user, stays)  # type: ignore[no-any-return]


@also(741, at="new_id")
def _(host: Host, inner: Inner) -> str:
    return str(host.memory.pop("brought", None) or inner())


@fault(
    742,
    "session",
    "A sign-in sets the session's user before it looks at the password.",
    f"jar1 {ANA} | jar1 keep {as_form('ben', 'Not-The-One-3')} | {ROWS}",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 401:
        name = host.credentials(ask).get("username")
        user = next((user for user in USERS if name in (user.name, user.email)), None)
        for cookie in ("ss-id", "ss-pid"):
            session = ask.cookies().get(cookie, "")
            if user and session in host.sessions:
                host.sessions[session] = user
    return answer


@fault(
    743,
    "session",
    "The cookie `X-UAId` with a user's number is enough to be that user.",
    "none GET /conversations.json cookie=X-UAId=1",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    number = ask.cookies().get("X-UAId")
    return inner(ask) or next((user for user in USERS if user.id == number), None)


@fault(
    744,
    "session",
    "The cookies of a sign-in are joined by commas into one header line.",
    f"jar1 {ANA} | {ROWS}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    745,
    "session",
    "The session's cookies hold for the path of the sign-in alone.",
    f"jar1 {ANA}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [(name, value.replace("path=/;", "path=/auth;"))
                      for name, value in answer.headers]  # fmt: skip
    return answer


@fault(
    746,
    "session",
    "A session is known on the connection alone on which it was opened.",
    f"jar1 {ANA} | {ROWS} & {ROWS} & {ROWS} & {ROWS}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    for session in set(host.sessions) - before:
        host.memory[session] = ask.peer
    return answer


@also(746, at="session_of")
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    cookies = ask.cookies()
    places = [host.memory.get(cookies.get(name, "")) for name in ("ss-id", "ss-pid")]
    return inner(ask) if ask.peer in places else None
