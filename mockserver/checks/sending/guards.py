"""Decide what may be asked of a target and what an answer means for the run; pure functions.

client.py calls these around every exchange. The README tells users of them under
"A live target".
"""

import re
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote_plus

from mockserver.checks.decoding.decode import DECODERS, decode, media_kind
from mockserver.checks.messages import AUTHS, Request, Response
from mockserver.checks.sending.target import Target
from mockserver.errors import DecodeError, RefusedError, unknown_name

__all__ = [
    "SIGN_IN",
    "SIGN_OUT",
    "WHO",
    "asked_wait",
    "is_about_rows",
    "is_front_door",
    "is_sign",
    "parse_retry_after",
    "refuse",
    "scope_query",
    "strays",
]

SIGN_IN = "/auth/credentials"
SIGN_OUT = "/auth/logout"
# What tells who is signed in.
WHO = ("/auth", "/auth/status")

_FORMATS = "json|xml|csv|jsv|jsonl|html"
_LIVE_ROUTE = re.compile(rf"/conversations(\.({_FORMATS}))?")
_ROUTE = re.compile(
    rf"/conversations(\.({_FORMATS}))?/?|/({_FORMATS})/reply/listconversations"
    rf"|/api/listconversations(\.({_FORMATS}))?",
    re.IGNORECASE,
)
_QUERY = re.compile(r"[\x21\x22\x24-\x7e]*")
_HEADER_VALUE = re.compile(r"(?! )[\x20-\x7e\xa0-\xff]*(?<! )")
_HEADERS = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "if-modified-since",
        "if-none-match",
        "origin",
        "range",
    }
)
_SIGNING = frozenset(
    {
        "user",
        "other",
        "user-in-session",
        "other-in-session",
        "mail",
        "other-mail",
        "wrong",
        "wrong-in-session",
        "empty",
        "prefixed",
        "extended",
        "unknown",
        "planted",
    }
)
# Where name and password stand: in a body of JSON, in one of a form, or in the address.
_WAYS_TO_SIGN = ("json", "form", "query")
_HARMFUL = re.compile(r"[\x00-\x1f\x7f<>\\]|\.\.")
_LIVE_QUERY_CHARACTERS = 2_000
_OVERRIDE = "x-http-method-override"
_CHALLENGES = ("cf-mitigated", "x-amzn-waf-action", "x-sucuri-block", "x-datadome")
_TRUSTED = ("user", "other", "basic")


def is_sign(request: Request) -> bool:
    """Say whether the request signs in or out."""
    return request.path in (SIGN_IN, SIGN_OUT)


def is_about_rows(request: Request) -> bool:
    """Say whether the request is about rows, and not about who is signed in."""
    return not is_sign(request) and request.path not in WHO


def refuse(request: Request, target: Target) -> None:
    """Raise unless the request may go to this kind of target; the text tells why.

    Raises:
        RefusedError: another verb, route, header or identity than the guards allow.
    """
    if request.auth not in AUTHS:
        raise unknown_name("identity", request.auth, AUTHS)
    _refuse_method(request, target)
    if not _QUERY.fullmatch(request.query):
        raise _refused("query", "the query is not percent-encoded ASCII")
    # ServiceStack takes another verb from a header or a parameter of this name.
    names = [unquote_plus(pair.partition("=")[0]).lower() for pair in request.query.split("&")]
    if any(name.strip() == _OVERRIDE for name in names):
        raise _refused("verb", "a parameter asks for another verb")
    for name, value in request.headers:
        if name.lower() not in _HEADERS or not _HEADER_VALUE.fullmatch(value):
            raise _refused("header", "a header is not among those that the checker may send")
    if target.is_live:
        _refuse_live(request)


def _refuse_method(request: Request, target: Target) -> None:
    if is_sign(request):
        allowed = ("POST",) if request.path == SIGN_IN else ("POST", "GET")
        if target.is_live or request.method not in allowed:
            raise _refused("verb", f"{request.method} to sign-in or sign-out is not allowed here")
        if request.path == SIGN_IN and request.auth not in _SIGNING:
            raise _refused("identity", f"nobody signs in as {request.auth!r}")
        if request.signs_by not in _WAYS_TO_SIGN:
            raise unknown_name("way to sign in", request.signs_by, _WAYS_TO_SIGN)
        if request.body is not None:
            raise _refused("body", "the body of a sign-in is written by the client alone")
        return
    if request.path in WHO and not target.is_live and request.method == "GET":
        return
    allowed = ("GET",) if target.is_live else ("GET", "HEAD")
    if request.method not in allowed:
        raise _refused("verb", f"{request.method} is not allowed; allowed: {', '.join(allowed)}")
    if not (_LIVE_ROUTE if target.is_live else _ROUTE).fullmatch(request.path):
        raise _refused("route", "the path is none of the operation's routes")


def _refuse_live(request: Request) -> None:
    if not AUTHS[request.auth].is_live:
        raise _refused("identity", f"identity {request.auth!r} never goes to a live target")
    if request.body is not None:
        raise _refused("body", "a live target is never sent a body")
    text = unquote_plus(request.query)
    if (
        request.is_hostile
        or len(request.query) > _LIVE_QUERY_CHARACTERS
        or _HARMFUL.search(text + "".join(value for _, value in request.headers))
    ):
        raise _refused("hostile", "a live target is never sent a hostile input")


def scope_query(query: str, scope: tuple[str, ...]) -> str:
    """Return the query bound to the scope: `accountIds` is added where it is absent.

    Raises:
        RefusedError: the query names another account, or none in a way that may mean all.
    """
    if not scope:
        return query
    given: list[str] = []
    is_named = False
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(name).strip().lower() == "accountids":
            is_named = True
            given += unquote_plus(value).split(",")
    if not is_named:
        added = "accountIds=" + ",".join(quote(item, safe="") for item in scope)
        return f"{query}&{added}" if query else added
    if not all(item in scope for item in given):
        raise _refused("scope", "the request names an account outside --scope")
    return query


def strays(response: Response, scope: tuple[str, ...]) -> int:
    """Return how many rows of an answer belong to an account outside the scope.

    A body that cannot be read has none: that is for the laws on formats.
    """
    kind = media_kind(response.content_type)
    if not scope or kind not in DECODERS or not response.body or response.status != 200:
        return 0
    try:
        rows = decode(kind, response.body)
    except DecodeError:
        return 0
    messages = [row.get("mostRecentMessage") for row in rows]
    accounts = [m.get("accountId") for m in messages if isinstance(m, dict)]
    return sum(account is not None and account not in scope for account in accounts)


def is_front_door(response: Response) -> bool:
    """Say whether an answer comes from something before the service: a firewall, a login wall."""
    if any(response.header(name) is not None for name in _CHALLENGES):
        return True
    if response.status == 407:
        return True
    if response.status != 403 or response.content_type != "text/html":
        return False
    powered = (response.header("x-powered-by") or "").lower()
    request = response.request
    # Without credentials a service may well refuse with a page of its own.
    return request.auth in _TRUSTED and "servicestack" not in powered and not _asks_html(request)


def _asks_html(request: Request) -> bool:
    accepts = [value.lower() for name, value in request.headers if name.lower() == "accept"]
    return (
        any(not value or "html" in value or "*/*" in value for value in accepts)
        or request.path.lower().endswith(".html")
        or "format=html" in request.query.lower()
    )


def asked_wait(response: Response, *, now_unix: float) -> float | None:
    """Return the seconds that a busy target asks to wait, or None where it asks for none."""
    if response.status not in (429, 503):
        return None
    return parse_retry_after(response.header("retry-after"), now_unix=now_unix)


def parse_retry_after(text: str | None, *, now_unix: float) -> float | None:
    """Return the seconds that a Retry-After asks to wait, or None if it cannot be read."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now_unix)
    except (ValueError, TypeError, OverflowError):
        return None


def _refused(guard: str, message: str) -> RefusedError:
    return RefusedError(message, guard=guard)
