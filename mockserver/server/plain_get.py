"""Know a plain GET by its bytes: a client sends the same headers with each request.

Only headers that the parser has let pass are known; the bounds of heads.py hold for them already.
"""

import re
from typing import NamedTuple

from mockserver.wire.http_request import Head, Headers, read_head

__all__ = ["PlainGet", "find_plain_get", "remember_headers"]

_MAX_KNOWN = 256
_MAX_BLOCK_BYTES = 4_096
_LINE = re.compile(rb"GET (/[A-Za-z0-9/?&=._~:,;%+\-@!$'()*]{0,8000}+) HTTP/1\.1\r\n")
# By what stands behind the first line, its line break included.
_KNOWN: dict[bytes, tuple[Headers, Head]] = {}


class PlainGet(NamedTuple):
    """Hold a request that needs no parser."""

    target: bytes
    headers: Headers
    head: Head


def find_plain_get(data: bytes, at: int, end: int) -> PlainGet | None:
    """Return the GET whose head is `data[at:end]`, empty line included; None if it is no such."""
    line = _LINE.match(data, at, end)
    if line is None:
        return None
    known = _KNOWN.get(data[line.end() - 2 : end])
    target: bytes = line[1]
    return None if known is None or b"%00" in target else PlainGet(target, *known)


def remember_headers(block: bytes, headers: Headers) -> None:
    """Know the headers of a GET that keeps its connection and has no body.

    Args:
        block: their bytes, from the line break before the first to the empty line; none for
            headers that stand in other bytes.
    """
    if len(_KNOWN) >= _MAX_KNOWN:
        _KNOWN.clear()
    if 0 < len(block) <= _MAX_BLOCK_BYTES:
        _KNOWN[block] = headers, read_head(headers)
