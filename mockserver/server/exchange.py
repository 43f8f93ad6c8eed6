"""Hold one request as it arrived and one answer before it is sent; plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mockserver.models import ListConversations
from mockserver.wire.bind import query_pairs
from mockserver.wire.route import decode_path

__all__ = ["Answer", "Request"]

_T = TypeVar("_T")
_FORM = "application/x-www-form-urlencoded"


class lazy(Generic[_T]):
    """Compute a property once; `functools.cached_property` takes a lock each time on 3.11."""

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, _owner: type) -> _T:
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value


@dataclass(frozen=True, kw_only=True)
class Request:
    """Hold a request; `headers` are (lower-case name, value) in the order of arrival.

    `prefix` is what stood before the path to name the space, such as `/~name`.
    """

    method: str
    raw_path: bytes
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    scheme: str = "http"
    prefix: str = ""

    @lazy
    def _by_name(self) -> Mapping[bytes, list[str]]:
        lines: dict[bytes, list[str]] = {}
        for name, value in self.headers:
            lines.setdefault(name, []).append(_decode(value))
        return lines

    @lazy
    def path(self) -> str:
        """Return the decoded path."""
        return decode_path(self.raw_path)

    @lazy
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as decoded (name, value) pairs."""
        return query_pairs(self.query)

    @lazy
    def form(self) -> list[tuple[str, str]]:
        """Return the body's pairs where it is a form; else none."""
        content_type = self.header(b"content-type") or ""
        if not self.body or not content_type.lower().startswith(_FORM):
            return []
        return query_pairs(self.body)

    def lines(self, name: bytes) -> list[str]:
        """Return every line of a header."""
        return self._by_name.get(name, [])

    def header(self, name: bytes) -> str | None:
        """Return a header, its lines joined by commas; None when it is absent."""
        lines = self._by_name.get(name)
        return None if lines is None else ",".join(lines)

    @property
    def origin(self) -> str:
        """Return `scheme://host` as the client sees it, a forwarding proxy included."""
        scheme = self.header(b"x-forwarded-proto") or self.scheme
        return f"{scheme}://{self.header(b'host') or 'localhost'}"

    @property
    def base_url(self) -> str:
        """Return the origin with what names the space."""
        return f"{self.origin}{self.prefix}"

    @property
    def url(self) -> str:
        """Return the absolute URL; the path and query as they were sent."""
        query = f"?{self.query.decode('latin-1')}" if self.query else ""
        return f"{self.base_url}{self.raw_path.decode('latin-1')}{query}"


@dataclass(slots=True, kw_only=True)
class Answer:
    """Hold an answer; the app adds what every answer of the host carries.

    Attributes:
        reason: the reason phrase; None for the standard one.
        content_type: None where the answer has none.
        cookies: whole Set-Cookie values, in order.
        headers: further headers, in order, names as on the wire.
        is_framework: ServiceStack wrote it: it carries X-Powered-By.
        varies: it carries `Vary: Accept`, if ServiceStack wrote it.
        varies_by_origin: `Vary` names Origin too.
        is_chunked: the body goes out in chunks, as the framework streams its DTOs.
        rows: how many conversations it holds; None where that is no question.
        user: who signed in by this answer, if anybody did.
        asked: the bound request that the rows answer, if any.
        parts: the rows' bytes, which commas join inside `body`, where a row's bytes are kept.
        until_ticks: when the session that it rests on is over, if it rests on one.
        warnings: what the client's author should know.
    """

    status: int = 200
    reason: str | None = None
    content_type: str | None = None
    body: bytes = b""
    cookies: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    is_framework: bool = True
    varies: bool = True
    varies_by_origin: bool = False
    is_chunked: bool = True
    rows: int | None = None
    user: str | None = None
    asked: ListConversations | None = None
    parts: tuple[bytes, ...] | None = None
    until_ticks: int | None = None
    warnings: tuple[str, ...] = ()


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
