"""Faults of the twentieth set: statuses."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1296,
    "status",
    "A blank customerIds, which cannot be bound, is answered with 200 and all rows.",
    "GET /conversations.json?customerIds=%20",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    ask.query = [
        (key, value.strip() if key.lower() == "customerids" and not value.strip() else value)
        for key, value in ask.query
    ]
    inner(ask)


@fault(
    1297,
    "status",
    "The ErrorResponse to wrong Basic credentials is JSON, whichever format was asked for.",
    "GET /conversations.xml with a wrong password",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    if ask.kind != "html" and host.known(name, password) is None:
        ask.kind = "json"
    user: User = inner(ask, name, password)
    return user


@fault(
    1298,
    "status",
    "A sign-in by form with a wrong password is answered with 200.",
    "POST /auth/credentials.json with userName=ana&password=wrong",
    at="sign_in",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    media = "".join(ask.header("content-type"))
    if answer.status == 401 and media.startswith("application/x-www-form-urlencoded"):
        answer.status = 200
    return answer


@fault(
    1311,
    "status",
    "CSV answers 204 without a body where no row is after afterDate.",
    "GET /conversations.csv?afterDate=2030-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv" and ask.after is not None and answer.body.endswith('"[]"\r\n'):
        return Answer(status=204, headers=[("Vary", "Accept")])
    return answer
