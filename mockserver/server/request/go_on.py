"""Read where a client asks to go on to after it has signed in or out.

Browsers take more for a way to another server than a URL's grammar says: a backslash for a slash,
`https:evil` for `https://evil`, and line breaks inside for nothing. So what is not surely of this
server, or of an origin that may call it, is elsewhere.
Source: fixtures/transcripts, groups login and logout, `continue`; that page says nothing of these.
"""

import re
import urllib.parse

from mockserver.server.request.cors import is_allowed_origin
from mockserver.wire.http_request import Request

__all__ = ["is_elsewhere", "location_of"]

_ABSOLUTE = re.compile(r"(https?://[^/?#]*)[/?#]?.*", re.IGNORECASE | re.DOTALL)
# A path, a query, a fragment; a colon before any of them ends a scheme.
_RELATIVE = re.compile(r"(?!//)[^:/?#]*(?:[/?#].*)?", re.DOTALL)
_MISREAD = re.compile(r"[\x00-\x1f\x7f-\x9f\\]|^\s|\s$")


def is_elsewhere(target: str, request: Request, origins: tuple[str, ...] | None) -> bool:
    """Tell whether a URL may lead away from this server and from the origins that may call it.

    Args:
        origins: the allowed origins; None for every loopback origin.
    """
    if _MISREAD.search(target):
        return True
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        return _RELATIVE.fullmatch(target) is None
    origin = absolute[1].lower()
    return origin != request.origin.lower() and not is_allowed_origin(origin, origins)


def location_of(target: str) -> str:
    """Return a URL as a header can hold it; what is ASCII and no space stays as it is."""
    return "".join(
        char if "!" <= char <= "~" else urllib.parse.quote(char, safe="", errors="replace")
        for char in target
    )
