"""Say what each answer of sign-in, sign-out and of who is signed in must be, and compare it.

An ask is a symbolic query: its route, who asks, the form of the body, the type asked for and
`rememberMe` say what the contract settles of the answer, whatever was asked before. What hangs on
that (sessions that live and end) is for the laws on sessions. A host need not know every route,
form or type: what it says it does not know is not judged, and other types than JSON are where it
was seen to answer in one.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.decoding.decode_object import Members, decode_object
from mockserver.checks.decoding.decode_xml import is_well_formed
from mockserver.checks.expectation import STRANGERS
from mockserver.checks.facts import Page
from mockserver.checks.judgement import Judgement, holds, vacuous, violated
from mockserver.checks.laws.session_cookies import Cookie, read_cookie
from mockserver.checks.plan import Query
from mockserver.checks.sending.guards import SIGN_IN, SIGN_OUT, WHO

__all__ = [
    "NOBODY",
    "SEEN_IN_ALL",
    "SignExpectation",
    "compare_sign",
    "expect_sign",
    "is_plain_sign_in",
    "members_of",
    "shown_by",
]

# What a host was seen to do: answer in the type asked for, other than JSON; refuse in it.
TYPES, ERROR_TYPES = "sign-in types", "sign-in error types"
# What whoever replays a finding has seen before.
SEEN_IN_ALL = frozenset({TYPES, ERROR_TYPES, "basic", "other", "session"})
_AUTH, _STATUS = WHO
_KINDS = {value: kind for kind, value in MEDIA_TYPES.items()}
_RIGHT = ("user", "basic", "other", "mail", "other-mail", "planted")
# Who is let in nowhere.
NOBODY = STRANGERS | {"wrong-in-session"}
_REFUSED = (401, 403)
_KNOWN = frozenset(
    {"@accept", "@auth", "@body", "@header-origin", "@method", "@path", "@remember", "continue"}
)
_OPTIONS = {"true": "perm", "false": "temp", "": "temp"}
_TELLING = {
    _AUTH: ("userid", "username", "sessionid", "displayname"),
    _STATUS: ("id", "name", "emailaddress", "firstname", "lastname"),
}
_IDS = {"perm": "ss-pid", "temp": "ss-id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignExpectation:
    """Hold what an answer must be.

    Attributes:
        route: what is asked: to sign in or out, or one of the two ways to ask who is signed in.
        kind: the type asked for.
        tells: whom the answer must tell of: `somebody`, `nobody`, or empty where that hangs on
            what was asked before.
        option: how the session is held, `perm` or `temp`; empty where that is open.
        goes_on: the path on this host to which a browser is sent on; empty for none.
        features: what the target has to be seen to know before a refusal is judged.
    """

    route: str
    kind: str
    tells: Literal["somebody", "nobody", ""] = ""
    option: str = ""
    goes_on: str = ""
    features: frozenset[str] = frozenset()


def is_plain_sign_in(asked: Query) -> bool:
    """Say whether a query is the plainest sign-in, which others are compared with."""
    return len(asked.terms) == len(asked.without("@accept", "@body", "@remember").terms)


def expect_sign(asked: Query) -> SignExpectation | None:
    """Return what a query must give; None where it is none of these, or that is open."""
    route, method = asked.directive("path"), asked.directive("method", "GET")
    verbs = {SIGN_IN: ("POST",), SIGN_OUT: ("GET", "POST"), _AUTH: ("GET",), _STATUS: ("GET",)}
    kind = _KINDS.get(asked.directive("accept", MEDIA_TYPES["json"]))
    if method not in verbs.get(route, ()) or kind is None:
        return None
    if any(term.name not in _KNOWN for term in asked.terms):
        return None
    identity = asked.directive("auth", "user")
    tells: Literal["somebody", "nobody", ""] = ""
    if route == SIGN_OUT or identity in NOBODY:
        tells = "nobody"
    elif identity in _RIGHT:
        tells = "somebody"
    is_own = route == SIGN_IN and identity in ("user", "other", "mail", "other-mail")
    goes_on = asked.get("continue")
    return SignExpectation(
        route=route,
        kind=kind,
        tells=tells,
        option=_OPTIONS.get(asked.directive("remember"), "") if is_own else "",
        goes_on="" if goes_on is None else ",".join(goes_on.values),
        # Not every host has Basic, and a second user whose list cannot be read may be none; an id
        # that the client brings may be refused.
        features=frozenset({identity.removesuffix("-mail")} & {"basic", "other", "planted"}),
    )


def members_of(page: Page) -> Members | None:
    """Return the members of an answer; None where it holds no object that can be read."""
    return decode_object(page.kind, page.response.body)


def shown_by(page: Page, expected: SignExpectation) -> frozenset[str]:
    """Return what an answer shows that the host knows."""
    is_typed = expected.kind not in ("json", "html") and page.kind == expected.kind
    by_status = {200: TYPES, **dict.fromkeys(_REFUSED, ERROR_TYPES)}
    return frozenset({by_status[page.status]} if is_typed and page.status in by_status else ())


def compare_sign(page: Page, expected: SignExpectation, shown: frozenset[str]) -> Judgement:
    """Judge one answer by itself."""
    if page.status == 0 or page.status >= 500:
        return vacuous("an answer of 500 or above, or none, which L16 judges")
    if page.status in (301, 302, 303, 307, 308):
        return _judge_way_on(page, expected)
    if expected.tells == "somebody" and page.status in _REFUSED and expected.features <= shown:
        return _judge_refusal(page, expected)
    wrong = _wrong_type(page, expected, shown)
    if wrong is not None:
        return wrong
    if expected.route == SIGN_OUT and page.status in _REFUSED and "session" in shown:
        # Whoever has no session is signed out already; without sessions any path may be refused.
        return violated("sign-out refused", f"status {page.status} for a sign-out", "200")
    if page.status != 200:
        return _judge_error(page)
    members = members_of(page)
    if members is None:
        return _judge_unreadable(page, expected)
    return _judge_members(members, page, expected)


def _judge_refusal(page: Page, expected: SignExpectation) -> Judgement:
    if expected.route == SIGN_IN and is_plain_sign_in(page.query) and _is_users(page):
        return vacuous("a plain sign-in that is refused, which L72 judges")
    what = "sign-in" if expected.route == SIGN_IN else expected.route
    return violated(
        f"{what} refused", f"status {page.status} for the right name and password", "200"
    )


def _is_users(page: Page) -> bool:
    return page.query.directive("auth", "user") == "user"


def _judge_way_on(page: Page, expected: SignExpectation) -> Judgement:
    location = page.response.header("location")
    if not expected.goes_on or location is None:
        return vacuous("an answer that sends on, to no page that was asked for")
    parts = urlsplit(location)
    if parts.path != expected.goes_on:
        return violated("way on", "sent on to another page than `continue` names", "that page")
    return holds()


def _wrong_type(page: Page, expected: SignExpectation, shown: frozenset[str]) -> Judgement | None:
    """Return the violation that an answer is in another type than was asked for, or None."""
    if not page.response.body or page.kind in (None, "html", expected.kind):
        return None
    if expected.kind == "html" or page.status not in (200, *_REFUSED):
        return None
    needed = TYPES if page.status == 200 else ERROR_TYPES
    if expected.kind != "json" and needed not in shown:
        return None
    return violated("media type", f"{page.kind} where {expected.kind} is asked for", expected.kind)


def _judge_error(page: Page) -> Judgement:
    members = members_of(page)
    if page.status not in _REFUSED or members is None:
        return vacuous("no answer to whoever asks")
    told = [name for names in _TELLING.values() for name in names if members.get(name)]
    if told:
        return violated("refusal tells of a user", "members of a user in a refusal", "none")
    status = members.get("responsestatus")
    if isinstance(status, dict) and not status.get("errorcode"):
        return violated("no errorCode", "a refusal without an error code", "an error code")
    return holds()


def _judge_unreadable(page: Page, expected: SignExpectation) -> Judgement:
    if page.kind == expected.kind == "json" and page.response.body:
        return violated("unreadable body", "a body that is no JSON object", "a JSON object")
    if page.kind == expected.kind == "xml" and not is_well_formed(page.response.body):
        return violated("unreadable body", "a body that is not well-formed XML", "XML")
    return vacuous("a body that holds no members, or in a type that has none")


def _judge_members(members: Members, page: Page, expected: SignExpectation) -> Judgement:
    error = members.get("responsestatus")
    if isinstance(error, dict) and error.get("errorcode"):
        return violated("error with status 200", "an error code with status 200", "no error")
    told = [name for name in _TELLING.get(expected.route, _TELLING[_AUTH]) if members.get(name)]
    flag = str(members.get("isauthenticated", "")).lower()
    if expected.tells == "nobody":
        is_sign_in = expected.route == SIGN_IN
        if (told or flag == "true") and not is_sign_in:
            return violated("tells of a user", "members of a user where nobody is", "none")
        return holds() if not is_sign_in else vacuous("a sign-in that L73 judges")
    if expected.route == _STATUS and flag == "false" and expected.tells == "somebody":
        return violated("told not signed in", "isAuthenticated false for a user", "true")
    name = members.get("username")
    if name is not None and not _fits(str(name), page, expected):
        return violated("userName", "another userName than was typed", "the name as typed")
    if expected.route == SIGN_IN:
        return _judge_session(members, page, expected)
    return holds() if told else vacuous("no member that is known")


def _fits(name: str, page: Page, expected: SignExpectation) -> bool:
    typed = page.response.typed_name
    if not typed or ("@" in typed and (expected.route != SIGN_IN or "@" not in name)):
        # Whoever came by an e-mail address may be called by name.
        return True
    return name.casefold() == typed.casefold()


def _judge_session(members: Members, page: Page, expected: SignExpectation) -> Judgement:
    """Judge the session that a sign-in gives: its id, and how long a browser keeps it."""
    cookies = _cookies(page)
    option = cookies["ss-opt"].value if "ss-opt" in cookies else ""
    has_pair = {"ss-id", "ss-pid"} <= cookies.keys()
    if has_pair and option in _IDS and expected.option and option != expected.option:
        return violated("rememberMe", "a session held otherwise than rememberMe says", "as it says")
    # A host that gives no cookie which stays may know none.
    if (
        has_pair
        and expected.option == "perm"
        and any(map(_stays, cookies.values()))
        and not (_stays(cookies["ss-pid"]))
    ):
        return violated("life of ss-pid", "ss-pid that ends with the browser", "one that stays")
    if has_pair and expected.option == "temp" and _stays(cookies["ss-id"]):
        return violated("life of ss-id", "ss-id that outlives the browser", "one that does not")
    told, own = members.get("sessionid"), _IDS.get(option, "")
    if own and expected.option and own not in cookies:
        return violated("no session cookie", f"a sign-in that gives no {own}", "a new id")
    if told is not None and not cookies and expected.option and page.kind != "json":
        # Of the plain answer that is for L72.
        return violated("no session cookie", "a session that is named, and no cookie", "a cookie")
    if told is None or not cookies:
        return holds() if members else vacuous("no member that is known")
    values = [cookies[own].value] if own in cookies else [c.value for c in cookies.values()]
    if str(told) not in map(unquote, values):
        return violated("sessionId", "another sessionId than the cookie in force", "the cookie's")
    return holds()


def _cookies(page: Page) -> dict[str, Cookie]:
    """Return name → cookie, of those that an answer gives."""
    found = map(read_cookie, page.response.header_values("set-cookie"))
    return {cookie.name: cookie for cookie in found if cookie.value and not cookie.is_dropped}


def _stays(cookie: Cookie) -> bool:
    """Say whether a browser that is closed keeps a cookie."""
    return bool(cookie.attributes.keys() & {"expires", "max-age"})
