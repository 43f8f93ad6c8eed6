"""Laws on what an answer gives away beside its rows: to caches, in headers, in errors."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from mockserver.checks.decoding.decode import MEDIA_TYPES, Row
from mockserver.checks.decoding.decode_xml import is_well_formed
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import Page, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.laws.envelope import fields_named, is_json_error
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated
from mockserver.checks.laws.leaks import shows_internals
from mockserver.checks.messages import Response
from mockserver.checks.plan import FILTER_NAMES
from mockserver.checks.sign_in_expectation import expect_sign, members_of
from mockserver.checks.type_asked import FRAMEWORK, kind_asked

__all__ = ["PRIVACY_LAWS", "may_be_shared"]

_OWN = ("user", "other", "basic", "session", "session-header")
# Basic credentials that are well formed, and wrong.
_WRONG_BASIC = ("wrong", "prefixed", "extended", "cased", "unknown", "swapped")
_REFUSALS = (401, 403)
_STALE_SECONDS = 60
_FOR_CACHES = ("cdn-cache-control", "surrogate-control")
# Headers whose values are the protocol's, the server's name, or the user's own.
_KNOWN_HEADERS = frozenset(
    {
        "accept-ranges", "age", "allow", "alt-svc", "cache-control", "connection",
        "content-encoding", "content-language", "content-length", "content-security-policy",
        "content-security-policy-report-only", "content-type", "date", "etag", "expires",
        "keep-alive", "last-modified", "nel", "permissions-policy", "pragma", "referrer-policy",
        "report-to", "reporting-endpoints", "retry-after", "server", "server-timing", "set-cookie",
        "strict-transport-security", "transfer-encoding", "vary", "via", "www-authenticate",
        "x-aspnet-version", "x-content-type-options", "x-frame-options", "x-powered-by",
        "x-sourcefiles",
    }
)  # fmt: skip
# What is kept of a password: its name, and a text that is no sentence or word.
_KEPT = re.compile(r"(?:password|passwd|pwd|hash|salt)$|digestha1")
# What no row has under any name that tells of it.
_SECRET = re.compile(
    r"(?i)password|passwd|pwd$|secret(?!ar)|api_?key|private_?key|(?:access|auth)_?token"
)
_CODED = re.compile(r"(?=\S*\d)[\w$+/=.,:-]{12,500}", re.ASCII)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_DIGITS = re.compile(r"\d{7}")
_TAG = re.compile(r"<[A-Za-z!/][^<>]{0,100}>")
_HOLDS_TEXT = re.compile(r"<(script|style|textarea|title)\b", re.ASCII | re.IGNORECASE)
_LEAST = 8
_FEW_IDS = 20
_FEW_ROWS = 300
_MARKUP = ("text/html", "application/xhtml+xml", "image/svg+xml")


def may_be_shared(response: Response) -> bool:
    """Say whether a cache that many people use may give an answer to somebody else.

    `max-age` alone allows that where the cache cannot see who asked: without `private`, and
    without a `Vary` on what tells who asks.
    """
    for name in _FOR_CACHES:
        if _seconds(_directives(response, name), "max-age"):
            return True
    control = _directives(response, "cache-control")
    if control.keys() & {"no-store", "no-cache", "private"}:
        return False
    shared = _seconds(control, "s-maxage")
    if shared is not None:
        return shared > 0
    age = _seconds(control, "max-age")
    if "public" in control:
        return age != 0
    tells_who = {"*", "authorization", "cookie"} & _directives(response, "vary").keys()
    if age is None and not control:
        age = _until_expiry(response)
    return bool(age) and not tells_who


def _directives(response: Response, name: str) -> dict[str, str]:
    text = ",".join(response.header_values(name)).lower()
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {key.strip(): value.strip().strip('"') for key, _, value in pairs if key}


def _seconds(directives: dict[str, str], name: str) -> int | None:
    text = directives.get(name, "")
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _until_expiry(response: Response) -> int | None:
    try:
        ends = parsedate_to_datetime(response.header("expires") or "")
        seconds = int((ends - parsedate_to_datetime(response.header("date") or "")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if seconds > _STALE_SECONDS else None


def _is_nobody_else_s(case: Case) -> Judgement:
    page = case.pages[0]
    if page.query.directive("method", "GET") not in ("GET", "HEAD"):
        return vacuous("no cache keeps the answer to another verb")
    # One kind of stranger is enough: what is wrong for all would be a finding for each.
    is_refusal = page.status in _REFUSALS and page.query.directive("auth") == "none"
    is_own = page.status in (200, 203, 304) and page.query.directive("auth", "user") in _OWN
    if not is_refusal and not is_own:
        return vacuous("neither a list nor a refusal")
    if not may_be_shared(page.response):
        return holds() if page.rows or is_refusal else vacuous("a list without a row")
    if is_refusal:
        return violated("refusal in shared caches", "a refusal that caches may keep", "no-store")
    return violated("list in shared caches", "a list that caches may share", "private, or no-store")


def _headers_tell_nothing(case: Case) -> Judgement:
    page = case.pages[0]
    shown = {
        name: value
        for name, value in _others(page.response)
        if not name.startswith("access-control-")
    }
    asked = unquote_plus(page.response.request.query)
    for name, value in shown.items():
        text = unquote(value)
        if shows_internals(value.encode("latin-1", "replace")):
            return violated("internals in a header", "a path or statement in a header", "none")
        if name.startswith("x-") and _MAIL.search(text):
            return violated("address in a header", "an e-mail address in a header", "none")
        if any(item in text and item not in asked for item in _data(case, text)):
            return violated("data in a header", "an id, address or name in a header", "no data")
    return holds() if page.rows or shown else vacuous("neither rows nor other headers")


def _others(response: Response) -> Iterator[tuple[str, str]]:
    for name, value in response.headers:
        if name.lower() not in _KNOWN_HEADERS:
            yield name.lower(), value


def _data(case: Case, text: str) -> Iterator[str]:
    """Yield ids, addresses and names of the data that a text may hold."""
    if len(text) < _LEAST:
        return
    yield from _ids(case)
    yield from _people(case, with_numbers=_DIGITS.search(text) is not None)


def _ids(case: Case) -> Iterator[str]:
    for ids in case.facts.pools.values():
        yield from (id_ for id_ in ids[:_FEW_IDS] if len(id_) >= _LEAST)


def _people(case: Case, *, with_numbers: bool = True) -> Iterator[str]:
    """Yield addresses, names of two words and texts of the first rows."""
    for row, _ in zip(case.core.values(), range(_FEW_ROWS), strict=False):
        message = message_of(row)
        numbers = (row.get("otherAddress"), message.get("sender")) if with_numbers else ()
        words = (message.get("endpointDisplayName"), message.get("text"))
        yield from (v for v in numbers if isinstance(v, str) and len(v) >= _LEAST)
        yield from (v for v in words if isinstance(v, str) and len(v) >= _LEAST and " " in v)


def _keeps_passwords(case: Case) -> Judgement:
    page = case.pages[0]
    if page.response.tells_password:
        return violated("password in an answer", "a password of the run", "none")
    if page.response.tells_session:
        return violated("session id in an answer", "the id of a session in a body", "none")
    members = members_of(page) if expect_sign(page.query) is not None else None
    if any(map(_is_kept_password, _all_members(members or {}))):
        received = "a member with what a password is kept as"
        return violated("kept password in an answer", received, "none")
    if _tell_secrets(page):
        received = "a member of a row that is named as a password or a secret"
        return violated("secret in a row", received, "none")
    return holds() if page.rows else vacuous("no rows beside which one could stand")


def _tell_secrets(page: Page) -> bool:
    """Say whether a row, or its message, has a text that is named as nobody's to read."""
    return any(map(_tells_secret, (page.rows or ())[:_FEW_ROWS]))


@once_a_row
def _tells_secret(row: Row) -> bool:
    members = (*row.items(), *message_of(row).items())
    return any(v and isinstance(v, str) and _is_secret(name) for name, v in members)


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def _all_members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the members of an object and of those in it, however deep."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            yield from item.items()
            left += item.values()
        elif isinstance(item, list):
            left += item


def _is_kept_password(member: tuple[str, object]) -> bool:
    """Say whether a member is what a password is known by: a hash of it, or a salt."""
    name, value = member
    is_coded = isinstance(value, str) and _CODED.fullmatch(value) is not None
    return is_coded and parse_instant(value) is None and _KEPT.search(name) is not None


def _error_tells_nothing(case: Case) -> Judgement:
    page = case.pages[0]
    is_page, is_error = _is_page(page), 400 <= page.status < 500
    if not is_page and not is_error:
        return vacuous("no error with a body")
    body = page.response.body.decode("utf-8", "replace")
    if is_page and _echoes(page, body):
        return violated("markup echoed", "markup of the query in a page", "its characters escaped")
    if is_page and _shows_markup(case, body):
        received = "markup of a message's text in a page"
        return violated("markup of a row", received, "its characters escaped")
    if not is_error or not body:
        return vacuous("no error with a body")
    kind = page.response.content_type
    if kind.endswith(("csv", "xml")) and is_json_error(page.response):
        return violated("another type", f"an error in JSON that is called {kind}", "its own type")
    if page.query.directive("auth", "user") in _WRONG_BASIC and _is_in_another_type(case, page):
        received = f"a wrong password refused in {page.kind}"
        return violated("type of a refusal", received, "the type asked for")
    if page.query.directive("auth", "user") not in _OWN:
        return _names_nobody(case, page, body)
    if kind.endswith("json") and not is_json_error(page.response):
        return violated("no error object", "an error that is no JSON object of one", "an object")
    if _accuses_another(page):
        received = "a parameter called wrong that the request does not have"
        return violated("another field named", received, "the one that is wrong")
    if kind.endswith("xml") and not is_well_formed(page.response.body):
        return violated("unreadable body", "an error that is not well-formed XML", "XML")
    return holds()


def _accuses_another(page: Page) -> bool:
    """Say whether an error of the list is only about its parameters that were not sent."""
    request = page.response.request
    asked = unquote(request.query).lower()
    named = {name.lower() for name in fields_named(page.response)}
    unasked = {name for name in map(str.lower, FILTER_NAMES) if name not in asked}
    is_list = "conversations" in request.path.lower()
    return is_list and bool(named) and named <= unasked


def _is_in_another_type(case: Case, page: Page) -> bool:
    """Say whether a host of the framework refuses in another type than the one it was asked for.

    Others may have one type for all errors, and so has who sends `application/problem+json`.
    """
    if "problem+" in page.response.content_type:
        return False
    is_framework = any(feature.partition(" ")[0] in FRAMEWORK for feature in case.shown)
    asked = kind_asked(page.query)
    is_known = page.kind is not None and asked in MEDIA_TYPES
    return is_framework and is_known and page.status == 401 and page.kind != asked


def _names_nobody(case: Case, page: Page, body: str) -> Judgement:
    """Judge a refusal of a stranger; rows and ids in it, and its form, are for L09."""
    if page.query.directive("auth") != "none" or any(id_ in body for id_ in _ids(case)):
        return vacuous("not the plainest stranger, or what L09 judges")
    asked = unquote_plus(page.response.request.query)
    if any(item in body and item not in asked for item in _people(case)):
        return violated("people in a refusal", "an address, name or text in a refusal", "no data")
    return holds()


def _is_page(page: Page) -> bool:
    """Say whether a browser shows a body as a page; one without a type it looks into."""
    kind = page.response.content_type
    return kind in _MARKUP or (not kind and page.response.body.lstrip()[:1] == b"<")


def _echoes(page: Page, body: str) -> bool:
    request = page.response.request
    tags = _TAG.findall(unquote_plus(request.query))
    return any(tag in body for tag in tags)


def _shows_markup(case: Case, body: str) -> bool:
    """Say whether markup in the text of a row is markup of a page, too."""
    texts = (message_of(row).get("text") for row in case.core.values())
    marked = [text for text in texts if isinstance(text, str) and _TAG.search(text)]
    shown = _without_scripts(body) if marked else ""
    return any(
        text in shown for text in map(_without_scripts, marked) if _TAG.search(text) is not None
    )


def _without_scripts(page: str) -> str:
    """Return a page without the elements whose content is text, whatever stands in it."""
    kept, end = [], 0
    for opening in _HOLDS_TEXT.finditer(page):
        if opening.start() >= end:
            kept.append(page[end : opening.start()])
            closes = re.compile(f"</{opening[1]}", re.ASCII | re.IGNORECASE)
            closing = closes.search(page, opening.end())
            end = closing.start() if closing else len(page)
    return "".join([*kept, page[end:]])


PRIVACY_LAWS = (
    Law(
        id="L90-shared-caches",
        statement="Caches that people share may keep no list and no refusal.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_nobody_else_s,
    ),
    Law(
        id="L94-error-bodies",
        statement="An error in JSON is an object, in XML is well-formed, and holds no addresses,"
        " names or texts for strangers; no page holds markup of the query or of a message. The"
        " framework refuses a wrong password in the type asked for.",
        tier="should",
        kind="single",
        reads="each",
        judge=_error_tells_nothing,
    ),
    Law(
        id="L99-password",
        statement="No answer holds a password, or what a server keeps to know one by; none but"
        " those of signing in names the session.",
        tier="must",
        kind="single",
        reads="each",
        judge=_keeps_passwords,
    ),
    Law(
        id="L97-telling-headers",
        statement="No header holds ids, addresses, names or texts of the data that were not asked"
        " for, nor a path or statement of the server.",
        tier="must",
        kind="single",
        reads="each",
        judge=_headers_tell_nothing,
    ),
)
