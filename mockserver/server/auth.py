"""Turn credentials into a principal, with the cookies that ServiceStack sets on the way.

`authenticate` is what `[Authenticate]` does before the operation; sign_in.py holds the sign-in
operations themselves. Secrets are compared in constant time and appear in no error.
Source: fixtures/transcripts, groups auth, basic, cookie, remember; fuzz/authentication.ndjson.
"""

import base64
import binascii
import re
import urllib.parse
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mockserver.errors import FrameworkError
from mockserver.server.exchange import Request
from mockserver.server.space import SignOut, Space, new_session_id
from mockserver.wire.quirks import Quirks
from mockserver.world.password import Secret
from mockserver.world.scenario import User

__all__ = [
    "CookieJar",
    "Credentials",
    "SessionIds",
    "authenticate",
    "check_password",
    "expires_in_twenty_years",
    "parse_basic",
    "parse_cookies",
    "read_session_ids",
    "set_missing_ids",
    "set_new_ids",
    "user_number",
]

_COOKIE = re.compile(
    r"[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)"
    r"=(\"?[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\"?)[ \t]*"
)
_COOKIE_PARTS = re.compile("[^;]+")
_BASE64_WHITE_SPACE = {ord(char): None for char in " \t\r\n"}
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})++")
_SESSION_COOKIES = ("ss-id", "ss-pid", "ss-opt")
_NOT_BASE64 = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than "
    "two padding characters, or an illegal character among the padding characters."
)
_TWENTY_YEARS = timedelta(days=20 * 365 + 5)
_OPTIONS = ("perm", "temp")
_INVALID = "Invalid Username or Password"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold a user name and a password; the password shows in no `repr`."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r}, password='***')"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionIds:
    """Hold the session ids that a request carries, each None when it is absent.

    `in_force` is the permanent one where the options say `perm`, else the temporary one.
    """

    temporary: str | None
    permanent: str | None
    options: str | None

    @property
    def in_force(self) -> str | None:
        """Return the id that stands for the user."""
        return self.permanent if self.is_permanent else self.temporary

    def with_option(self, option: str) -> str:
        """Return the options with `perm` or `temp` set and the other of the two gone.

        What is new takes the place of what goes.
        """
        known = list(dict.fromkeys(self.options.split(","))) if self.options else []
        other = next(name for name in _OPTIONS if name != option)
        if option in known:
            return ",".join(name for name in known if name != other)
        if other in known:
            return ",".join(option if name == other else name for name in known)
        return ",".join([*known, option])

    @property
    def is_permanent(self) -> bool:
        """Say whether the options ask for the permanent id."""
        return "perm" in (self.options or "").split(",")


class CookieJar:
    """Collect the Set-Cookie values of one answer, in order, as ASP.NET Core writes them."""

    def __init__(self, request: Request, unix_seconds: float) -> None:
        self.values: list[str] = []
        self._secure = "; secure" if request.base_url.startswith("https:") else ""
        self._now = unix_seconds
        self._path = f"{request.prefix}/"

    def set(self, name: str, value: str) -> None:
        """Set a cookie that ends with the browser."""
        self._add(name, value, "")

    def set_for_years(self, name: str, value: str) -> None:
        """Set a cookie that lasts for twenty years."""
        self._add(name, value, expires_in_twenty_years(int(self._now)))

    def expire(self, name: str) -> None:
        """Take a cookie away."""
        self._add(name, "", " expires=Thu, 01 Jan 1970 00:00:00 GMT;")

    def _add(self, name: str, value: str, expires: str) -> None:
        quoted = value if value.isalnum() else urllib.parse.quote(value, safe="")
        self.values.append(
            f"{name}={quoted};{expires} path={self._path}{self._secure}; samesite=lax; httponly"
        )


@lru_cache(maxsize=8)
def expires_in_twenty_years(unix_seconds: int) -> str:
    """Return the `expires` attribute of a cookie that is set now and lasts."""
    expires = datetime.fromtimestamp(unix_seconds, UTC) + _TWENTY_YEARS
    return f" expires={expires:%a, %d %b %Y %H:%M:%S} GMT;"


def parse_cookies(
    lines: Sequence[str], names: Collection[str] = _SESSION_COOKIES
) -> dict[str, str]:
    """Return the wanted cookies; a malformed one is skipped, the last of a name counts."""
    cookies: dict[str, str] = {}
    for line in lines:
        for part in _COOKIE_PARTS.finditer(line):
            if part[0].partition("=")[0].strip(" \t") not in names:
                continue
            match = _COOKIE.fullmatch(part[0])
            if match:
                cookies[match[1]] = _ESCAPES.sub(_unescape, match[2])
    return cookies


def _unescape(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


# A client sends the same header with each request; the refusal of a malformed one is not kept.
@lru_cache(maxsize=64)
def parse_basic(header: str | None) -> Credentials | None:
    """Return the credentials of a Basic header; None when it carries none.

    Raises:
        FrameworkError: the payload is not base64 (HTTP 400).
    """
    scheme, space, payload = (header or "").partition(" ")
    if not space or scheme.lower() != "basic":
        return None
    packed = payload.translate(_BASE64_WHITE_SPACE)
    if len(packed) % 4 or not _BASE64.fullmatch(packed):
        raise FrameworkError(_NOT_BASE64, status=400, error_code="FormatException")
    try:
        text = base64.b64decode(packed).decode("utf-8", "replace")
    except binascii.Error as exc:
        raise FrameworkError(_NOT_BASE64, status=400, error_code="FormatException") from exc
    username, colon, password = text.partition(":")
    return Credentials(username, password) if colon and password else None


def read_session_ids(request: Request) -> SessionIds:
    """Return the session ids of the `X-ss-…` headers, even of empty ones, else of the cookies."""
    cookies = parse_cookies(request.lines(b"cookie"))

    def find(name: str) -> str | None:
        header = request.header(f"x-{name}".encode())
        return header if header is not None else cookies.get(name) or None

    return SessionIds(temporary=find("ss-id"), permanent=find("ss-pid"), options=find("ss-opt"))


def check_password(space: Space, credentials: Credentials) -> User | None:
    """Return the user whose password this is, in a time that tells nothing about it."""
    user = space.find_user(credentials.username)
    expected = user.password if user is not None else Secret("")
    is_same = expected.matches(credentials.password)
    return user if user is not None and is_same else None


def user_number(space: Space, user: User) -> str:
    """Return the user's id on the wire: its place in the scenario, from 1."""
    return str(space.scenario.users.index(user) + 1)


def authenticate(
    space: Space, request: Request, ids: SessionIds, jar: CookieJar, quirks: Quirks
) -> User | None:
    """Return who asks, or None; cookies that ServiceStack would set go into `jar`.

    Raises:
        FrameworkError: the Basic header is no base64 (HTTP 400) or its password is wrong (401).
    """
    credentials = parse_basic(request.header(b"authorization"))
    user = space.user_of_session(ids.in_force) if ids.in_force else None
    if credentials is not None:
        return _authenticate_basic(space, request, ids, jar, quirks, credentials, user)
    if user is not None:
        set_missing_ids(space, ids, jar)
    return user


def _authenticate_basic(
    space: Space,
    request: Request,
    ids: SessionIds,
    jar: CookieJar,
    quirks: Quirks,
    credentials: Credentials,
    user: User | None,
) -> User | None:
    """Sign in by Basic: 6.x makes a new session each time, 8.x keeps one that is there."""
    if quirks.basic_signs_in_anew:
        if ids.in_force:
            space.apply(SignOut(session_id=ids.in_force))
        set_new_ids(space, jar)
        jar.set_for_years("ss-opt", ids.with_option("perm" if ids.is_permanent else "temp"))
        user = None
    else:
        set_missing_ids(space, ids, jar)
    _read_form(request)
    signed_in = check_password(space, credentials)
    if signed_in is None:
        raise FrameworkError(_INVALID, status=401, error_code="Unauthorized", reason=_INVALID)
    if user is not None and ids.in_force:
        _remember_basic(space, ids.in_force)
    user = user or signed_in
    jar.set_for_years("X-UAId", user_number(space, user))
    return user


def _remember_basic(space: Space, session_id: str) -> None:
    """Note in a session that stays that its user has come by Basic since."""
    session = space.sessions[session_id]
    if session.provider != "basic":
        space.apply(replace(session, provider="basic"))


def _read_form(request: Request) -> None:
    """Fail as the framework does where it looks for sign-in members in a form without parts."""
    content_type = (request.header(b"content-type") or "").lower()
    if content_type.startswith("multipart/form-data") and "boundary=" not in content_type:
        raise FrameworkError(
            "Missing content-type boundary.", status=500, error_code="InvalidDataException"
        )


def set_new_ids(space: Space, jar: CookieJar) -> tuple[str, str]:
    """Set a new temporary and a new permanent id; return both."""
    temporary = new_session_id(space.name)
    permanent = new_session_id(space.name)
    jar.set("ss-id", temporary)
    jar.set_for_years("ss-pid", permanent)
    return temporary, permanent


def set_missing_ids(space: Space, ids: SessionIds, jar: CookieJar) -> None:
    """Set the session ids that the request lacks, the temporary one first."""
    if ids.temporary is None:
        jar.set("ss-id", new_session_id(space.name))
    if ids.permanent is None:
        jar.set_for_years("ss-pid", new_session_id(space.name))
