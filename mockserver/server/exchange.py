"""Hold one request as it arrived and one answer before it is sent; plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mockserver.models import ListConversations
from mockserver.wire.bind import query_pairs
from mockserver.wire.route import decode_path

__all__ = ["Answer", "Request"]

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Request:
    """Hold a request; `headers` are (lower-case name, value) in the order of arrival."""

    method: str
    raw_path: bytes
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    scheme: str = "http"

    @cached_property
    def _by_name(self) -> Mapping[bytes, list[str]]:
        lines: dict[bytes, list[str]] = {}
        for name, value in self.headers:
            lines.setdefault(name, []).append(_decode(value))
        return lines

    @cached_property
    def path(self) -> str:
        """Return the decoded path."""
        return decode_path(self.raw_path)

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as decoded (name, value) pairs."""
        return query_pairs(self.query)

    @cached_property
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
    def base_url(self) -> str:
        """Return `scheme://host` as the client sees it, a forwarding proxy included."""
        scheme = self.header(b"x-forwarded-proto") or self.scheme
        return f"{scheme}://{self.header(b'host') or 'localhost'}"

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
        asked: the bound request that the rows answer, if any.
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
    asked: ListConversations | None = None
    warnings: tuple[str, ...] = ()

    def fresh(self) -> "Answer":
        """Return a copy whose lists can be added to."""
        return Answer(
            status=self.status,
            reason=self.reason,
            content_type=self.content_type,
            body=self.body,
            headers=self.headers.copy(),
            is_framework=self.is_framework,
            varies=self.varies,
            is_chunked=self.is_chunked,
            rows=self.rows,
            asked=self.asked,
            warnings=self.warnings,
        )


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
