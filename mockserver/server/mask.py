"""Show requests to people without their secrets: log lines, journal, explanations, `curl` lines.

Everything here is an allow-list by meaning. A text is shown if what it stands for is known and it
looks like that: ids, a date, a media type, a plain word. What is not surely harmless is masked
whole. Each text is gone through once; its escapes are resolved before anybody looks at it, however
often it was escaped. mask_body.py does the same for bodies.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from mockserver.dotnet.ticks import is_date
from mockserver.limits import SPACE_NAME
from mockserver.models import REQUEST_FIELDS
from mockserver.wire.escapes import ESCAPES, unescape_loosely

__all__ = [
    "MASK",
    "mask_answer_header",
    "mask_header",
    "mask_header_name",
    "mask_name",
    "mask_path",
    "mask_prefix",
    "mask_query",
    "mask_value",
]

MASK = "***"
# Nobody's secret is as short as this.
_SHORT = 3
_SHORT_SEGMENT = 5
_LONGEST = 40
_LONGEST_DATE = 64
_LONGEST_ADDRESS = 2_000
_DEPTH = 3
_SECRET = re.compile(
    r"pass|pwd|token|secret|ss-?p?id|api-?_?key|auth|credential|session|cookie|bearer|jwt|pin",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z_.$\-]*+[0-9]{0,2}(?:\[\])?")
_PLAIN_SEGMENT = re.compile(r"[A-Za-z_.~\-]*+[0-9]{0,2}(?:\[\])?")
_IDS = re.compile(r'[A-Za-z0-9_.\-+, \[\]"]*')
_DATE = re.compile(r"[0-9TZtz:.+\-/ ,]*")
_USER_NAME = re.compile(r"[A-Za-z_.\-]++[0-9]{0,2}(?:@[A-Za-z.\-]++)?")
# What a client asks for time and again: ids of hex digits, and dates; no secret looks like that.
_LONGEST_PLAIN = 1_000
_PLAIN_QUERY = re.compile(
    r"(?:(?:(?:account|endpoint|customer)Ids=[0-9a-f]{24}|afterDate=[0-9TZ:.\-]{1,40})(?:&|$))++"
)
_NOT_A_LETTER = re.compile("[^a-z]+")


def mask_query(query: str, *, depth: int = 0) -> str:
    """Return a query with what may be secret masked: values, and names that are none."""
    if len(query) <= _LONGEST_PLAIN and _PLAIN_QUERY.fullmatch(query):
        return query
    return re.sub("[^&]+", lambda part: _mask_pair(part[0], depth), query)


def _mask_pair(part: str, depth: int) -> str:
    name, equals, value = part.partition("=")
    plain = _unescape(name)
    shown = name if mask_name(plain, is_bare=not value) != MASK else MASK
    return f"{shown}{equals}{mask_value(plain, value, depth=depth)}" if value else shown + equals


def mask_name(name: str, *, is_bare: bool = False) -> str:
    """Return a parameter's name; whole only if it looks like one.

    Args:
        is_bare: no value follows, so that it may be something else: only what resembles a known
            name is shown.
    """
    return _mask_name(name, is_bare) if len(name) <= _LONGEST else MASK


# A client sends the same names again and again; a long text is never kept.
@lru_cache(maxsize=256)
def _mask_name(name: str, is_bare: bool) -> str:
    if len(name) <= _SHORT:
        return name
    if not _PLAIN.fullmatch(name):
        return MASK
    if is_bare:
        letters = _NOT_A_LETTER.sub("", name.lower())
        if not any(known.startswith(letters) or letters[:-2] == known for known in _VALUES):
            return MASK
    return name


def mask_value(name: str, value: str, *, depth: int = 0) -> str:
    """Return a parameter's value, as sent, if its name says what it is and it looks like that."""
    key = name.lower()
    is_long = len(name) > _LONGEST or (key in _ADDRESSES and len(value) > _LONGEST_ADDRESS)
    if is_long or _is_secret(name):
        return MASK
    plain = _unescape(value)
    if len(plain) <= _SHORT:
        return value
    if key in _ADDRESSES:
        return _mask_address(plain, depth + 1) if depth < _DEPTH else MASK
    is_harmless = _VALUES.get(key)
    return value if is_harmless is not None and is_harmless(plain) else MASK


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def mask_path(path: str) -> str:
    """Return a path; its parts whole only if they look like the parts of a path."""
    mask = _mask_path if len(path) <= _LONGEST_PLAIN else _mask_path.__wrapped__
    return mask(path)


@lru_cache(maxsize=256)
def _mask_path(path: str) -> str:
    return re.sub("[^/]+", lambda part: _mask_segment(part[0]), path)


def mask_prefix(prefix: str) -> str:
    """Return the prefix that names a space."""
    return prefix if re.fullmatch(f"(?:/~{SPACE_NAME})?", prefix) else mask_path(prefix)


def _mask_segment(segment: str) -> str:
    plain = _unescape(segment)
    if len(plain) <= _SHORT_SEGMENT:
        return segment
    return segment if len(plain) <= _LONGEST and _PLAIN_SEGMENT.fullmatch(plain) else MASK


def mask_header_name(name: str) -> str:
    """Return a header's name; whole only if it looks like one."""
    return name if len(name) <= _LONGEST and _PLAIN.fullmatch(name) else MASK


def mask_header(name: str, value: str) -> str:
    """Return a request header's value; the parts that may be secret are masked."""
    name = name.lower()
    if name in ("referer", "origin"):
        return _mask_address(value, 0)
    if name == "host":
        return _mask_host(value)
    if name == "cookie":
        return "; ".join(_mask_cookie(part[0]) for part in re.finditer("[^;]+", value))
    if name in ("authorization", "proxy-authorization"):
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {MASK}" if space and scheme.lower() in _SCHEMES else MASK
    harmless = _HEADERS.get(name)
    return MASK if harmless is None else _mask_parts(value, harmless)


def mask_answer_header(name: str, value: str) -> str:
    """Return an answer header's value; what a client sent may stand in some of ours."""
    name = name.lower()
    if name == "set-cookie":
        cookie, semicolon, attributes = value.partition(";")
        return f"{cookie.partition('=')[0]}={MASK}{semicolon}{attributes}"
    if name in ("location", "access-control-allow-origin"):
        return _mask_address(value, 0)
    if name in ("content-type", "preference-applied"):
        return _mask_parts(value, _HEADERS["prefer" if name[0] == "p" else name])
    return value if name in _OUR_HEADERS or name.startswith("access-control-") else MASK


def _mask_cookie(part: str) -> str:
    name, equals, _ = part.strip().partition("=")
    return f"{mask_name(name)}={MASK}" if equals else MASK


def _mask_address(address: str, depth: int) -> str:
    """Return an absolute or a relative address: host, path and query as far as harmless."""
    rest, hash_, _ = address.partition("#")
    rest, mark, query = rest.partition("?")
    scheme, slashes, behind = rest.partition("://")
    if slashes and scheme.lower() in ("http", "https"):
        host, slash, path = behind.partition("/")
        shown = f"{scheme}://{_mask_host(host)}{mask_path(slash + path)}"
    else:
        shown = mask_path(rest)
    return f"{shown}{mark}{mask_query(query, depth=depth)}{hash_}{MASK if hash_ else ''}"


def _mask_host(host: str) -> str:
    return host if len(host) <= 255 and _HOST.fullmatch(host) else MASK


def _mask_parts(value: str, harmless: re.Pattern[str]) -> str:
    """Return a value with each of its parts masked that is none of the harmless ones."""
    return re.sub(r"[^,;\s]+", lambda part: part[0] if harmless.fullmatch(part[0]) else MASK, value)


def _unescape(text: str) -> str:
    """Return a text without escapes, however often it was escaped; MASK where that does not end.

    MASK itself looks like nothing that is shown.
    """
    if "%" not in text:
        return text.replace("+", " ")
    for _ in range(_DEPTH):
        if "%" not in text:
            break
        text = unescape_loosely(text)
    return MASK + text if ESCAPES.search(text) else text.replace("+", " ")


def _is_ids(text: str) -> bool:
    return _IDS.fullmatch(text) is not None and _SECRET.search(text) is None


def _is_date(text: str) -> bool:
    if len(text) > _LONGEST_DATE:
        return False
    return _DATE.fullmatch(text) is not None or is_date(text)


def _is_plain(text: str) -> bool:
    return mask_name(text) != MASK


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.fullmatch(text) is not None


# What the values of known parameters and members look like.
_VALUES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        **{wire.lower(): _is_ids for wire, _ in REQUEST_FIELDS},
        "afterdate": _is_date,
        "callback": _is_plain,
        "format": _matches("json|xml|jsv|csv|jsonl|html|jsonreport"),
        "jsconfig": _matches(r"[a-z]{1,30}(?:[:,][a-z]{1,30}){0,10}"),
        "provider": _matches("basic|credentials|login|logout"),
        "rememberme": _matches("true|false"),
        "username": _matches(_USER_NAME.pattern),
        "x-http-method-override": _matches("get|head|post|put|patch|delete|options"),
    }
)
_ADDRESSES = ("continue", "redirect", "returnurl")
_SCHEMES = ("basic", "bearer", "digest", "negotiate", "ntlm")
_HOST = re.compile(
    r"(?:[A-Za-z.\-]*+[0-9]{0,2}|[0-9.]{1,15}|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?"
)
_Q = r"q=[0-9.]{1,5}"
_WORDS = r"[A-Za-z\-]{1,40}"
_VERB = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
_NUMBER = "[0-9]{1,9}"
_MEDIA = (
    r"(?:\*|[A-Za-z]{1,20})/(?:\*|[A-Za-z.+\-]{1,60})|" + _Q + r"|v=b[0-9]"
    r'|charset="?(?:utf-?8|utf-?16|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9])"?'
)
# What the parts of a request header may be, between commas, semicolons and blanks.
_HEADERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        name: re.compile(pattern, re.IGNORECASE)
        for names, pattern in (
            ("accept content-type", _MEDIA),
            ("accept-encoding te transfer-encoding", rf"[a-z]{{1,10}}|\*|{_Q}"),
            ("accept-language", rf"\*|{_Q}|[a-z]{{1,3}}(?:-(?:[a-z]{{2}}|[a-z]{{4}}|[0-9]{{3}}))*"),
            ("cache-control pragma", r"no-cache|no-store|max-age=[0-9]{1,9}|no-transform"),
            ("connection access-control-request-headers x-requested-with expect", _WORDS),
            ("content-length dnt upgrade-insecure-requests sec-gpc", _NUMBER),
            ("if-modified-since", r"[A-Z]{3}|[0-9]{1,4}|[0-9]{2}:[0-9]{2}:[0-9]{2}"),
            (
                "prefer",
                r"(?:code|delay|wait)=\"?[0-9]{1,9}\"?|return=[a-z]{1,20}|respond-async",
            ),
            ("priority", r"u=[0-9]|i"),
            (
                "sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-purpose purpose",
                r"[a-z\-]{1,20}|\?[01]",
            ),
            ("sec-ch-ua-mobile", r"\?[01]"),
            ("user-agent", r"\(?[A-Z_.:\-]{1,40}[0-9]{0,2}\)?|[A-Z_.\-]{1,40}/[0-9.]{1,20}"),
            ("x-http-method-override access-control-request-method", _VERB),
            ("x-mock-space", r"[a-z\-]{1,40}[0-9]{0,2}"),
        )
        for name in names.split()
    }
)
_OUR_HEADERS = frozenset(
    "allow connection content-disposition content-length date retry-after server transfer-encoding "
    "vary www-authenticate x-autobatch-completed x-powered-by cache-control".split()
)
