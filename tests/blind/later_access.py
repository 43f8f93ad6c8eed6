"""Later faults of sign-in and sessions, of tenants, and of what errors tell."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import PROBLEM, SIGNED, WRONG, Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import USERS, Row, User

__all__: list[str] = []

LIST = "GET /conversations.json"
SIGN_IN = "POST /auth/credentials.json"
ANA = "form=userName=ana&password=Quiet-River-81"


@fault(
    157,
    "session",
    "A sign-out by POST empties the cookies, and the session lives on.",
    f"jar1 {SIGN_IN} {ANA} | jar1 keep POST /auth/logout.json | jar1 {LIST}",
    at="forget",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if ask.route != "/auth/logout" or ask.method != "POST":
        inner(ask)


@fault(
    158,
    "session",
    "A sign-in that is to be remembered opens no session that can be used.",
    f"jar1 {SIGN_IN} {ANA}&rememberMe=true | jar1 {LIST}",
    at="session_of",
)
def _(host: Host, inner: Inner, ask: Ask) -> User | None:
    return host.sessions.get(ask.cookies().get("ss-id", ""))


@fault(
    159,
    "session",
    "Wrong Basic credentials fall back to the session that comes along.",
    f"jar1 {SIGN_IN} {ANA} | jar1 {LIST} auth=ana:Not-The-One-3",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    user = host.known(name, password) or host.session_of(ask)
    return user or inner(ask, name, password)


@fault(
    160,
    "session",
    "A wrong password is welcome where the client has a session already.",
    f"jar1 {SIGN_IN} {ANA} | jar1 {SIGN_IN} form=userName=ana&password=Not-The-One-3",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    user = host.session_of(ask)
    answer: Answer = inner(ask)
    if user and answer.status == 401:
        return host.answer(ask, host.signed(ask, user), SIGNED)
    return answer


@fault(
    161,
    "session",
    "Small and capital letters of a password are the same.",
    f"none {LIST} auth=ana:quiet-river-81",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if user.password.lower() == password.lower()), None)


@fault(
    162,
    "session",
    "Nobody can sign in by an e-mail address.",
    f"jar1 {SIGN_IN} form=userName=ana@example.com&password=Quiet-River-81",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    user: User | None = inner(name, password)
    return None if "@" in name else user


@fault(
    163,
    "leak",
    "Rows without a customer are shown to every tenant.",
    f"ben {LIST}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return host.member(row, "customerIds") is None or bool(inner(row, ask))


@fault(
    164,
    "leak",
    "The ten newest rows come from a list that all tenants share.",
    f"ben {LIST}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return row["id"] in host.memory.get("hot", ()) or bool(inner(row, ask))


@also(164, at="select")
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    host.memory["hot"] = {row["id"] for row in sorted(host.rows, key=host.age)[-10:]}
    return list(inner(ask))


@fault(
    165,
    "secret",
    "The refusal of a wrong password repeats it.",
    f"wrong {LIST}",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    host.memory["tried"] = f"{name}:{password}"
    user: User | None = inner(name, password)
    return user


@also(165, at="write")
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    status = (value.get("responseStatus") or {}) if isinstance(value, dict) else {}
    if status.get("message") == WRONG:
        tried = host.memory.get("tried", "")
        value = {**value, "responseStatus": {**status, "message": f"{WRONG} ({tried})"}}
    return str(inner(value, kind, root))


@fault(
    166,
    "secret",
    "The refusal of a date shows the address of the store, with its password.",
    f"ana {LIST}?afterDate=soon",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    try:
        inner(ask)
    except Refused:
        store = "mongodb://voice:Winter-Harbor-5@db.example.com:27017/voice"
        problem = wire.error("MongoCommandException", f"Query failed on {store}: bad date")
        raise Refused(host.answer(ask, problem, PROBLEM, 400)) from None
