"""Add the CORS headers of ServiceStack's CorsFeature, and answer preflights.

As recorded the headers stand on every answer that the framework writes, and OPTIONS is 200 on any
path. Ours on top: more allowed headers, and `Vary: Origin` where an origin was sent.
Source: fixtures/transcripts, variant cors.
"""

import re

from mockserver.server.exchange import Answer, Request

__all__ = ["add_cors", "answer_preflight", "is_allowed"]

_LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_ALLOWED_HEADERS = "Content-Type, Authorization, Prefer, X-Mock-Space"


def answer_preflight(request: Request, origins: tuple[str, ...] | None) -> Answer | None:
    """Return the answer to an OPTIONS request; None where CORS is off or it is no such request."""
    if origins == () or request.method != "OPTIONS":
        return None
    return Answer(status=200, is_chunked=False)


def add_cors(answer: Answer, request: Request, origins: tuple[str, ...] | None) -> None:
    """Put the headers onto `answer`.

    Args:
        origins: the allowed origins; None for every loopback origin, () for no CORS at all.
    """
    if origins == () or not answer.is_framework:
        return
    origin = request.header(b"origin")
    answer.varies_by_origin = origin is not None
    answer.headers += [
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Headers", _ALLOWED_HEADERS),
        ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD"),
    ]
    if origin is not None and is_allowed(origin, origins):
        answer.headers.append(("Access-Control-Allow-Origin", origin))
    answer.headers.append(("Access-Control-Max-Age", "600"))


def is_allowed(origin: str, origins: tuple[str, ...] | None) -> bool:
    """Tell whether pages of an origin may call; None stands for every loopback origin."""
    if origins is None:
        return _LOOPBACK.fullmatch(origin) is not None
    return origin in origins
