"""Faults of the sessions and their cookies in one place."""

from tests.blind import wire
from tests.blind.exchange import Answer, Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, also, fault
from tests.blind.world import User


@fault(
    1882,
    "header",
    "A gateway in front keeps the headers of an answer in a dictionary and joins those of one name"
    " with commas, so the cookies of a sign-in come in a single line.",
    "jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 GET /conversations.json",
    at="open",
)
def folded(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    lines = [value for name, value in answer.headers if name == "Set-Cookie"]
    answer.headers = [*answer.without("set-cookie"), ("Set-Cookie", ", ".join(lines))]
    return answer


@fault(
    1894,
    "session",
    "The option cookie is written from a field that is filled only after the cookies are out; it"
    " says `temp` after a sign-in with rememberMe too, and the session is not found.",
    "jar1 POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    "&rememberMe=true | jar1 GET /conversations.json",
    at="open",
)
def always_temporary(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    answer: Answer = inner(ask, user, stays)
    answer.headers = [(n, v.replace("ss-opt=perm", "ss-opt=temp")) for n, v in answer.headers]
    return answer


@fault(
    1895,
    "session",
    "Sign-out was written for links; the POST route was added later, and its handler empties the"
    " cookies without removing the session from the store.",
    "jar1 POST /auth/credentials?format=json form=userName=ben&password=Tall:Cedar-47"
    " | jar1 keep POST /auth/logout?format=json | jar1 keep GET /conversations.json",
    at="sign_out",
)
def cookies_alone(host: Host, inner: Inner, ask: Ask) -> Answer:
    kept = dict(host.sessions)
    answer: Answer = inner(ask)
    if ask.method == "POST":
        host.sessions.update(kept)
    return answer


@fault(
    1896,
    "session",
    "The answer to a sign-in takes its sessionId from `ss-id` in every case; with rememberMe that"
    " is not the cookie in force, and apps that store the id are signed out.",
    "jar1 POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    "&rememberMe=true",
    at="signed",
)
def temporary_id(
    host: Host, inner: Inner, ask: Ask, user: User, session: str | None = None
) -> wire.Value:
    value = inner(ask, user, session)
    made = host.memory.get("made", [])
    return {**value, "sessionId": made[-2]} if session and len(made) > 1 else value


@also(1896, at="new_id")
def remember_id(host: Host, inner: Inner) -> str:
    made = str(inner())
    host.memory.setdefault("made", []).append(made)
    return made


@fault(
    1897,
    "session",
    "The names of the cookies that a sign-out empties are a constant of the time before"
    " rememberMe; `ss-pid` is not among them and stays with the browser.",
    "jar1 POST /auth/credentials?format=json form=userName=ana&password=Quiet-River-81"
    "&rememberMe=true | jar1 GET /auth/logout?format=json",
    at="sign_out",
)
def permanent_stays(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    answer.headers = [pair for pair in answer.headers if not pair[1].startswith("ss-pid=")]
    return answer
