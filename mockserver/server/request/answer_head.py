"""Write the headers of an answer, in Kestrel's order."""

from functools import lru_cache

from mockserver.dotnet.ticks import ticks_to_unix
from mockserver.server.request.cors import cors_headers
from mockserver.server.request.exchange import Exchange, HeaderLines
from mockserver.wire.http_date import http_date

__all__ = ["date_header", "write_answer_head"]

_CHUNKED = (b"transfer-encoding", b"chunked")
_SERVER = (b"server", b"Kestrel")


def write_answer_head(x: Exchange) -> None:
    """Write what stands before the body; `transfer-encoding` says whether that is chunked."""
    answer, request = x.answer, x.request
    assert answer is not None
    lines = x.sent
    if request.method != "HEAD":
        is_chunked = answer.is_chunked and request.http_version != "1.0"
        lines.append(_CHUNKED if is_chunked else (b"content-length", b"%d" % len(answer.body)))
    if answer.content_type is not None:
        lines.append(_line("content-type", answer.content_type))
    lines.append(date_header(int(ticks_to_unix(x.now_ticks))))
    lines.append(_SERVER)
    if answer.keeps_cookies:
        lines += [(b"set-cookie", value.encode()) for value in x.jar.values]
    origin, origins = request.head.origin, x.space.scenario.cors_origins
    has_cors = answer.is_framework if answer.has_cors is None else answer.has_cors
    has_cors = has_cors and origins != ()
    if answer.is_framework and answer.varies:
        vary = "Accept, Origin" if has_cors and origin is not None else "Accept"
        lines.append(_line("vary", vary))
    elif has_cors and answer.has_cors and origin is not None:
        lines.append(_line("vary", "Origin"))
    if answer.headers:
        lines += [_line(name, value) for name, value in answer.headers]
    if has_cors:
        lines += _cors_lines(origin, origins, x.space.scenario.cors_headers)
    if x.preferred:
        lines.append(_line("Preference-Applied", x.preferred))
    if answer.is_framework:
        lines.append(_line("x-powered-by", x.quirks.powered_by))


@lru_cache(maxsize=64)
def _cors_lines(
    origin: str | None, origins: tuple[str, ...] | None, more: tuple[str, ...]
) -> HeaderLines:
    return [_line(name, value) for name, value in cors_headers(origin, origins, more)]


@lru_cache(maxsize=8)
def date_header(unix_seconds: int) -> tuple[bytes, bytes]:
    """Return the Date header of an instant."""
    return b"date", http_date(unix_seconds).encode()


@lru_cache(maxsize=512)
def _line(name: str, value: str) -> tuple[bytes, bytes]:
    return name.lower().encode(), value.encode("latin-1", "replace")
