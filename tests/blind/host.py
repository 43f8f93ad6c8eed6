"""A small server of `GET /conversations`, written from the contract alone.

It shares nothing with the mock: what a checker finds in it was not tuned to it.
A fault or a habit wraps one method of `Host`; `python -m tests.blind.serve` starts one.
"""

import base64
import binascii
import datetime
import json
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from tests.blind import dates, wire
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.world import NEWEST, USERS, Row, User, arrival, make_rows, written

__all__ = ["FIELDS", "PROBLEM", "ROOT", "SIGNED", "Host"]

FIELDS = {
    "accountIds": ("mostRecentMessage", "accountId"),
    "endpointIds": ("endpointId",),
    "customerIds": ("mostRecentMessage", "customerId"),
}
NAMES = {name.lower(): name for name in (*FIELDS, "afterDate")}
ROOT = "ListConversationsResponse"
SIGNED = "AuthenticateResponse"
PROBLEM = "ErrorResponse"
CHALLENGE = ("WWW-Authenticate", 'basic realm="/auth/basic"')
WRONG = "Invalid Username or Password"
BLANK = "Unable to bind to request 'ListConversations'"


class Host:
    """The right server; its state is rows, sessions, and what faults remember."""

    def __init__(self) -> None:
        self.rows: list[Row] = make_rows()
        self.sessions: dict[str, User] = {}
        self.memory: dict[str, Any] = {}
        self.count = 0
        self.arrived = 0
        self.started = time.monotonic()
        self.delay = 0.0
        self.chunked = False
        self.zipped = False
        self.nulls = False

    def wrap(self, method: str, wrapper: Callable[..., Any]) -> None:
        """Put something around a method: it gets the host, the method and its arguments."""
        setattr(self, method, partial(wrapper, self, getattr(self, method)))

    def arrive(self) -> Row:
        """Let a newer row come in."""
        self.arrived += 1
        self.rows.append(arrival(self.arrived))
        return self.rows[-1]

    def change(self) -> None:
        """Let a newer message come in to a thread that is there."""
        self.arrived += 1
        row = self.rows[self.arrived * 17 % len(self.rows)]
        if row["mostRecentMessage"]:
            when = written(NEWEST + datetime.timedelta(minutes=7 * self.arrived))
            message = {**row["mostRecentMessage"], "date": when, "text": f"Again {self.arrived}"}
            self.rows[self.rows.index(row)] = {**row, "mostRecentMessage": message}

    def respond(self, ask: Ask) -> Answer:
        """Answer one request."""
        try:
            self.read(ask)
            answer = self.routed(ask)
        except Refused as refused:
            answer = refused.answer
        return answer

    def read(self, ask: Ask) -> None:
        """Settle route, format and query."""
        ask.query = parse_qsl(ask.raw_query, keep_blank_values=True)
        path = "/" + "/".join(part for part in unquote(ask.path).split("/") if part)
        stem, dot, suffix = path.rpartition(".")
        ask.route = (stem if dot and suffix in wire.MEDIA else path).lower()
        ask.callback = ask.given("callback")
        wanted = ask.given("format").lower()
        if dot and suffix in wire.MEDIA:
            ask.kind, ask.way = suffix, "suffix"
        elif ask.callback:
            ask.kind, ask.way = "json", "callback"
        elif wanted in wire.MEDIA:
            ask.kind, ask.way = wanted, "format"
        else:
            lines = ask.header("accept")
            ask.kind, ask.way = wire.negotiate(lines), "accept" if lines else "default"

    def routed(self, ask: Ask) -> Answer:
        """Send the request to its operation."""
        verb = "GET" if ask.method == "HEAD" else ask.method
        if ask.route == "/conversations" and verb == "GET":
            return self.conversations(ask)
        if ask.route == "/auth/credentials" and verb == "POST":
            return self.sign_in(ask)
        if ask.route == "/auth/logout" and verb in ("GET", "POST"):
            return self.sign_out(ask)
        if ask.route == "/auth" and verb == "GET":
            user = self.require(ask)
            return self.answer(ask, self.signed(ask, user), SIGNED)
        if ask.route == "/auth/status" and verb == "GET":
            return self.answer(ask, self.status_of(self.authenticate(ask)), "UserInfo")
        if ask.route == "/login" and verb == "GET":
            body = "<!doctype html><title>Sign in</title><p>Post to /auth/credentials.\n"
            return Answer(headers=[("Content-Type", "text/html")], body=body)
        return Answer(status=404)

    def conversations(self, ask: Ask) -> Answer:
        """The operation itself."""
        self.bind(ask)
        self.require(ask)
        self.after(ask)
        answer = self.answer(ask, {"conversations": self.select(ask)}, ROOT)
        if ask.kind == "csv":
            name = 'attachment;filename="ListConversations.csv"'
            answer.headers.append(("Content-Disposition", name))
        return answer

    def bind(self, ask: Ask) -> None:
        """Read the lists; a blank one cannot be bound."""
        for key, value in ask.query:
            if name := NAMES.get(key.lower()):
                ask.raw.setdefault(name, []).append(value)
        for name in FIELDS:
            text = ",".join(value for value in ask.raw.get(name, []) if value)
            if text and not text.strip():
                message = f"'{text}' is an Invalid value for '{name}'"
                code = "SerializationException"
                item = {"errorCode": code, "fieldName": name, "message": message}
                problem = wire.error(code, BLANK, [item])
                raise Refused(self.answer(ask, problem, PROBLEM, 200 if ask.callback else 400))
            if text and (values := wire.parse_list(text)):
                ask.lists[name] = values

    def after(self, ask: Ask) -> None:
        """Read the date; the service refuses one that is none."""
        ask.after_text = ",".join(value for value in ask.raw.get("afterDate", []) if value)
        if ask.after_text:
            ask.after = dates.parse(ask.after_text)
            if ask.after is None:
                raise Refused(self.answer(ask, {}, ROOT, 400))

    def select(self, ask: Ask) -> list[Row]:
        """The rows that the caller may see and that pass all filters, newest first."""
        chosen = [row for row in self.rows if self.keep(row, ask)]
        return sorted(chosen, key=self.age, reverse=True)

    def age(self, row: Row) -> tuple[str, str]:
        """What rows are ordered by."""
        return ((row["mostRecentMessage"] or {}).get("date") or "", row["id"])

    def keep(self, row: Row, ask: Ask) -> bool:
        """Whether one row is in the answer."""
        passed = all(self.passes(row, name, ask) for name in ask.lists)
        return self.visible(row, ask) and passed and self.later(row, ask)

    def visible(self, row: Row, ask: Ask) -> bool:
        """Whether the caller may see a row."""
        accounts = ask.user.accounts if ask.user else frozenset()
        return accounts is None or self.member(row, "accountIds") in accounts

    def passes(self, row: Row, name: str, ask: Ask) -> bool:
        """Whether a row is in one list."""
        value = self.member(row, name)
        return value is not None and value in ask.lists[name]

    def later(self, row: Row, ask: Ask) -> bool:
        """Whether the newest message is later than the date."""
        if ask.after is None:
            return True
        ticks = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
        return ticks is not None and ticks > ask.after

    def member(self, row: Row, name: str) -> str | None:
        """What a list is compared with."""
        value: Any = row
        for part in FIELDS[name]:
            value = (value or {}).get(part)
        return None if value is None else str(value)

    def answer(self, ask: Ask, value: wire.Value, root: str, status: int = 200) -> Answer:
        """Write a value in the format that was asked for."""
        body = self.write(value, ask.kind, root)
        answer = Answer(status=status, body=body)
        answer.headers = [("Content-Type", wire.MEDIA[ask.kind]), ("Vary", "Accept")]
        if ask.callback:
            name = "".join(
                c if c.isascii() and (c.isalnum() or c in "._") else "_" for c in ask.callback
            )
            answer.body = f"{name}({body})"
            if ask.kind == "json" and root != PROBLEM:
                answer.media("text/javascript")
        return answer

    def write(self, value: wire.Value, kind: str, root: str) -> str:
        """Encode a body."""
        return wire.encode(value, kind, root, nulls=self.nulls)

    def require(self, ask: Ask) -> User:
        """Who asks; refused if nobody does."""
        ask.user = self.authenticate(ask)
        if ask.user:
            return ask.user
        raise Refused(self.challenge(ask))

    def challenge(self, ask: Ask) -> Answer:
        """The answer to somebody who is not signed in."""
        if ask.kind == "html":
            answer = self.redirect(ask)
        elif ask.callback:
            ask.kind = "json"
            problem = wire.error("Unauthorized", "Not Authenticated")
            answer = self.answer(ask, problem, PROBLEM)
        else:
            answer = Answer(status=401, headers=[("Vary", "Accept")])
        answer.headers.append(CHALLENGE)
        return answer

    def redirect(self, ask: Ask) -> Answer:
        """Lead to the sign-in."""
        base = "http://" + (ask.header("host") or ["localhost"])[0]
        target = base + ask.path + ("?" + ask.raw_query if ask.raw_query else "")
        location = f"{base}/login?redirect={quote(target, safe='')}"
        return Answer(status=302, headers=[("Location", location), ("Vary", "Accept")])

    def authenticate(self, ask: Ask) -> User | None:
        """Basic first, then the session; wrong Basic is refused at once."""
        scheme, _, token = (ask.header("authorization") or [""])[0].strip().partition(" ")
        if scheme.lower() == "basic" and token.strip():
            pair = self.basic(ask, token.strip())
            if pair:
                ask.door = "basic"
                return self.check(ask, *pair)
        user = self.session_of(ask)
        if user:
            ask.door = "cookie"
        return user

    def basic(self, ask: Ask, token: str) -> tuple[str, str] | None:
        """Name and password; None where there is no colon or no password."""
        try:
            text = base64.b64decode(token, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            message = "The input is not a valid Base-64 string."
            problem = wire.error("FormatException", message)
            status = 200 if ask.callback else 400
            raise Refused(self.answer(ask, problem, PROBLEM, status)) from None
        name, colon, password = text.partition(":")
        return (name, password) if colon and password else None

    def check(self, ask: Ask, name: str, password: str) -> User:
        """The user of these credentials."""
        user = self.known(name, password)
        if user:
            return user
        if ask.kind == "html":
            raise Refused(self.redirect(ask))
        problem = wire.error("Unauthorized", WRONG)
        raise Refused(self.answer(ask, problem, PROBLEM, 200 if ask.callback else 401))

    def known(self, name: str, password: str) -> User | None:
        """Look a user up by name or e-mail address."""
        found = [user for user in USERS if name in (user.name, user.email)]
        return next((user for user in found if user.password == password), None)

    def session_of(self, ask: Ask) -> User | None:
        """The user of the session cookie that is in force."""
        cookies = ask.cookies()
        name = "ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id"
        return self.sessions.get(cookies.get(name, ""))

    def new_id(self) -> str:
        """What identifies a session."""
        return secrets.token_urlsafe(15)

    def signed(self, ask: Ask, user: User, session: str | None = None) -> wire.Value:
        """Who is signed in."""
        cookies = ask.cookies()
        kept = cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id")
        return {
            "userId": user.id,
            "sessionId": session or kept or self.new_id(),
            "userName": user.name,
            "displayName": user.display,
            "referrerUrl": None,
            "profileUrl": None,
            "roles": [*user.roles],
            "permissions": [],
        }

    def status_of(self, user: User | None) -> wire.Value:
        """The vendor's account of who is signed in."""
        if user is None:
            return {"isAuthenticated": False}
        return {
            "id": user.id,
            "isAuthenticated": True,
            "name": user.display,
            "emailAddress": user.email,
            "roles": [*user.roles],
        }

    def credentials(self, ask: Ask) -> dict[str, Any]:
        """What came in with a sign-in: JSON, a form, or the query."""
        media = (ask.header("content-type") or [""])[0].lower()
        found: dict[str, Any] = dict(ask.query)
        if media.startswith("application/json") and ask.body:
            try:
                value = json.loads(ask.body)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                problem = wire.error("SerializationException", "Could not deserialize the request")
                raise Refused(self.answer(ask, problem, SIGNED, 400))
            found |= value
        elif media.startswith("application/x-www-form-urlencoded"):
            found |= dict(parse_qsl(ask.body.decode("utf-8", "replace")))
        return {key.lower(): value for key, value in found.items()}

    def sign_in(self, ask: Ask) -> Answer:
        """Open a session; an earlier one of the same client ends."""
        given = self.credentials(ask)
        name, password = str(given.get("username") or ""), str(given.get("password") or "")
        if not name.strip() or not password.strip():
            problem = wire.error("ValidationException", "A name and a password are needed.")
            return self.answer(ask, problem, SIGNED, 500)
        user = self.known(name, password)
        if user is None:
            if ask.kind == "html":
                return self.redirect(ask)
            return self.answer(ask, wire.error("Unauthorized", WRONG), SIGNED, 401)
        self.forget(ask)
        stays = str(given.get("rememberme")).lower() == "true"
        return self.open(ask, user, stays)

    def open(self, ask: Ask, user: User, stays: bool) -> Answer:
        """Make the session and its cookies."""
        temporary, permanent = self.new_id(), self.new_id()
        session = permanent if stays else temporary
        self.sessions[session] = user
        answer = self.answer(ask, self.signed(ask, user, session), SIGNED)
        for name, value in (
            ("ss-id", temporary),
            ("ss-pid", permanent),
            ("ss-opt", "perm" if stays else "temp"),
            ("X-UAId", user.id),
        ):
            line = f"{name}={value}; path=/; samesite=lax; httponly"
            answer.headers.append(("Set-Cookie", line))
        return answer

    def forget(self, ask: Ask) -> None:
        """End the session that came with a request."""
        for name in ("ss-id", "ss-pid"):
            self.sessions.pop(ask.cookies().get(name, ""), None)

    def sign_out(self, ask: Ask) -> Answer:
        """End the session, and empty the cookies."""
        self.forget(ask)
        answer = self.answer(ask, {}, SIGNED)
        for name in ("ss-id", "ss-pid", "X-UAId"):
            line = f"{name}=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/; samesite=lax; httponly"
            answer.headers.append(("Set-Cookie", line))
        return answer
