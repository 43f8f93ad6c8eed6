"""Faults of the twentieth set: histories."""

import re

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import User

__all__: list[str] = []


@fault(
    1306,
    "history",
    "After a date that is none, the same user's next afterDate loses its offset.",
    "GET /conversations.json?afterDate=soon, then ?afterDate={d5 - 1 h, written in +02:00}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    key = "spoiled " + (ask.user.name if ask.user else "")
    try:
        inner(ask)
    except Refused:
        host.memory[key] = True
        raise
    if ask.after is not None and host.memory.pop(key, False):
        text = ask.after_text.strip()
        if found := re.fullmatch(r"(.*T.*)[+-]\d\d:\d\d", text, re.IGNORECASE):
            ask.after = dates.parse(found[1] + "Z")


@fault(
    1307,
    "history",
    "16 lists of endpointIds are kept ready; the next new one falls on the slot of the first.",
    "GET /conversations.json?endpointIds={e0}, then {e1}, ... up to {e16}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "endpointIds" not in ask.lists:
        return
    ready = host.memory.setdefault("ready", {})
    key = tuple(ask.lists["endpointIds"])
    if key not in ready:
        ready[key] = next(iter(ready)) if ready and len(ready) % 16 == 0 else key
    ask.lists["endpointIds"] = [*ready[key]]


@fault(
    1314,
    "history",
    "After JSONP the next JSON that is chosen by Accept is named text/javascript.",
    "GET /conversations?callback=f, then GET /conversations with Accept: application/json",
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    if ask.callback:
        host.memory["script"] = True
    elif ask.kind == "json" and ask.way == "accept" and host.memory.pop("script", False):
        answer.media("text/javascript")
    return answer


@fault(
    1316,
    "history",
    "There are eight slots for sessions: the ninth sign-in takes the first's, and its user too.",
    "sign in as ben, then eight times as ana; GET /conversations.json with ben's cookies",
    at="open",
)
def _(host: Host, inner: Inner, ask: Ask, user: User, stays: bool) -> Answer:
    before = set(host.sessions)
    answer: Answer = inner(ask, user, stays)
    order = host.memory.setdefault("order", [])
    order += set(host.sessions) - before
    last = len(order) - 1
    for session in order[last % 8 : last : 8]:
        if session in host.sessions:
            host.sessions[session] = user
    return answer
