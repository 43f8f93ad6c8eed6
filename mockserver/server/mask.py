"""Mask secrets in what people see of requests: log lines, the journal, its explanations.

A header is shown whole only if it is on the list of those that hold no secret.
"""

import re
import urllib.parse

__all__ = ["mask_header", "mask_query"]

_MASK = "***"
_SECRET_PARAMETER = re.compile(
    r"(?i)((?:^|[?&])(?:[^=&]*(?:pass|pwd|token|secret|ss-p?id|api-?_?key"
    r"|authorization|credential|session)[^=&]*)=)[^&]*"
)
_SHOWN_HEADERS = frozenset(
    {
        "connection",
        "content-disposition",
        "content-length",
        "content-type",
        "date",
        "dnt",
        "host",
        "origin",
        "pragma",
        "priority",
        "server",
        "transfer-encoding",
        "upgrade-insecure-requests",
        "user-agent",
        "vary",
        "www-authenticate",
        "x-http-method-override",
        "x-mock-space",
        "x-powered-by",
        "x-requested-with",
    }
)
_SHOWN_PREFIXES = ("accept", "access-control-", "cache-control", "if-", "prefer", "sec-")
_ADDRESSES = ("location", "referer")


def mask_query(query: str) -> str:
    """Return a query with the values of secret parameters masked."""
    return _SECRET_PARAMETER.sub(rf"\1{_MASK}", query)


def mask_header(name: str, value: str) -> str:
    """Return a header's value; whole only where it can hold no secret."""
    name = name.lower()
    if name in _ADDRESSES:
        before, mark, query = value.partition("?")
        return f"{before}{mark}{mask_query(urllib.parse.unquote(query))}"
    if name == "cookie":
        return "; ".join(f"{part.partition('=')[0].strip()}={_MASK}" for part in value.split(";"))
    if name == "set-cookie":
        cookie, semicolon, attributes = value.partition(";")
        return f"{cookie.partition('=')[0]}={_MASK}{semicolon}{attributes}"
    if name == "authorization":
        return f"{value.partition(' ')[0]} {_MASK}" if " " in value else _MASK
    return value if name in _SHOWN_HEADERS or name.startswith(_SHOWN_PREFIXES) else _MASK
