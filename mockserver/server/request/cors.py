"""Give the CORS headers of ServiceStack's CorsFeature, and answer preflights.

As recorded the headers stand on every answer that the framework writes, and OPTIONS is 200 on any
path. Ours on top: more allowed headers, `Vary: Origin` where an origin was sent, and the headers on
pages and on what a proxy would send, where an allowed origin asks.
Source: fixtures/transcripts, variant cors.
"""

import re

from mockserver.server.request.exchange import Answer, Exchange

__all__ = [
    "allowed_headers",
    "answer_preflight",
    "cors_headers",
    "is_allowed_origin",
    "is_from_allowed_origin",
]

_LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_ALLOWED_HEADERS = ("Content-Type", "Authorization", "Prefer", "X-Mock-Space")


def answer_preflight(x: Exchange) -> None:
    """Answer an OPTIONS request, unless CORS is off; it is the verb in force that counts."""
    if x.request.verb == "OPTIONS" and x.space.scenario.cors_origins != ():
        x.answer = Answer(status=200, is_chunked=False)


def cors_headers(
    origin: str | None, origins: tuple[str, ...] | None, more: tuple[str, ...] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the headers that a page of `origin` needs, in order.

    Args:
        origins: the allowed origins; None for every loopback origin, () for no CORS at all.
        more: request headers that are allowed besides the usual ones.
    """
    if origins == ():
        return ()
    headers = [
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Headers", ", ".join(allowed_headers(more))),
        ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD"),
    ]
    if origin is not None and is_allowed_origin(origin, origins):
        headers.append(("Access-Control-Allow-Origin", origin))
    return (*headers, ("Access-Control-Max-Age", "600"))


def is_from_allowed_origin(x: Exchange) -> bool:
    """Tell whether a page that may read answers sent a request."""
    origin = x.request.head.origin
    return origin is not None and is_allowed_origin(origin, x.space.scenario.cors_origins)


def allowed_headers(more: tuple[str, ...]) -> tuple[str, ...]:
    """Return the request headers that a page may send, besides those that any page may."""
    return (*_ALLOWED_HEADERS, *more)


def is_allowed_origin(origin: str, origins: tuple[str, ...] | None) -> bool:
    """Tell whether pages of an origin may read answers."""
    if origins is None:
        return _LOOPBACK.fullmatch(origin) is not None
    return origin in origins
