"""Faults of the twenty-sixth set that tell somebody what is not theirs to know."""

from urllib.parse import quote

from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import USERS, User

__all__: list[str] = []


@fault(
    1538,
    "leak",
    "HEAD needs no sign-in: anybody gets 200, and the length of what the administrator would see.",
    "HEAD /conversations.json, without credentials",
    at="require",
)
def _(host: Host, inner: Inner, ask: Ask) -> User:
    try:
        user: User = inner(ask)
    except Refused:
        if ask.method != "HEAD" or ask.route != "/conversations":
            raise
        user = ask.user = USERS[0]
    return user


@fault(
    1539,
    "leak",
    "The redirect after wrong Basic credentials repeats name and password in Location.",
    "GET /conversations, Accept: text/html, wrong Basic",
    at="check",
)
def _(host: Host, inner: Inner, ask: Ask, name: str, password: str) -> User:
    try:
        user: User = inner(ask, name, password)
    except Refused as refused:
        further = f"&userName={quote(name, safe='')}&password={quote(password, safe='')}"
        refused.answer.headers = [
            (key, value + further if key == "Location" else value)
            for key, value in refused.answer.headers
        ]
        raise
    return user


@fault(
    1540,
    "leak",
    "A CSV download says Cache-Control: public for an hour, so that a shared cache hands one"
    " caller's rows to the next.",
    "GET /conversations.csv",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.kind == "csv":
        answer.headers.append(("Cache-Control", "public, max-age=3600"))
    return answer
