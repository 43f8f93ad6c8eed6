"""Settle what shapes every answer to one request: media type, callback, `?jsconfig=`.

Source: fixtures/transcripts, groups fmt-*, jsonp, jsconfig; negotiate.py says in which order.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from mockserver.profile import Profile
from mockserver.wire.formats.dto import JsConfig, parse_js_config
from mockserver.wire.negotiate import Negotiated, negotiate
from mockserver.wire.quirks import QUIRKS, Quirks
from mockserver.wire.route import Route, find_parameter

__all__ = ["SHAPING_NAMES", "Style", "settle_style"]

# The names in a query that decide of the form of the answer; all others are data.
SHAPING_NAMES = frozenset({"callback", "format", "jsconfig"})
_MAX_KEPT_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Hold what shapes every answer to one request.

    Attributes:
        negotiated: the media type and the callback.
        quirks: the framework's ways.
        options: what `?jsconfig=` and the profile ask for.
        operation: the operation's name, which says what an error's body is.
        challenge: the name of the first sign-in provider.
        file_name: the operation's name in a download, where the client's spelling of it counts.
        joins_rows: an answer with rows is JSON that can be joined from the JSON of each.
    """

    negotiated: Negotiated
    quirks: Quirks
    options: JsConfig
    operation: str
    challenge: str
    file_name: str | None = None
    joins_rows: bool = False


def settle_style(
    route: Route,
    shaping: tuple[tuple[str, str], ...],
    accept: tuple[str, ...],
    content_type: str | None,
    profile: Profile,
) -> Style:
    """Return the style of every answer to a request, refusals included.

    Args:
        shaping: the pairs of the query whose names are in SHAPING_NAMES.
        accept: the Accept header lines, as sent.
        content_type: the request's own.
        profile: settles framework, default type, JSONP, nulls, false members, the first provider.

    Raises:
        EmptyAcceptError: an Accept line names no type.
    """
    length = len(route.path) + len(route.method) + len(content_type or "") + sum(map(len, accept))
    if shaping:
        length += sum(map(len, chain(*shaping)))
    settle = _settle_style if length <= _MAX_KEPT_LENGTH else _settle_style.__wrapped__
    return settle(route, shaping, accept, content_type, profile)


# Pure, and a client asks in the same way time and again; long texts are never kept.
@lru_cache(maxsize=1_024)
def _settle_style(
    route: Route,
    shaping: tuple[tuple[str, str], ...],
    accept: tuple[str, ...],
    content_type: str | None,
    profile: Profile,
) -> Style:
    quirks = QUIRKS[profile["framework"]]
    negotiated = negotiate(
        route,
        shaping,
        accept,
        content_type,
        default=profile["default-media-type"],
        quirks=quirks,
        has_jsonp=profile["jsonp"] == "on",
    )
    options = parse_js_config(
        find_parameter(shaping, "jsconfig") or "",
        include_nulls=profile["nulls"] == "write",
        omit_false=profile["false-members"] == "omit",
        knows_type_info=quirks.knows_type_info,
    )
    return Style(
        negotiated=negotiated,
        quirks=quirks,
        options=options,
        operation=route.operation,
        challenge=profile["provider-order"],
        file_name=None if route.is_batch else route.name,
        joins_rows=negotiated.format in ("json", "jsonl")
        and options == JsConfig(include_nulls=options.include_nulls, omit_false=options.omit_false),
    )
