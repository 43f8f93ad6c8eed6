"""Faults of the twenty-sixth set in how somebody signs in."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1541,
    "session",
    "A sign-in folds its cookies into one Set-Cookie line, of which clients read the first alone.",
    "POST /auth/credentials",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for key, value in answer.headers if key == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    1542,
    "session",
    "A password is compared over its own length (strncmp): with anything behind it, it is right.",
    "GET /conversations.json, Basic with the right password and an x behind it",
    at="known",
)
def _(host: Host, inner: Inner, name: str, password: str) -> User | None:
    found = [user for user in USERS if name in (user.name, user.email)]
    return next((user for user in found if password.startswith(user.password)), None)
