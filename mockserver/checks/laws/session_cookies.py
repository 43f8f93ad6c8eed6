"""Laws on session cookies: what they allow, and whether their ids are new and hard to guess.

Which cookies stand for a session is told by their names; a cookie of another name may be read by
scripts, live for years and say who somebody is. Ids that are signed texts (with dots or colons) may
be the same twice within a second, so that only others are compared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property, lru_cache
from urllib.parse import unquote

from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.id_choices import part
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated
from mockserver.checks.messages import PLANTED_ID
from mockserver.checks.plan import Query, query

__all__ = ["SESSION_COOKIE_LAWS", "Cookie", "is_of_session", "read_cookie"]

_SIGN_IN = "/auth/credentials"
_SESSION = re.compile(r"ss-p?id|.*sess.*|.*sid|.*auth.*|.*jwt.*|.*token|ss-(?:ref)?tok")
# Names that look like a session's and are for scripts to read.
_FOR_SCRIPTS = re.compile(r".*(?:[cx]srf|antiforgery|visid).*")
_OWN_NAMES = ("ss-id", "ss-pid")
# The folder of the sign-in, and itself, on whatever base path.
_FOLDERS = ("/auth", _SIGN_IN)
# What says how long a session is held.
_OPTION = "ss-opt"
_BESIDE = (_OPTION, "X-UAId")
_GIVEN, _UNCHANGED = 200, 304
_LEAST = 10
_LEAST_DIGITS = 20
_SHORT_VALUE = 8
# A shorter text may come twice by chance.
_LONG = 12
# Who signs in beside cookies.
_BRING_COOKIES = ("planted", "user-in-session", "other-in-session", "wrong-in-session")
_FEW_CHARACTERS = 4
_FEW_CHANGES = 4
# Domains that strangers have names in; an incomplete list, the rest are those without a dot.
_SHARED = frozenset(
    {
        "azurewebsites.net", "cloudfront.net", "co.jp", "co.nz", "co.uk", "com.au", "com.br",
        "com.mx", "fly.dev", "github.io", "herokuapp.com", "netlify.app", "onrender.com",
        "org.uk", "pages.dev", "vercel.app", "workers.dev",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """Hold one cookie as an answer sets it; attributes by their names in lower case."""

    name: str
    value: str = field(repr=False)
    attributes: Mapping[str, str]

    @cached_property
    def is_dropped(self) -> bool:
        """Say whether it takes a cookie away instead of giving one."""
        age = self.attributes.get("max-age", "")
        if re.fullmatch(r"-?\d{1,12}", age):
            return int(age) <= 0
        try:
            return parsedate_to_datetime(self.attributes.get("expires", "")).year < 2001
        except (ValueError, TypeError, OverflowError):
            return False


@lru_cache(maxsize=512)
def read_cookie(line: str) -> Cookie:
    """Return the cookie of one Set-Cookie header."""
    pair, *rest = line.split(";")
    name, _, value = pair.strip().partition("=")
    attributes = {}
    for text in rest:
        key, _, given = text.strip().partition("=")
        attributes[key.lower()] = given.strip().strip('"')
    return Cookie(name=name, value=value.strip().strip('"'), attributes=attributes)


def is_of_session(cookie: Cookie) -> bool:
    """Say whether a cookie is given to stand for a session."""
    name = cookie.name.lower()
    if not cookie.value or cookie.is_dropped or _FOR_SCRIPTS.fullmatch(name):
        return False
    return _SESSION.fullmatch(name) is not None


def _cookies(page: Page) -> list[Cookie]:
    return list(map(read_cookie, page.response.header_values("set-cookie")))


def _sessions(page: Page) -> list[Cookie]:
    return [cookie for cookie in _cookies(page) if is_of_session(cookie)]


def _beside_session(page: Page) -> list[Cookie]:
    """Return the cookies of the contract's that say who signed in, and for how long."""
    return [c for c in _cookies(page) if c.name in _BESIDE and c.value and not c.is_dropped]


def _is_kept_from_others(case: Case) -> Judgement:
    page = case.pages[0]
    # A word such as `true` tells that there is a session, and is none.
    cookies = [c for c in _sessions(page) if c.name in _OWN_NAMES or len(c.value) >= _SHORT_VALUE]
    if any("httponly" not in cookie.attributes for cookie in _beside_session(page)):
        received = "a cookie beside the session's that scripts may read"
        return violated("no HttpOnly", received, "HttpOnly")
    for cookie in cookies:
        if "httponly" not in cookie.attributes:
            return violated("no HttpOnly", "a session cookie that scripts may read", "HttpOnly")
        if page.response.is_secure and "secure" not in cookie.attributes:
            return violated("no Secure", "a session cookie that goes without TLS too", "Secure")
        domain = cookie.attributes.get("domain", "").lower().strip(".")
        if page.response.request.path == _SIGN_IN and _is_kept_from_lists(cookie):
            return violated("narrow Path", "a session cookie for the sign-in's path alone", "/")
        if domain in _SHARED or (domain and "." not in domain and domain != "localhost"):
            return violated("wide Domain", "a session cookie for hosts of others", "one's own host")
    return holds() if cookies else vacuous("no session cookie")


def _is_kept_from_lists(cookie: Cookie) -> bool:
    """Say whether a browser sends the cookie of a sign-in to paths like its own alone.

    Without a path, or with one that does not begin with `/`, it holds below the sign-in's folder.
    """
    path = cookie.attributes.get("path", "")
    return not path.startswith("/") or path.rstrip("/").endswith(_FOLDERS)


def _ask_ids(plan: Query) -> Sequence[Query]:
    sign_in = query(("@method", "POST"), ("@path", _SIGN_IN))
    planted = plan.with_values("@auth", "planted")
    # In a form every value is a text, which is not true for being there.
    forgotten = sign_in.with_values("@remember", "false").with_values("@body", "form")
    kept = plan.with_values("@auth", "session-kept")
    return (sign_in, forgotten, kept, sign_in.with_values("@auth", "planted"), planted)


def _has_new_ids(case: Case) -> Judgement:
    first, second, kept, planted, after = case.pages
    if first.status in (404, 405) or second.status in (404, 405):
        return vacuous("the target has no sign-in at this path")
    if first.status != 200 or second.status != 200:
        return vacuous("a sign-in is refused, which L72 judges")
    # First what opens: everything else is a way to it.
    is_list = 200 <= after.status < 300 and (bool(after.rows) or not case.core)
    if is_list or after.status == _UNCHANGED:
        return violated(
            "made-up id opens", "the list for an id that the client brought to a sign-in", "401"
        )
    names = {read_cookie(line).name for line in second.response.header_values("set-cookie")}
    if _OPTION in names and kept.status == _GIVEN:
        received = "the list, after a browser was closed that was not to be remembered"
        return violated("outlives the browser", received, "401")
    ids = {cookie.name: cookie.value for cookie in _sessions(first)}
    others = {cookie.name: cookie.value for cookie in _sessions(second)}
    if any(PLANTED_ID in unquote(cookie.value) for cookie in _sessions(planted)):
        return violated("made-up id kept", "an id that the client brought to a sign-in", "a new id")
    for name in ids.keys() & others.keys():
        wrong = _weakness(ids[name], others[name])
        if wrong:
            return violated(wrong, f"ids of two sign-ins: {wrong}", "new ids, hard to guess")
    return holds() if ids and others else vacuous("a sign-in gives no session cookie")


def _weakness(one: str, two: str) -> str:
    """Return what makes the ids of two sessions guessable; empty for nothing that shows."""
    one, two = unquote(one), unquote(two)
    if re.search(r"[.:|]", one + two):
        return ""
    if one == two:
        return "same id twice"
    if min(len(one), len(two)) < _LEAST:
        return "short id"
    is_number = one.isdigit() and len(one) < _LEAST_DIGITS
    if is_number or len(set(one)) <= _FEW_CHARACTERS:
        return "few characters"
    same = _common(one, two) + _common(one[::-1], two[::-1])
    return "sequential ids" if min(len(one), len(two)) - same <= _FEW_CHANGES else ""


def _common(one: str, two: str) -> int:
    pairs = enumerate(zip(one, two, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(two)))


def _sign_in_plans(facts: Facts) -> Sequence[Query]:
    return [query(("@method", "POST"), ("@path", _SIGN_IN), ("@remember", "true"))]


def _never_comes_again(case: Case) -> Judgement:
    """Judge the sign-ins of a run together; none that came with cookies may keep its session."""
    given: set[str] = set()
    is_judged = False
    for page in case.pages:
        request = page.response.request
        if request.path != _SIGN_IN or page.status != _GIVEN or request.auth in _BRING_COOKIES:
            continue
        ids = {
            cookie.value
            for cookie in _sessions(page)
            # Signed texts may be the same twice within a second, and short ones by chance.
            if len(cookie.value) >= _LONG and not set(cookie.value) & set(".:%")
        }
        if ids & given:
            received = "the id of an earlier session, given by a later sign-in"
            return violated("session again", received, "a new id", asked=page.query)
        is_judged |= bool(ids and given)
        given |= ids
    return holds() if is_judged else vacuous("fewer than two sign-ins that give a session")


SESSION_COOKIE_LAWS = (
    Law(
        id="L92-session-cookies",
        statement="A session cookie is kept from scripts, as `ss-opt` and `X-UAId` are, from hosts"
        " of others and, where answers come by TLS, from requests without it.",
        tier="should",
        kind="single",
        reads="each",
        judge=_is_kept_from_others,
    ),
    Law(
        id="L93-session-ids",
        statement="Each sign-in gives a new id that is hard to guess; one that the client brought"
        " is not kept and opens nothing.",
        tier="must",
        kind="loopback-only",
        judge=_has_new_ids,
        plans=part,
        asks=_ask_ids,
        cost=5,
        value=4.2,
    ),
    Law(
        id="L105-session-again",
        statement="No sign-in of a run gives the id of an earlier session, to whomever and for"
        " however long.",
        tier="must",
        kind="loopback-only",
        reads="all",
        judge=_never_comes_again,
        plans=_sign_in_plans,
        asks=lambda plan: (plan, plan),
        reads_other=True,
    ),
)
