"""Define the values that cross the checker's one way out: a request asked, a response read.

Laws and plans work on these alone; client.py turns the one into the other. `AUTHS` lists every
identity that a request may carry. Credentials are filled in by the client and appear in no value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["AUTHS", "PLANTED_ID", "Identity", "Request", "Response", "Send"]

# The session id of `planted`: none that a server would draw.
PLANTED_ID = "mockserverCheckPlanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Describe one way to appear: what it sends, and whether a live target may see it."""

    help: str
    is_live: bool = False


# A real user's name never goes to a live target with a password that is not his.
AUTHS: Mapping[str, Identity] = MappingProxyType(
    {
        "user": Identity(help="the given user, by the target's way to sign in", is_live=True),
        "other": Identity(help="the second user, by Basic", is_live=True),
        "none": Identity(help="no credentials", is_live=True),
        "unknown": Identity(help="Basic with a made-up user", is_live=True),
        "bearer": Identity(help="a made-up bearer token", is_live=True),
        "bearer-empty": Identity(help="`Bearer` without a token", is_live=True),
        "malformed": Identity(help="Basic that is not base64"),
        "basic": Identity(
            help="the given user by `basic`, its name in small letters, whatever the target's way"
        ),
        "wrong": Identity(help="the given user with a wrong password"),
        "wrong-in-session": Identity(help="signs in with a wrong password and a session's cookies"),
        "user-in-session": Identity(help="signs in as the given user, with a session's cookies"),
        "other-in-session": Identity(help="signs in as the second user, with a session's cookies"),
        "empty": Identity(help="the given user with an empty password"),
        "prefixed": Identity(help="the given user with a password that lacks its last character"),
        "extended": Identity(help="the given user with a password that is one character longer"),
        "cased": Identity(help="the given user with a password whose letters change their case"),
        "colon": Identity(help="the given user with a password that a colon and a letter follow"),
        "colonless": Identity(help="the given user's name without a colon and a password"),
        "nameless": Identity(help="the given user's password without a name"),
        "swapped": Identity(help="the given user with the second user's password"),
        "forged": Identity(help="session cookies that nobody was given"),
        "altered": Identity(help="the cookies of the last sign-in, their last characters changed"),
        "former": Identity(help="the cookies of the sign-in before the last one"),
        "session": Identity(help="the cookies of the last `POST /auth/credentials` of this run"),
        "mail": Identity(help="the given user by the e-mail address that the target told"),
        "other-mail": Identity(help="the second user by the e-mail address that the target told"),
        "session-shaken": Identity(
            help="the same after a refused sign-in, which may have ended it"
        ),
        "session-crowded": Identity(
            help="these cookies between those of other programs; of a session that ends with the"
            " browser without `ss-pid` and `ss-opt`"
        ),
        "session-mixed": Identity(
            help="the session of the last sign-in, beside its other cookies those of the one before"
        ),
        "session-beside": Identity(help="these cookies, and the second user by Basic"),
        "session-unremembered": Identity(
            help="these cookies, which say that the session ends with the browser"
        ),
        "session-kept": Identity(help="what of these cookies a browser keeps that was closed"),
        "session-header": Identity(help="the same session by the header `X-ss-id`"),
        "planted": Identity(help="session cookies of our own making; may sign in as the user"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Hold one request to the target.

    Attributes:
        method: GET or HEAD; POST for sign-in and sign-out.
        path: relative to the target's base path, such as `/conversations.json`.
        query: as sent, percent-encoded, without `?`.
        headers: only those that the client's allow-list knows. Without `Accept` the client asks
            for JSON; with an empty `Accept` it sends none.
        body: given for odd inputs on loopback only; the client writes the body of a sign-in.
        signs_by: how a sign-in brings name and password: `json`, `form` or `query`.
        remember: its `rememberMe`: `true`, `false` or empty for no word of it.
        auth: a name of `AUTHS`.
        purpose: the law's id, or what else it is for; written to the audit log.
        is_hostile: whether the input is meant to harm; never sent to a live target.
        is_extra: whether it confirms or reduces a finding, which has a purse of its own.
    """

    method: str = "GET"
    path: str = "/conversations"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    signs_by: str = "json"
    remember: str = ""
    auth: str = "user"
    purpose: str = ""
    is_hostile: bool = False
    is_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Hold one answer, its body decoded from its Content-Encoding and bounded.

    Headers and body may hold the target's data: `repr` shows neither. It is secure if it came by
    TLS, and tells a password or a session if it holds one of the run's where none has to stand.
    `typed_name` is the user name that the request signed in by; empty for none.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    elapsed_seconds: float
    request: Request = field(repr=False)
    is_secure: bool = False
    tells_password: bool = False
    tells_session: bool = False
    typed_name: str = field(default="", repr=False)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return every value of a header in the wire's order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @property
    def content_type(self) -> str:
        """Return the media type in lower case without parameters; empty if there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()


Send = Callable[[Request], Response]
