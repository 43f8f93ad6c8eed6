"""The twenty-second set: wrong statuses and headers."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []


@fault(
    1377,
    "status",
    "Where no row is found the answer is 204, with nothing in it.",
    "GET /conversations.json?afterDate=2100-01-01T00:00:00Z",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if answer.status == 200 and not host.select(ask):
        return Answer(status=204, headers=[("Vary", "Accept")])
    return answer


@fault(
    1378,
    "status",
    "Who is not signed in is led to a relative address.",
    "GET /conversations.html without credentials",
    at="redirect",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [
        (name, value[value.index("/login") :] if name == "Location" else value)
        for name, value in answer.headers
    ]
    return answer
