"""Turn an identity's name into the headers or the sign-in body that stand for it.

The only place that reveals a secret. Cookies of answers are kept here too, so that no law needs
to see them.
"""

import base64
import json
import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote, urlencode

from mockserver.checks.messages import PLANTED_ID, Request, Response
from mockserver.checks.sending.guards import SIGN_IN, SIGN_OUT
from mockserver.checks.sending.target import Secret, Target, TargetOptions

__all__ = ["IN_SESSION", "Identities"]

_TELLING = 6
_LONG_ID = 12
# The paths whose answers name the session of whoever asks.
_SIGNING = "/auth"
# Who comes by name and password → whose sessions are no secret for him.
_WHOSE = {
    "user": "user", "basic": "user", "mail": "user", "other": "other", "other-mail": "other",
}  # fmt: skip
_ALTERED = 4
# With a quote, which ends a text for a database, and beyond ASCII, which Basic may bring as well.
_NOBODY = ("mockserver-check-o'nobody", "no such pässword")
_FORGED = "ss-id=AAAAAAAAAAAAAAAAAAAA; ss-pid=BBBBBBBBBBBBBBBBBBBB; ss-opt=temp"
# How the names of those end who sign in beside the cookies of a session.
IN_SESSION = "-in-session"
_IN_HEADERS = ("ss-id", "ss-pid")
# What a session hangs on; the second says which of the ids is in force.
_OF_SESSION = (*_IN_HEADERS, "ss-opt")
# As other programs on the same host leave them in a browser.
_BEFORE, _BEHIND = {"theme": "mode=dark", "app-ss-id": "1"}, {"_ga": "GA1.1.20"}
_AGENT, _BROWSER = "mockserver-check", "Mozilla/5.0 (compatible; mockserver-check)"
_FORM = "application/x-www-form-urlencoded"
# Those who come with a name and a password that are right.
_TYPING = ("user", "basic", "other", "mail", "other-mail", "planted")
# Those who come with a password that is wrong.
_WRONG = (
    "wrong", "wrong-in-session", "prefixed", "extended", "cased", "colon",
)  # fmt: skip
# Those who come with the e-mail address that the target told.
_MAILS = ("mail", "other-mail")
# Those whose client names the charset of what it sends.
_NAMES_CHARSET = ("other", "other-mail")
# Whose e-mail address an answer tells.
_TOLD_MAIL = ("basic", "other")
_MAIL = re.compile(r"[^\s:@]+@[^\s:@]+")
# What makes a browser keep a cookie when it is closed.
_LASTING = re.compile(r"(?i)(?:^|;)\s*(?:expires=(?!\w+,[ ]01[ -]Jan[ -]1970)|max-age=\"?[1-9])")


class Identities:
    """Hold the credentials of one run and the cookies that the target gave."""

    def __init__(self, options: TargetOptions, target: Target) -> None:
        """Take the credentials from the options."""
        self._user = (options.user or "", _reveal(options.password))
        self._other = (options.other_user or "", _reveal(options.other_password))
        self._mode = target.auth
        self._has_user = options.user is not None
        self.has_other = options.other_user is not None
        self._own: dict[str, str] = {}
        self._probe: dict[str, str] = {}
        self._former: dict[str, str] = {}
        # Whose the two are; empty for nobody's, or where that is not known.
        self._owner = self._former_owner = ""
        self._kept: set[str] = set()
        self._mails: dict[str, str] = {}
        self._planted = dict.fromkeys(_IN_HEADERS, PLANTED_ID)
        if target.auth == "session":
            self._own["ss-id"] = _reveal(options.session)

    @property
    def needs_sign_in(self) -> bool:
        """Say whether `user` has to sign in before the first request."""
        return self._mode == "cookie" and self._has_user and not self._own

    @property
    def is_signed_in(self) -> bool:
        """Say whether the run made a session that it should end."""
        return self._mode == "cookie" and bool(self._own)

    @property
    def has_both_ways(self) -> bool:
        """Say whether name and password are known, so that another way to sign in may be tried."""
        return self._has_user and self._mode != "session"

    def use(self, mode: Literal["basic", "cookie"]) -> None:
        """Appear as the user in another way from now on."""
        self._mode = mode

    def headers(self, auth: str) -> list[tuple[str, str]]:
        """Return the Authorization or Cookie header of an identity; may be empty."""
        if auth == "user":
            if self._mode == "basic":
                return [_basic(*self._user)] if self._has_user else []
            return _cookie(self._own)
        if auth in ("session", "session-shaken"):
            return _cookie(self._probe)
        if auth == "session-beside":
            return [*_cookie(self._probe), _basic(*self._other)]
        if auth == "session-crowded":
            # Of the three that the framework gives, a session that ends with the browser hangs on
            # the first alone.
            is_short = self._probe.get("ss-opt") == "temp" and "ss-id" in self._probe
            needless = ("ss-pid", "ss-opt") if is_short else ()
            own = {name: value for name, value in self._probe.items() if name not in needless}
            return _cookie({**_BEFORE, **own, **_BEHIND} if own else {})
        if auth == "session-mixed":
            kept = {name: self._probe[name] for name in _OF_SESSION if name in self._probe}
            return _cookie({**self._probe, **self._former, **kept} if kept else self._probe)
        if auth == "session-unremembered":
            return _cookie({**self._probe, "ss-opt": "temp"} if self._probe else {})
        if auth == "session-kept":
            return _cookie({n: value for n, value in self._probe.items() if n in self._kept})
        if auth == "session-header":
            return [(f"X-{name}", self._probe[name]) for name in _IN_HEADERS if name in self._probe]
        fixed = {
            "none": [],
            "planted": _cookie(self._planted),
            "former": _cookie(self._former),
            "altered": _cookie({name: _altered(value) for name, value in self._probe.items()}),
            "forged": [("Cookie", _FORGED)],
            "bearer": [("Authorization", "Bearer mockserver-check-made-up-token")],
            "bearer-empty": [("Authorization", "Bearer")],
            "malformed": [("Authorization", "Basic ?not base64?")],
            "colonless": [("Authorization", f"Basic {_encoded(self._user[0])}")],
            # Names of schemes have no case.
            "basic": [_basic(*self._user, scheme="basic")],
            # As old browsers encode it.
            "extended": [_basic(*self._pair("extended"), charset="latin-1")],
        }
        return fixed[auth] if auth in fixed else [_basic(*self._pair(auth))]

    def all_headers(self, request: Request, user_agent: str | None) -> list[tuple[str, str]]:
        """Return every header of a request; with an empty `Accept` none is sent."""
        names = {name.lower() for name, _ in request.headers}
        # Who names a page's origin is a browser, as most servers tell by their first word.
        agent = _BROWSER if "origin" in names else _AGENT
        headers = [("User-Agent", user_agent or agent), *request.headers]
        headers += [
            pair
            for pair in (("Accept", "application/json"), ("Accept-Encoding", "gzip"))
            if pair[0].lower() not in names
        ]
        headers = [pair for pair in headers if pair[1] or pair[0].lower() != "accept"]
        if request.path == SIGN_IN:
            return [*headers, *self.sign_in_headers(request)]
        return headers + self.headers(request.auth)

    def sign_in_headers(self, request: Request) -> list[tuple[str, str]]:
        """Return the headers of a sign-in.

        `planted` brings ids of its own under known names; who signs in by his e-mail address ends
        the connection. The other user's client names the charset, as that of .NET does, and so does
        a form of who is not to be remembered.
        """
        is_form = request.signs_by == "form"
        names_charset = request.auth in _NAMES_CHARSET or (is_form and request.remember == "false")
        charset = "; charset=utf-8" if names_charset else ""
        kind = _FORM if is_form else "application/json"
        # An address has no body, and so no type of one.
        headers = [] if request.signs_by == "query" else [("Content-Type", kind + charset)]
        if request.auth.endswith(IN_SESSION):
            return [*headers, *_cookie(self._probe)]
        if request.auth in _MAILS:
            # What follows comes on another connection, as behind a load balancer.
            return [*headers, ("Connection", "close")]
        if request.auth != "planted":
            return headers
        self._planted = dict.fromkeys((*_IN_HEADERS, *self._probe), PLANTED_ID)
        return [*headers, *_cookie(self._planted)]

    def body(self, request: Request) -> bytes:
        """Return the body with which an identity signs in; empty where the address holds it."""
        username, password = self._pair(request.auth)
        if request.signs_by == "query":
            return b""
        members: dict[str, object] = {"userName": username, "password": password}
        if request.signs_by == "form":
            return self._as_form(request).encode()
        if request.remember:
            members["rememberMe"] = request.remember == "true"
        return json.dumps({"provider": "credentials", **members}, ensure_ascii=False).encode()

    def query(self, request: Request) -> str:
        """Return the query of a request, with name and password where they stand in the address."""
        is_by_query = request.path == SIGN_IN and request.signs_by == "query"
        return self._as_form(request) if is_by_query else request.query

    def _as_form(self, request: Request) -> str:
        username, password = self._pair(request.auth)
        rest = {"password": password}
        rest |= {"rememberMe": request.remember} if request.remember else {}
        # Any character may be percent-encoded; few clients write letters so.
        name = "".join(f"%{byte:02X}" for byte in username.encode())
        return f"userName={name}&{urlencode(rest)}"

    def name(self, auth: str) -> str:
        """Return the user name that an identity types; empty where it types none."""
        return self._pair(auth)[0] if auth in _TYPING else ""

    def learn(self, response: Response) -> None:
        """Keep what an answer gives: cookies in a session, and the user's e-mail address.

        As in a browser another cookie takes the place of the one that the sign-in gave; those that
        a sign-out takes away stay, to see that they open nothing.
        """
        if response.status != 200:
            return
        if response.request.auth == "session" and response.request.path != SIGN_OUT:
            self._take(response.header_values("set-cookie"), self._probe)
        if response.request.auth in _TOLD_MAIL:
            self._learn_mail(response)

    def _learn_mail(self, response: Response) -> None:
        try:
            told = json.loads(response.body)
        except (ValueError, RecursionError):
            return
        mail = told.get("emailAddress") if isinstance(told, dict) else None
        if isinstance(mail, str) and _MAIL.fullmatch(mail):
            self._mails[response.request.auth] = mail

    def keep(self, set_cookies: Iterable[str], *, is_own: bool, owner: str = "user") -> None:
        """Keep the cookies that a sign-in of the owner gave, in place of those of the last one."""
        jar = self._own if is_own else self._probe
        if not is_own and jar:
            self._former, self._former_owner = dict(jar), self._owner
        if not is_own:
            self._owner = owner
        jar.clear()
        if not is_own:
            self._kept.clear()
        self._take(set_cookies, jar)

    def keep_session(self, response: Response) -> None:
        """Keep what a sign-in of a law gave; in a session beside its cookies, as a browser does."""
        given, auth = response.header_values("set-cookie"), response.request.auth
        if auth.endswith(IN_SESSION):
            self._take(given, self._probe)
            self._owner = ""
        else:
            self.keep(given, is_own=False, owner=_WHOSE.get(auth, ""))

    def _take(self, set_cookies: Iterable[str], jar: dict[str, str]) -> None:
        for line in set_cookies:
            pair, _, attributes = line.partition(";")
            name, _, value = pair.strip().partition("=")
            if name and value:
                jar[name] = value
                if jar is self._probe and _LASTING.search(attributes):
                    self._kept.add(name)

    def is_told(self, auth: str, body: bytes, headers: Iterable[tuple[str, str]]) -> bool:
        """Say whether an answer holds a password of the run, as it is or as Basic sends it.

        A short one may stand by chance. One that is wrong counts as well where it was sent: who
        repeats it repeats the right one.
        """
        sent = [self._pair(auth)] if auth in _WRONG else []
        known = [pair for pair in (self._user, self._other, *sent) if len(pair[1]) >= _TELLING]
        texts = [text for pair in known for text in (pair[1], _token(*pair))]
        # In the charset in which it was sent.
        headers_sent = self.headers(auth) if any(pair in known for pair in sent) else []
        texts += [value.removeprefix("Basic ") for _, value in headers_sent]
        shown = (body, *(unquote(value).encode() for _, value in headers))
        return any(text.encode() in part for text in texts for part in shown)

    def is_session_told(self, request: Request, body: bytes, given: Iterable[str]) -> bool:
        """Say whether an answer tells the id of a session of the run to whom it is not to be told.

        Nobody is told one in a body, beside those of signing in; there, and in a cookie, only who
        brings none and is another user, or nobody.

        Args:
            given: the answer's Set-Cookie lines.
        """
        jars = (
            (self._own, "user"),
            (self._probe, self._owner),
            (self._former, self._former_owner),
        )
        brings_none = self._brings_no_session(request.auth)
        reader = _WHOSE.get(request.auth, "")
        cookies = "\n".join(given).encode()
        for jar, owner in jars:
            ids = [jar[n].encode() for n in _IN_HEADERS if len(jar.get(n, "")) >= _LONG_ID]
            is_others = bool(owner) and brings_none and reader != owner
            is_told = is_others or not request.path.startswith(_SIGNING)
            shown = (body if is_told else b"", cookies if is_others else b"")
            if any(value in text for value in ids for text in shown):
                return True
        return False

    def _brings_no_session(self, auth: str) -> bool:
        """Say whether an identity brings no session, or one that is its own."""
        names = {name for name, _ in self.headers(auth)} - {"Authorization"}
        return auth in _WHOSE or not (names or auth.endswith(IN_SESSION))

    def forget(self) -> None:
        """Drop the run's own session."""
        self._own.clear()

    def _pair(self, auth: str) -> tuple[str, str]:
        username, password = self._user
        pairs = {
            "user": self._user,
            "basic": self._user,
            "planted": self._user,
            "mail": (self._mails.get("basic", username), password),
            "other-mail": (self._mails.get("other", self._other[0]), self._other[1]),
            "other": self._other,
            "user-in-session": self._user,
            "other-in-session": self._other,
            "unknown": _NOBODY,
            "wrong": (username, "not-" + password[::-1]),
            "wrong-in-session": (username, "not-" + password[::-1]),
            "empty": (username, ""),
            "prefixed": (username, password[:-1]),
            "extended": (username, password + "é"),
            "cased": (username, _other_case(password)),
            "colon": (username, f"{password}:x"),
            "nameless": ("", password),
            "swapped": (username, self._other[1] if self._other[1] != password else f"{password}x"),
        }
        return pairs[auth]


def _altered(text: str) -> str:
    """Return a text with other characters of the same kind at its end."""
    end = "".join("w" if character != "w" else "k" for character in text[-_ALTERED:])
    return text[:-_ALTERED] + end


def _other_case(password: str) -> str:
    """Return a password that differs by case; where none can, one that is wrong anyway."""
    changed = password.swapcase()
    return changed if changed != password else f"not-{password}"


def _reveal(secret: Secret | None) -> str:
    return "" if secret is None else secret.reveal()


def _basic(
    username: str, password: str, *, charset: str = "utf-8", scheme: str = "Basic"
) -> tuple[str, str]:
    return ("Authorization", f"{scheme} {_encoded(f'{username}:{password}', charset)}")


def _token(username: str, password: str) -> str:
    return _encoded(f"{username}:{password}")


def _encoded(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset, "replace")).decode()


def _cookie(jar: dict[str, str]) -> list[tuple[str, str]]:
    return [("Cookie", "; ".join(f"{n}={v}" for n, v in jar.items()))] if jar else []
