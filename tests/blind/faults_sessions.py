"""Faults of sign-in, sessions and secrets."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import WRONG, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, User

__all__: list[str] = []

LIST = "ana GET /conversations.json"
IN = "POST /auth/credentials.json?userName=ana&password=Quiet-River-81"
STAY = f"{IN}&rememberMe=true"


@fault(
    47,
    "secret",
    "The answer to a sign-in tells the password.",
    f"jar {IN}",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    host.memory["password"] = str(host.credentials(ask).get("password"))
    answer: Answer = inner(ask)
    return answer


@also(47, at="signed")
def _(host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None) -> wire.Value:
    value = inner(ask, user, session)
    return {**value, "meta": {"password": host.memory.get("password")}}


@fault(
    48,
    "secret",
    "The refusal of wrong Basic credentials repeats the password.",
    "wrong GET /conversations.json",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        refused.answer.body = refused.answer.body.replace(WRONG, f"{WRONG} ({name}, {password})")
        raise
    return user


@fault(
    49,
    "secret",
    "Lists may be kept by any cache: `Cache-Control: public, max-age=300`.",
    LIST,
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers.append(("Cache-Control", "public, max-age=300"))
    return answer


@fault(
    50,
    "secret",
    "A page of any origin may read the list with the user's credentials.",
    f"{LIST} origin=https://evil.example.com",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    for origin in ask.header("origin"):
        answer.headers.append(("Access-Control-Allow-Origin", origin))
        answer.headers.append(("Access-Control-Allow-Credentials", "true"))
    return answer


@fault(
    69,
    "secret",
    "The session's cookie is open to scripts: no HttpOnly.",
    f"jar {IN}",
    at="respond",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [
        (name, value.replace("; httponly", "") if value.startswith("ss-id=") else value)
        for name, value in answer.headers
    ]
    return answer


@fault(
    70,
    "secret",
    "The refusal of a blank list shows the stack of the server.",
    f"{LIST}?accountIds=%20",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    status = value.get("responseStatus")
    if status and status["errorCode"] == "SerializationException":
        stack = "   at Voice.Api.Binder.Bind(String text) in /src/Voice.Api/Binder.cs:line 88"
        value = {"responseStatus": {**status, "stackTrace": stack}}
    return str(inner(value, kind, root))


@fault(
    51,
    "session",
    "GET /auth/logout empties the cookies, and the session lives on.",
    f"jar {IN} | jar keep GET /auth/logout.json | jar GET /conversations.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if not (ask.route == "/auth/logout" and ask.method == "GET"):
        inner(ask)


@fault(
    52,
    "session",
    "A session that was to be remembered outlives its sign-out.",
    f"jar {STAY} | jar keep GET /auth/logout.json | jar GET /conversations.json",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if not (ask.route == "/auth/logout" and ask.cookies().get("ss-opt") == "perm"):
        inner(ask)


@fault(
    53,
    "session",
    "A refused sign-in sets a cookie that opens the user's list.",
    "jar POST /auth/credentials.json?userName=ana&password=guess | jar GET /conversations.json",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    name = host.credentials(ask).get("username")
    user = next((user for user in USERS if user.name == name), None)
    if answer.status == 401 and user:
        session = host.new_id()
        host.sessions[session] = user
        line = f"ss-id={session}; path=/; samesite=lax; httponly"
        answer.headers.append(("Set-Cookie", line))
    return answer


@fault(
    54,
    "session",
    "Each sign-in of a user gets the same session id.",
    f"jar {IN} | jar2 {IN}",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    kept = host.memory.setdefault(user.name, [host.new_id(), host.new_id()])
    host.memory["ids"] = [*kept]
    answer: Answer = inner(ask, user, stays)
    return answer


@also(54, at="new_id")
def _(host: Host, inner: Inner) -> str:
    ids = host.memory.get("ids")
    return str(ids.pop(0)) if ids else str(inner())


@fault(
    55,
    "session",
    "A sign-in keeps the session id that the client brought.",
    f"none {IN} cookie=ss-id=CHOSEN",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    brought = ask.cookies().get("ss-id")
    host.memory["ids"] = [brought] if brought else []
    answer: Answer = inner(ask, user, stays)
    return answer


@also(55, at="new_id")
def _(host: Host, inner: Inner) -> str:
    ids = host.memory.get("ids")
    return str(ids.pop(0)) if ids else str(inner())


@fault(
    56,
    "session",
    "A session is known by the first twelve characters of its cookie.",
    f"jar {IN} | jar spoil GET /conversations.json",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    user: User | None = inner(ask)
    sent = [value for name, value in ask.cookies().items() if name in ("ss-id", "ss-pid")]
    for session, owner in host.sessions.items():
        if any(len(value) >= 12 and value[:12] == session[:12] for value in sent):
            return owner
    return user


@fault(
    57,
    "session",
    "A password is compared without regard to case.",
    "none GET /conversations.json auth=ana:QUIET-RIVER-81",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    for user in USERS:
        if name in (user.name, user.email) and password.lower() == user.password.lower():
            return user
    return None


@fault(
    58,
    "session",
    "Whatever stands behind the right password is passed over.",
    "none GET /conversations.json auth=ana:Quiet-River-81x",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    for user in USERS:
        if name in (user.name, user.email) and password.startswith(user.password):
            return user
    return None
