"""Other ways that the contract allows: a checker must stay quiet about each."""

import hashlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.blind import wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import CHALLENGE, FIELDS, PROBLEM, ROOT, Host
from tests.blind.world import Row

__all__ = ["HABITS", "Habit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One allowed way, and what puts it on."""

    name: str
    sentence: str
    apply: Callable[[Host], None]


HABITS: dict[str, Habit] = {}
Inner = Callable[..., Any]


def habit(name: str, sentence: str) -> Callable[[Callable[[Host], None]], Callable[[Host], None]]:
    """Enter a habit into the table."""

    def enter(apply: Callable[[Host], None]) -> Callable[[Host], None]:
        HABITS[name] = Habit(name=name, sentence=sentence, apply=apply)
        return apply

    return enter


@habit("oldest-first", "Rows come with the oldest first.")
def _(host: Host) -> None:
    def select(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        return list(reversed(inner(ask)))

    host.wrap("select", select)


@habit("unstable-order", "Rows come in another order each time.")
def _(host: Host) -> None:
    rng = random.Random(5)

    def select(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        rows: list[Row] = inner(ask)
        rng.shuffle(rows)
        return rows

    host.wrap("select", select)


@habit("nulls", "JSON writes members that are null.")
def _(host: Host) -> None:
    host.nulls = True


@habit("pretty", "JSON and XML are written with line breaks and indents.")
def _(host: Host) -> None:
    def write(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
        text: str = inner(value, kind, root)
        if kind == "json":
            return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
        return text.replace("><", ">\n  <") + "\n" if kind == "xml" else text

    host.wrap("write", write)


@habit("other-texts", "Errors have other texts and further members; sign-in tells more.")
def _(host: Host) -> None:
    def write(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
        if "responseStatus" in value:
            status = {**value["responseStatus"], "message": "Das geht so nicht.", "meta": None}
            value = {**value, "responseStatus": status}
        elif "userId" in value and kind == "json":
            value = {**value, "authProvider": "credentials", "meta": {"plan": "basic"}}
        return str(inner(value, kind, root))

    host.wrap("write", write)


@habit("chunked", "Bodies are chunked, in small pieces.")
def _(host: Host) -> None:
    host.chunked = True


@habit("gzip", "Bodies are compressed where the client takes it.")
def _(host: Host) -> None:
    host.zipped = True

    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        answer.headers = [*answer.without("vary"), ("Vary", "Accept, Accept-Encoding")]
        return answer

    host.wrap("respond", respond)


@habit("etag", "Answers have an ETag of their bytes, and 304 where the client has them already.")
def _(host: Host) -> None:
    def answer_with(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if answer.status != 200 or ask.method not in ("GET", "HEAD"):
            return answer
        tag = f'"{hashlib.sha256(answer.body.encode()).hexdigest()[:20]}"'
        answer.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
        if tag in ",".join(ask.header("if-none-match")):
            return Answer(status=304, headers=answer.without("content-type"))
        return answer

    host.wrap("respond", answer_with)


@habit("balancer-cookie", "A load balancer sets a cookie of its own on every answer.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        answer.headers.append(("Set-Cookie", "lb-node=7; Path=/; HttpOnly; SameSite=Lax"))
        answer.headers.append(("Strict-Transport-Security", "max-age=60"))
        return answer

    host.wrap("respond", respond)


@habit("basic-cookies", "Each request with Basic sets the four cookies anew.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if ask.door == "basic" and ask.user:
            for name in ("ss-id", "ss-pid"):
                line = f"{name}={host.new_id()}; path=/; samesite=lax; httponly"
                answer.headers.append(("Set-Cookie", line))
            answer.headers.append(("Set-Cookie", "ss-opt=temp; path=/; samesite=lax; httponly"))
        return answer

    host.wrap("respond", respond)


def refuse_unknown(host: Host, status: int) -> None:
    """Refuse a request that names an id which nobody has."""

    def select(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        for name in FIELDS:
            ids = {host.member(row, name) for row in host.rows}
            if any(value not in ids for value in ask.lists.get(name, [])):
                raise Refused(host.answer(ask, {}, ROOT, status))
        return list(inner(ask))

    host.wrap("select", select)


@habit("unknown-404", "An unknown id is answered with 404.")
def _(host: Host) -> None:
    refuse_unknown(host, 404)


@habit("foreign-403", "An account that the caller may not use is answered with 403.")
def _(host: Host) -> None:
    def select(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        own = ask.user.accounts if ask.user else None
        known = {host.member(row, "accountIds") for row in host.rows}
        named = {value for value in ask.lists.get("accountIds", []) if value in known}
        if own is not None and not named <= own:
            raise Refused(host.answer(ask, {}, ROOT, 403))
        return list(inner(ask))

    host.wrap("select", select)


@habit("refusal-403", "Who is not signed in gets 403 instead of 401.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if answer.status == 401 and ask.route == "/conversations":
            answer.status = 403
        return answer

    host.wrap("respond", respond)


@habit("no-jsonp", "`callback` wraps nothing.")
def _(host: Host) -> None:
    def read(host: Host, inner: Inner, ask: Ask) -> None:
        inner(ask)
        if ask.callback:
            ask.query = [pair for pair in ask.query if pair[0] != "callback"]
            ask.callback = ""
            wanted = ask.given("format").lower()
            if ask.way == "callback":
                lines = ask.header("accept")
                ask.kind = wanted if wanted in wire.MEDIA else wire.negotiate(lines, "json")

    host.wrap("read", read)


@habit("json-default", "Who names no format gets JSON.")
def _(host: Host) -> None:
    def read(host: Host, inner: Inner, ask: Ask) -> None:
        inner(ask)
        wild = all(line.strip().startswith("*/*") for line in ask.header("accept"))
        if ask.way in ("default", "accept") and wild:
            ask.kind = "json"

    host.wrap("read", read)


@habit("moving", "Rows arrive and change every 200 ms.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        while host.arrived < min(int((time.monotonic() - host.started) / 0.2), 2000):
            if host.arrived % 2:
                host.change()
            else:
                host.arrive()
        answer: Answer = inner(ask)
        return answer

    host.wrap("respond", respond)


@habit("arrivals", "A row arrives with every 30th request.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        if ask.number % 30 == 0:
            host.arrive()
        answer: Answer = inner(ask)
        return answer

    host.wrap("respond", respond)


@habit("slow", "Each answer takes 150 ms.")
def _(host: Host) -> None:
    host.delay = 0.15


@habit("no-message", "Some rows have no newest message.")
def _(host: Host) -> None:
    for number in (4, 40, 90):
        host.rows[number] = {**host.rows[number], "mostRecentMessage": None}


@habit("inclusive", "A message at the very instant of afterDate is kept.")
def _(host: Host) -> None:
    def later(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
        if ask.after is None:
            return True
        ask.after -= 1
        kept = bool(inner(row, ask))
        ask.after += 1
        return kept

    host.wrap("later", later)


@habit("malformed-400", "An id that is not 24 hexadecimal digits is refused with 400.")
def _(host: Host) -> None:
    def select(host: Host, inner: Inner, ask: Ask) -> list[Row]:
        digits = set("0123456789abcdefABCDEF")
        for values in ask.lists.values():
            if any(value and (len(value) != 24 or set(value) - digits) for value in values):
                raise Refused(host.answer(ask, {}, ROOT, 400))
        return list(inner(ask))

    host.wrap("select", select)


@habit("head-404", "HEAD has no route, as on the recorded hosts.")
def _(host: Host) -> None:
    def respond(host: Host, inner: Inner, ask: Ask) -> Answer:
        if ask.method == "HEAD":
            return Answer(status=404)
        answer: Answer = inner(ask)
        return answer

    host.wrap("respond", respond)


@habit("refusal-body", "Who is not signed in gets 403 with an ErrorResponse.")
def _(host: Host) -> None:
    def challenge(host: Host, inner: Inner, ask: Ask) -> Answer:
        answer: Answer = inner(ask)
        if answer.status != 401:
            return answer
        refused = host.answer(ask, wire.error("Forbidden", "Sign in first"), PROBLEM, 403)
        refused.headers.append(CHALLENGE)
        return refused

    host.wrap("challenge", challenge)
    HABITS["refusal-403"].apply(host)
