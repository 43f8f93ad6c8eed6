"""Say of a request whether the contract settles its answer, by the text of openapi.yaml alone.

Of what the contract says nothing, or leaves a choice that is no point of the profile, a difference
is no fault: other verbs and paths, oddly spelled lists, two kinds of credentials at once, headers
that a server may obey or not.
"""

import base64
import datetime
import re
import urllib.parse
from dataclasses import dataclass

from tests.mutants.sequences import Ask

__all__ = ["FORMATS", "is_settled"]

FORMATS = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "text/jsonl",
    "jsv": "application/jsv",
    "xml": "application/xml",
}
_KNOWN_TYPES = frozenset(FORMATS.values())
_LISTS = ("accountIds", "endpointIds", "customerIds")
_KNOWN = frozenset(name.lower() for name in (*_LISTS, "afterDate", "format", "callback"))
# Names that are no parameters of the contract, but that a framework may know.
_RESERVED = re.compile(
    r"_|ss-|authsecret$|continue$|debug$|include$|jsconfig$|lang$|noredirect$|password$|redirect$"
    r"|username$",
    re.IGNORECASE,
)
_IDLE_HEADERS = frozenset(
    {"accept-encoding", "cache-control", "connection", "pragma", "user-agent"}
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\[\])?")
_CALLBACK = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_ITEM = r'(?:"(?:[^"]|"")+"|[^\s\x1c-\x1f\x85,;"\[\]{}]+)'
_LIST = re.compile(rf"{_ITEM}(,{_ITEM})*|\[\]| ")
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d{1,7})?([Zz]|[+-]\d\d:\d\d)?)?"
)
_NO_DATE = re.compile(
    "(?!jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]{3,20}"
)
_BASIC = re.compile(r"[Bb]asic ([^\s,]*)")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_PAIR = re.compile(r"[A-Za-z][A-Za-z0-9-]*=[A-Za-z0-9${}-]*")


@dataclass(frozen=True, slots=True)
class _Query:
    """Hold the pairs of a query, decoded."""

    pairs: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]


def is_settled(ask: Ask) -> bool:
    """Say whether the contract says what the answer has to be."""
    if ask.is_admin or not ask.target.startswith("/"):
        return False
    path, _, text = ask.target.partition("?")
    if _BAD_ESCAPE.search(text) or not ask.target.isascii():
        return False
    pairs = urllib.parse.parse_qsl(text, keep_blank_values=True) if text else []
    query = _Query(tuple(pairs))
    name, dot, suffix = path.partition(".")
    if not _has_plain_headers(ask) or (dot and suffix not in FORMATS):
        return False
    match (ask.method, name):
        case ("GET" | "HEAD", "/conversations"):
            return ask.body is None and _is_list_settled(ask, query, suffix)
        case ("GET", "/auth" | "/auth/status") | ("GET" | "POST", "/auth/logout"):
            is_bare = not suffix and not ask.body and _leads_home(query, name)
            return is_bare and _media_type_of(ask, query, suffix) is not None
        case ("POST", "/auth/credentials"):
            return not suffix and _is_sign_in_settled(ask, query)
    return False


def _leads_home(query: _Query, name: str) -> bool:
    """Say whether a query holds nothing, or the page on this host that follows a sign-out."""
    (key, value), *more = query.pairs or (("", ""),)
    is_home = value.startswith("/") and not value.startswith("//")
    return not query.pairs or (
        name == "/auth/logout" and key == "continue" and is_home and not more
    )


def _is_list_settled(ask: Ask, query: _Query, suffix: str) -> bool:
    for name, value in query.pairs:
        if name in _LISTS:
            if value and not _LIST.fullmatch(value):
                return False
        elif name == "afterDate":
            if value and not _is_plain_date(value):
                return False
        elif name not in ("format", "callback"):
            if not _NAME.fullmatch(name) or _RESERVED.match(name) or name.lower() in _KNOWN:
                return False
    if any(len(query.values(name)) > 1 for name in ("afterDate", "format", "callback")):
        return False
    media_type = _media_type_of(ask, query, suffix)
    callbacks = query.values("callback")
    if callbacks:
        is_json = media_type == "application/json"
        # What a script gets that may not read, or asks wrongly, the contract does not say.
        return is_json and bool(_CALLBACK.fullmatch(callbacks[0])) and _has_credentials(ask)
    return media_type is not None


def _is_sign_in_settled(ask: Ask, query: _Query) -> bool:
    kind = ask.values("content-type")
    is_json = kind == ["application/json"] and bool(re.match(r"\s*\{", ask.body or ""))
    is_form = kind == ["application/x-www-form-urlencoded"]
    by_query = not kind and not ask.body and bool(query.values("userName"))
    names = {name for name, _ in query.pairs}
    allowed = {"userName", "password", "rememberMe"} if by_query else set()
    if not (is_json or is_form or by_query) or not names <= allowed or ask.values("authorization"):
        return False
    if is_json and not re.search(r'"(userName|password|rememberMe)"|\{\s*\}', ask.body or ""):
        return False
    media_type = _media_type_of(ask, query, "")
    return media_type not in (None, "text/html", "")


def _media_type_of(ask: Ask, query: _Query, suffix: str) -> str | None:
    """Return the media type that is asked for; empty where none is, None where it is unclear."""
    if suffix:
        return FORMATS[suffix]
    wanted = query.values("format")
    if wanted:
        return FORMATS.get(wanted[0])
    lines = ask.values("accept")
    if not lines or lines == ["*/*"]:
        return ""
    return _best_type(lines[0]) if len(lines) == 1 else None


def _best_type(accept: str) -> str | None:
    """Return the type that a client prefers, by weight and, the same, by being named first."""
    weighed: list[tuple[float, str]] = []
    for item in accept.split(","):
        name, *parameters = [part.strip().lower() for part in item.split(";")]
        weight = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        if not re.fullmatch(r"[01](\.\d{0,3})?", weight) or not re.fullmatch(r"\S+/\S+", name):
            return None
        weighed.append((float(weight), name))
    best = max(weight for weight, _ in weighed)
    known = [name for weight, name in weighed if weight == best and name in _KNOWN_TYPES]
    is_first = bool(known) and weighed[0] == (best, known[0])
    return known[0] if len(known) == 1 and is_first and best > 0 else None


def _is_plain_date(text: str) -> bool:
    """Say whether a text is a date to everybody, or to nobody."""
    match = _DATE.fullmatch(text)
    if match is None:
        return bool(_NO_DATE.fullmatch(text.lower()))
    year, month, day, hour, minute, second, zone = match.groups()
    if not "0001" < year < "9999" or not _is_offset(zone):
        return False
    try:
        datetime.datetime(int(year), int(month), int(day))
    except ValueError:
        return int(month) > 12 or int(day) > 31
    return hour is None or (hour < "24" and minute < "60" and second < "60")


def _is_offset(zone: str | None) -> bool:
    """Say whether an offset is none, or one that the contract's pattern allows."""
    return not zone or bool(re.fullmatch(r"[Zz]|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00", zone))


def _has_plain_headers(ask: Ask) -> bool:
    names = {name.lower() for name, _ in ask.headers}
    allowed = {"accept", "authorization", "cookie", *_IDLE_HEADERS}
    if ask.method == "POST":
        allowed |= {"content-type", "content-length"}
    if not names <= allowed:
        return False
    lines, cookies = ask.values("authorization"), ask.values("cookie")
    if (lines and (cookies or ask.has_cookies)) or len(lines) > 1 or len(cookies) > 1:
        return False
    return all(map(_is_plain_authorization, lines)) and all(map(_are_plain_cookies, cookies))


def _is_plain_authorization(line: str) -> bool:
    """Say whether a line is Basic as the standard has it, no Base64 at all, or another scheme."""
    match = _BASIC.fullmatch(line)
    if match is None:
        return bool(re.match("(?!basic)[A-Za-z]+ ", line, re.IGNORECASE))
    if re.search("[^A-Za-z0-9+/=]", match[1]):
        return True
    return bool(_BASE64.fullmatch(match[1])) and b":" in base64.b64decode(match[1])


def _are_plain_cookies(line: str) -> bool:
    pairs = line.split("; ")
    names = [pair.partition("=")[0] for pair in pairs]
    is_plain = all(map(_PAIR.fullmatch, pairs)) and len(set(names)) == len(names)
    options = [pair for pair in pairs if pair.startswith("ss-opt=")]
    # Which of the two ids stands for the user is settled where both come as they were set.
    is_known = not options or options == ["ss-opt=${ss-opt}"] or "ss-pid" in names
    return is_plain and is_known


def _has_credentials(ask: Ask) -> bool:
    return ask.has_cookies or bool(ask.values("authorization")) or bool(ask.values("cookie"))
