"""Say what a body looks like, whatever it is called, and where a redirect leads."""

import re
from collections.abc import Callable

from mockserver.errors import DecodeError

__all__ = ["leads_to_sign_in", "looks_like", "tell_unreadable"]

_CALL = re.compile(rb"(?:/\*\*/)?\s*[A-Za-z_$][\w.$]{0,80}\s*\(\s*[{\[]")
_LOOKS = (
    ("a call of a function", _CALL),
    ("HTML", re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE)),
    ("XML", re.compile(rb"\s*<[?A-Za-z]")),
    ("JSON", re.compile(rb"\s*[{\[]\s*[\"{\[\]}]")),
)
_HEAD = 500
_SIGN_IN = re.compile(r"log-?in|sign-?in|sso|oauth|saml|openid|authorize", re.IGNORECASE)
# Of a parser: what stands where, by its name and by places alone.
_TELLING = re.compile(
    r"not (?:JSON|XML): [A-Za-z ,':()-]{1,60}line \d+,? column \d+(?: \(char \d+\))?"
    r"|not CSV: a quote that closes, and more behind it|not (?:CSV|JSV): [a-z ]{1,60}"
    r"|not JSV: .{1,20} at character \d+"
    r"|(?:a line|isUnread|\d+ lines|the cell) [A-Za-z, :]{1,60}|not UTF-8: [a-z ]{1,40} at byte \d+"
)


def leads_to_sign_in(location: str) -> bool:
    """Say whether the address of a redirect is that of a sign-in, by its words."""
    return _SIGN_IN.search(location) is not None


def looks_like(body: bytes) -> str:
    """Return what a body begins as; empty where it begins as none that is known."""
    head = body[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    return next((name for name, pattern in _LOOKS if pattern.match(head)), "")


def tell_unreadable(kind: str | None, body: bytes, decode: Callable[[bytes], object]) -> str:
    """Return in words that a body is not of its kind, what it looks like instead, and why."""
    looks, why = looks_like(body), _why_unreadable(decode, body)
    other = f" but {looks}" if looks.lower() not in ("", kind) else ""
    return f"a body that is not {kind}{other}{f' ({why})' if why else ''}"


def _why_unreadable(decode: Callable[[bytes], object], body: bytes) -> str:
    """Return why a body cannot be read, in words that hold no name or text of it; may be empty."""
    try:
        decode(body)
    except DecodeError as error:
        text = str(error)
        return text if _TELLING.fullmatch(text) else ""
    return ""
