"""Say what a body looks like, whatever it is called."""

import re

__all__ = ["looks_like", "tell_looks"]

_CALL = re.compile(rb"(?:/\*\*/)?\s*[A-Za-z_$][\w.$]{0,80}\s*\(\s*[{\[]")
_LOOKS = (
    ("a call of a function", _CALL),
    ("HTML", re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE)),
    ("XML", re.compile(rb"\s*<[?A-Za-z]")),
    ("JSON", re.compile(rb"\s*[{\[]\s*[\"{\[\]}]")),
)
_HEAD = 500


def looks_like(body: bytes) -> str:
    """Return what a body begins as; empty where it begins as none that is known."""
    head = body[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    return next((name for name, pattern in _LOOKS if pattern.match(head)), "")


def tell_looks(kind: str | None, body: bytes) -> str:
    """Return in words that a body is not of its kind, and what it looks like instead."""
    looks = looks_like(body)
    return f"a body that is not {kind}{f' but {looks}' if looks.lower() not in ('', kind) else ''}"
