"""Hold a request as it arrived, and what its headers say, read once.

A client sends the same headers with each request, so that `read_head`, which is pure, keeps what
it found for the last few hundred. Secrets are masked in every `repr`.
Source: fixtures/transcripts, groups auth, basic, cookie; fuzz/authentication.ndjson.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mockserver.wire.bind import URLENCODED, form_pairs, query_pairs
from mockserver.wire.escapes import unescape_loosely
from mockserver.wire.route import decode_path, override_method

__all__ = [
    "Credentials",
    "Head",
    "Headers",
    "Request",
    "SessionIds",
    "parse_basic",
    "parse_cookies",
    "read_head",
]

Headers = tuple[tuple[bytes, bytes], ...]

_COOKIE = re.compile(
    r"[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)"
    r"=(\"?[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\"?)[ \t]*"
)
_COOKIE_PARTS = re.compile("[^;]+")
_BASE64_WHITE_SPACE = {ord(char): None for char in " \t\r\n"}
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_SESSION_COOKIES = ("ss-id", "ss-pid", "ss-opt")
_OPTIONS = ("perm", "temp")
_SESSION_HEADERS = (b"cookie", b"x-ss-id", b"x-ss-pid")
_OVERRIDE = b"x-http-method-override"
_KEPT_HEADS = 512
_MAX_KEPT_BYTES = 4_096


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

    `in_force` stands for the user: the permanent one where the options say `perm`.
    """

    temporary: str | None
    permanent: str | None
    options: str | None
    is_permanent: bool = field(init=False)
    in_force: str | None = field(init=False)

    def __post_init__(self) -> None:
        is_permanent = "perm" in (self.options or "").split(",")
        object.__setattr__(self, "is_permanent", is_permanent)
        object.__setattr__(self, "in_force", self.permanent if is_permanent else self.temporary)

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Head:
    """Hold what the headers of a request say.

    Attributes:
        lines: lower-case name → the value of each line, in order.
        credentials: of a Basic header; None without one.
        is_basic_malformed: the Basic header is no base64.
        has_body: the headers announce one.
        may_override: a header names another verb.
        forwarded_scheme: what a proxy in front of us says that the client speaks.
        may_name_space: something in them may carry the name of a space of the mock.
        size: bytes of names and values.
    """

    lines: Mapping[bytes, Sequence[str]]
    ids: SessionIds
    credentials: Credentials | None
    is_basic_malformed: bool
    accept: tuple[str, ...]
    content_type: str | None
    origin: str | None
    has_body: bool
    may_override: bool
    forwarded_scheme: str | None
    may_name_space: bool
    size: int

    def header(self, name: bytes) -> str | None:
        """Return a header, its lines joined by commas; None when it is absent."""
        found = self.lines.get(name)
        return None if found is None else ",".join(found)


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """Hold a request; `headers` are (lower-case name, value) in the order of arrival.

    `prefix` is what stood before the path to name the space, such as `/~name`.
    """

    method: str
    raw_path: bytes
    query: bytes = b""
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    scheme: str = "http"
    http_version: str = "1.1"
    prefix: str = ""
    _head: Head | None = field(default=None, init=False, repr=False)
    _pairs: list[tuple[str, str]] | None = field(default=None, init=False, repr=False)
    _path: str | None = field(default=None, init=False, repr=False)

    @classmethod
    def plain(
        cls, raw_path: bytes, query: bytes, headers: Headers, head: Head, scheme: str
    ) -> "Request":
        """Return a GET without a body, whose headers were read before."""
        request = cls(method="GET", raw_path=raw_path, query=query, headers=headers, scheme=scheme)
        request._head = head
        return request

    @property
    def head(self) -> Head:
        """Return what the headers say."""
        head = self._head
        if head is None:
            head = self._head = read_head(self.headers)
        return head

    @property
    def path(self) -> str:
        """Return the decoded path."""
        path = self._path
        if path is None:
            path = self._path = decode_path(self.raw_path)
        return path

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as decoded (name, value) pairs."""
        pairs = self._pairs
        if pairs is None:
            pairs = self._pairs = query_pairs(self.query)
        return pairs

    @property
    def verb(self) -> str:
        """Return the verb in force, overrides applied, as sent."""
        head = self.head
        if not (head.may_override or self.body or b"verride" in self.query.lower()):
            # Without any of these there is nothing to look for.
            return self.method
        override = head.header(_OVERRIDE)
        content_type = head.content_type or ""
        form = []
        if self.body and content_type.lower().startswith(URLENCODED):
            form = form_pairs(self.body, content_type, (_OVERRIDE.decode(),))
        return override_method(self.method, override, self.pairs, form)

    def lines(self, name: bytes) -> Sequence[str]:
        """Return every line of a header."""
        return self.head.lines.get(name, ())

    def header(self, name: bytes) -> str | None:
        """Return a header, its lines joined by commas; None when it is absent."""
        return self.head.header(name)

    @property
    def _scheme(self) -> str:
        return self.head.forwarded_scheme or self.scheme

    @property
    def is_secure(self) -> bool:
        """Tell whether the client speaks TLS, to a proxy in front of us at least."""
        return self._scheme == "https"

    @property
    def origin(self) -> str:
        """Return `scheme://host` as the client sees it, a forwarding proxy included."""
        return f"{self._scheme}://{self.header(b'host') or 'localhost'}"

    @property
    def base_url(self) -> str:
        """Return the origin with what names the space."""
        return f"{self.origin}{self.prefix}"

    @property
    def url(self) -> str:
        """Return the absolute URL; the path and query as they were sent."""
        query = f"?{self.query.decode('latin-1')}" if self.query else ""
        return f"{self.base_url}{self.raw_path.decode('latin-1')}{query}"


def read_head(headers: Headers) -> Head:
    """Return what the headers of a request say."""
    size = sum([len(name) + len(value) for name, value in headers])
    return _kept_head(headers, size) if size <= _MAX_KEPT_BYTES else _read_head(headers, size)


@lru_cache(maxsize=_KEPT_HEADS)
def _kept_head(headers: Headers, size: int) -> Head:
    return _read_head(headers, size)


def _read_head(headers: Headers, size: int) -> Head:
    lines: dict[bytes, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name, []).append(_decode(value))
    cookies = parse_cookies(lines.get(b"cookie", ()))

    def joined(name: bytes) -> str | None:
        found = lines.get(name)
        return None if found is None else ",".join(found)

    def session_id(name: str) -> str | None:
        # A header, even an empty one, wins over the cookie.
        header = joined(f"x-{name}".encode())
        return header if header is not None else cookies.get(name) or None

    try:
        credentials, is_malformed = parse_basic(joined(b"authorization")), False
    except ValueError:
        credentials, is_malformed = None, True
    return Head(
        lines=lines,
        ids=SessionIds(
            temporary=session_id("ss-id"),
            permanent=session_id("ss-pid"),
            options=session_id("ss-opt"),
        ),
        credentials=credentials,
        is_basic_malformed=is_malformed,
        accept=tuple(lines.get(b"accept", ())),
        content_type=joined(b"content-type"),
        origin=joined(b"origin"),
        has_body=b"content-length" in lines or b"transfer-encoding" in lines,
        may_override=_OVERRIDE in lines,
        forwarded_scheme=joined(b"x-forwarded-proto"),
        may_name_space=b"x-mock-space" in lines
        or (credentials is not None and "~" in credentials.username)
        or any(
            "~" in value or "%7" in value
            for name in _SESSION_HEADERS
            for value in lines.get(name, ())
        ),
        size=size,
    )


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
                cookies[match[1]] = unescape_loosely(match[2])
    return cookies


def parse_basic(header: str | None) -> Credentials | None:
    """Return the credentials of a Basic header; None when it carries none.

    Raises:
        ValueError: the payload is not base64.
    """
    scheme, space, payload = (header or "").partition(" ")
    if not space or scheme.lower() != "basic":
        return None
    packed = payload.translate(_BASE64_WHITE_SPACE)
    if len(packed) % 4 or not _BASE64.fullmatch(packed):
        raise ValueError("no base64")
    try:
        text = base64.b64decode(packed).decode("utf-8", "replace")
    except binascii.Error as exc:
        raise ValueError("no base64") from exc
    username, colon, password = text.partition(":")
    return Credentials(username, password) if colon and password else None


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
