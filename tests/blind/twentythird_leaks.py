"""Faults of the set `twentythird` that tell what they must not."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1410,
    "leak",
    "Checked Basic credentials are kept by the user's name alone: once they were right, any "
    "password is.",
    "GET /conversations.json with the right password, then with a wrong one",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    seen: dict[str, User] = host.memory.setdefault("seen", {})
    user = host.known(name, password)
    if user:
        seen[name] = user
    elif name in seen:
        return seen[name]
    found: User = inner(ask, name, password)
    return found


@fault(
    1411,
    "leak",
    "The handler goes on after the redirect to the sign-in: the body of the 302 holds the rows.",
    "GET /conversations.html without credentials",
    at="challenge",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 302 and ask.route == "/conversations":
        rows = sorted(host.rows, key=host.age, reverse=True)
        chosen = [row for row in rows if all(host.passes(row, name, ask) for name in ask.lists)]
        answer.body = host.write({"conversations": chosen}, "html", ROOT)
        answer.media("text/html")
    return answer


@fault(
    1412,
    "leak",
    "/auth/status fills in the user by the cookie X-UAId, also where the session has ended.",
    "sign in, sign out, GET /auth/status.json with the cookies of the sign-in",
    at="routed",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    number = ask.cookies().get("X-UAId")
    user = next((each for each in USERS if each.id == number), None)
    if ask.route != "/auth/status" or ask.method != "GET" or ask.door or not user:
        return answer
    return host.answer(ask, {**host.status_of(user), "isAuthenticated": False}, "UserInfo")
