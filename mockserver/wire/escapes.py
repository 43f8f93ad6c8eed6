"""Decode percent-escapes: strictly, one by one, as ASP.NET Core does, or loosely."""

import io
import re

__all__ = ["ESCAPES", "unescape", "unescape_loosely", "unescape_run"]

# As many as follow each other, for a character may take several.
ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})++")


def unescape(text: str) -> str:
    """Return a text without its escapes; what is no escape, or no UTF-8, stays as it is."""
    return ESCAPES.sub(lambda run: unescape_run(run[0]), text) if "%" in text else text


def unescape_loosely(text: str) -> str:
    """Return a text without its escapes; what is no UTF-8 becomes U+FFFD."""
    return ESCAPES.sub(lambda run: _bytes_of(run[0]).decode("utf-8", "replace"), text)


def unescape_run(escapes: str) -> str:
    """Return what a run of escapes stands for.

    Each byte that is no part of a character keeps its escape, in the client's spelling.
    """
    data = _bytes_of(escapes)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _unescape_partly(data, escapes)


def _bytes_of(escapes: str) -> bytes:
    return bytes.fromhex(escapes.replace("%", ""))


def _unescape_partly(data: bytes, escapes: str) -> str:
    output = io.StringIO()
    at = 0
    for char in data.decode("utf-8", "surrogateescape"):
        is_byte = "\udc80" <= char <= "\udcff"
        output.write(escapes[3 * at : 3 * at + 3] if is_byte else char)
        at += 1 if is_byte else len(char.encode())
    return output.getvalue()
