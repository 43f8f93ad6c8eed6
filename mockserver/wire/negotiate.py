"""Settle the media type of an answer, in ServiceStack's order.

Suffix or predefined route first, then `callback`, `format`, the Accept lines, the default. Each
Accept *line* is one item of which only the beginning counts; q-values do nothing. Nothing is
ever refused: what matches nothing gets the default.
Source: fixtures/transcripts, groups fmt-*, jsonp; fuzz/negotiation.ndjson.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route, find_parameter

__all__ = ["EmptyAcceptError", "Negotiated", "negotiate"]

_PREFERRED = ("text/html", "application/json", "application/xml", "application/jsv")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_IN_A_NAME = re.compile("[^A-Za-z0-9._]")
_FORMAT_MAX_LENGTH = 4


class EmptyAcceptError(Exception):
    """Say that an Accept line names no type; the framework breaks off with an empty 200."""


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
) -> Negotiated:
    """Return the media type and the JSONP callback.

    Args:
        accept: the Accept header lines, as sent.
        request_type: the request's own Content-Type; `*/*` is answered in it.
        default: the name of the default format.

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
        callback=_NOT_IN_A_NAME.sub("_", callback) if callback else None,
    )


def _from_path(route: Route, quirks: Quirks) -> str | None:
    return quirks.content_types[route.suffix] if route.suffix is not None else None


def _from_query(
    route: Route, pairs: Sequence[tuple[str, str]], callback: str | None, quirks: Quirks
) -> str | None:
    if callback:
        return "application/json"
    name = find_parameter(pairs, "format")
    if name is None:
        # The framework also takes a short first segment of the path for a format.
        name = route.path.removeprefix("/").partition("/")[0]
        if route.kind != "rest" or len(name) > _FORMAT_MAX_LENGTH:
            return None
    return quirks.content_types.get(name.partition(".")[0].lower())


def _from_accept(
    accept: Sequence[str], request_type: str | None, default: str, quirks: Quirks
) -> str:
    own_type = default if _is_form(request_type) else request_type
    preferred = (default, *(known for known in _PREFERRED if known != default))
    lines = [_real_type(line) for line in accept]
    matched = [known for known in preferred if any(line.startswith(known) for line in lines)]
    if matched:
        return own_type if own_type in matched else matched[0]
    if "*/*" in lines:
        return own_type or default
    for line in accept:
        for known in quirks.content_types.values():
            if line.lower().startswith(known):
                return known
    return default


def _is_form(request_type: str | None) -> bool:
    return request_type is not None and request_type.lower().startswith(_FORM_TYPES)


def _real_type(line: str) -> str:
    media_type = line.partition(";")[0].strip().lower()
    if not media_type:
        raise EmptyAcceptError
    return media_type


def _format_of(content_type: str, quirks: Quirks) -> str | None:
    """Return the format that writes a type; parameters do not count."""
    bare = content_type.partition(";")[0].strip().lower()
    if bare == "text/xml":
        return "xml"
    return next((name for name, known in quirks.content_types.items() if known == bare), None)
