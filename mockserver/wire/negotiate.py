"""Settle the media type of an answer, in ServiceStack's order.

Suffix or predefined route first, then `callback`, `format`, the Accept lines, the default. Each
Accept *line* is one item of which only the beginning counts; q-values do nothing. Nothing is
ever refused: what matches nothing gets the default.
Source: fixtures/transcripts, groups fmt-*, jsonp; fuzz/negotiation.ndjson.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.dotnet.characters import trim
from mockserver.errors import EmptyAcceptError
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route, find_parameter

__all__ = ["Negotiated", "negotiate"]

_PREFERRED = ("text/html", "application/json", "application/xml", "application/jsv")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_IN_A_NAME = re.compile("[^A-Za-z0-9._]")
_FORMAT_MAX_LENGTH = 4
_FORMAT_MIN_LENGTH = 3
_SOAP_12 = "application/soap+xml"
# Nothing writes it, though the same with other spelling of the parameter is XML.
_SOAP_11 = "text/xml; charset=utf-8"
_ALIASES = {
    "text/json": "application/json",
    "text/jsv": "application/jsv",
    "text/xml": "application/xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """Hold what was settled.

    Attributes:
        content_type: the media type, without parameters; may be one that nothing can write.
        format: the name of the format that writes it, or None.
        callback: the JSONP function, already sanitised, or None.
    """

    content_type: str
    format: str | None
    callback: str | None


def negotiate(
    route: Route,
    pairs: Sequence[tuple[str, str]],
    accept: Sequence[str],
    request_type: str | None,
    *,
    default: str,
    quirks: Quirks,
    has_jsonp: bool = True,
) -> Negotiated:
    """Return the media type and the JSONP callback.

    Args:
        accept: the Accept header lines, as sent.
        request_type: the request's own Content-Type; `*/*` is answered in it.
        default: the name of the default format.
        has_jsonp: a callback wraps the answer; without it, it asks for JSON all the same.

    Raises:
        EmptyAcceptError: an Accept line is empty once its parameters are cut off.
    """
    callback = find_parameter(pairs, "callback") or None
    content_type = _from_path(route, quirks) or _from_query(route, pairs, callback, quirks)
    if content_type is None and route.content_type is not None:
        content_type = route.content_type
    if content_type is None:
        content_type = _from_accept(accept, request_type, quirks.content_types[default], quirks)
    return Negotiated(
        content_type=content_type,
        format=_format_of(content_type, quirks),
        callback=_NOT_IN_A_NAME.sub("_", callback) if callback and has_jsonp else None,
    )


def _from_path(route: Route, quirks: Quirks) -> str | None:
    return quirks.content_types[route.suffix] if route.suffix is not None else None


def _from_query(
    route: Route, pairs: Sequence[tuple[str, str]], callback: str | None, quirks: Quirks
) -> str | None:
    if callback:
        return "application/json"
    given = find_parameter(pairs, "format")
    name = _format_in_path(route.path) if given is None else given.partition(".")[0]
    return quirks.content_types.get(name.lower())


def _format_in_path(path: str) -> str:
    """Return the path's first segment where it is short enough for a format; else nothing.

    The framework looks for the slash behind it among four characters, so that a name of four
    counts only as the whole of the path.
    """
    if len(path) < _FORMAT_MIN_LENGTH:
        return ""
    text = path.removeprefix("/")
    end = text.find("/", 0, _FORMAT_MAX_LENGTH)
    if end >= 0:
        return text[:end]
    return text if len(text) <= _FORMAT_MAX_LENGTH else ""


def _from_accept(
    accept: Sequence[str], request_type: str | None, default: str, quirks: Quirks
) -> str:
    own_type = default if _is_form(request_type) else request_type
    preferred = (default, *(known for known in _PREFERRED if known != default))
    lines: list[str] = []
    for line in accept:
        lines.append(_real_type(line))
        if own_type in preferred and lines[-1].startswith(own_type or ""):
            # Further lines are not even looked at.
            return own_type or ""
    for known in preferred:
        if any(line.startswith(known) for line in lines):
            return known
    if "*/*" in lines:
        return own_type or default
    for line in accept:
        for known in quirks.content_types.values():
            if line.lower().startswith(known):
                return known
    return _SOAP_12 if _is_soap(request_type) else default


def _is_form(request_type: str | None) -> bool:
    return request_type is not None and request_type.lower().startswith(_FORM_TYPES)


def _is_soap(request_type: str | None) -> bool:
    return request_type is not None and trim(request_type).lower().startswith(_SOAP_12)


def _real_type(line: str) -> str:
    media_type = trim(line.partition(";")[0]).lower()
    if not media_type:
        raise EmptyAcceptError
    return media_type


def _format_of(content_type: str, quirks: Quirks) -> str | None:
    """Return the format that writes a type; parameters do not count."""
    if content_type == _SOAP_11:
        return None
    bare = trim(content_type.partition(";")[0]).lower()
    bare = _ALIASES.get(bare, bare)
    return next((name for name, known in quirks.content_types.items() if known == bare), None)
