"""Find what the author of a client should know about a request that the host lets pass.

The real host says nothing of these: it ignores a parameter that it does not know and answers an id
that does not exist with no rows. Warnings go to the request log, never into the answer.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mockserver.contract import Contract, load_contract
from mockserver.dotnet.ticks import has_zone, is_usual_date, parse_date
from mockserver.models import REQUEST_FIELDS, ListConversations
from mockserver.server.mask import mask_name, mask_value
from mockserver.wire.http_request import Request
from mockserver.world.rows import View

__all__ = ["find_warnings", "warnings_of"]

# What ServiceStack itself reads from a query.
_FRAMEWORK_PARAMETERS = ("callback", "format", "jsconfig", "x-http-method-override")
_TYPE_PARAMETERS = ("callback", "format")
_NOT_A_LETTER = re.compile(r"[^a-z]")
# A plus sign that was not encoded arrives as a space.
_LOST_PLUS = re.compile(r"T\d\d:\d\d(:\d\d(\.\d+)?)? \d\d:?\d\d", re.ASCII)
_ANY_INSTANT = 630_822_816_000_000_000
_SHOWN_IDS = 3
_ATTRIBUTES = dict(REQUEST_FIELDS)
_SHOWN_NAMES = 5
_SHOWN_LENGTH = 40
# Of a longer name the beginning is enough to find what is near.
_READ_LENGTH = 200


def warnings_of(view: View, request: Request, asked: ListConversations | None) -> tuple[str, ...]:
    """Return what the author of the client that sent `request` should know."""
    if asked is None:
        return ()
    return find_warnings(
        accept=request.head.accept,
        pairs=request.pairs,
        request=asked,
        world=view,
        contract=load_contract(),
        is_type_settled="." in request.path or not request.path.lower().startswith("/conv"),
    )


def find_warnings(
    *,
    accept: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    request: ListConversations,
    world: View,
    contract: Contract,
    is_type_settled: bool = False,
) -> tuple[str, ...]:
    """Return one line for each thing that the client's author probably did not mean.

    Args:
        accept: the Accept header lines, as sent.
        pairs: the decoded query.
        request: what was bound.
        is_type_settled: the path says which media type it wants, as `/conversations.json` does.
    """
    names = [name.lower() for name, _ in pairs]
    if is_type_settled or any(name in names for name in _TYPE_PARAMETERS):
        accept = ("settled",)
    return (
        *_about_accept(tuple(accept)),
        *_about_names(pairs, contract),
        *_about_date(request.after_date),
        *_about_ids(request, world, contract),
    )


@lru_cache(maxsize=64)
def _about_accept(accept: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [line.partition(";")[0].strip() for line in accept]
    advice = "the server chooses the media type; send Accept: application/json"
    if not any(wanted):
        return (f"no Accept header, {advice}",)
    if all(media_type == "*/*" for media_type in wanted):
        return (f"Accept: */* asks for no type, {advice}",)
    return ()


def _about_names(pairs: Sequence[tuple[str, str]], contract: Contract) -> Iterator[str]:
    known = tuple(parameter.name for parameter in contract.parameters)
    names = dict.fromkeys(name for name, _ in pairs)
    found = [text for name in names if (text := _about_name(name[:_READ_LENGTH], known))]
    yield from found[:_SHOWN_NAMES]
    if len(found) > _SHOWN_NAMES:
        yield f"{len(found) - _SHOWN_NAMES} more unknown parameters"


# A client that sends a name of its own sends it with every request.
@lru_cache(maxsize=256)
def _about_name(name: str, known: tuple[str, ...]) -> str | None:
    by_letters = {one.lower(): one for one in known}
    if name.lower() in by_letters or name.lower() in _FRAMEWORK_PARAMETERS:
        return None
    letters = _NOT_A_LETTER.sub("", name[:_SHOWN_LENGTH].lower())
    nearest = difflib.get_close_matches(letters, by_letters, n=1, cutoff=0.6)
    shown = _shown(mask_name(name))
    if nearest:
        return f"unknown parameter {shown}; did you mean {by_letters[nearest[0]]}?"
    return f"unknown parameter {shown}; known: {', '.join(known)}"


def _about_date(text: str | None) -> Iterator[str]:
    if text is None or is_usual_date(text):
        return
    if _LOST_PLUS.search(text):
        yield "afterDate has a space before its offset; write + as %2B"
    if parse_date(text, now_ticks=_ANY_INSTANT) is None:
        yield "afterDate cannot be read as a date; write it as 2026-03-01T12:00:00Z"
    elif not has_zone(text):
        yield "afterDate has no zone; end it with Z or an offset"


def _about_ids(request: ListConversations, world: View, contract: Contract) -> Iterator[str]:
    for parameter in contract.parameters:
        if parameter.operator != "in":
            continue
        attribute = _ATTRIBUTES[parameter.name]
        asked: Sequence[str | None] = getattr(request, attribute) or ()
        strange = [value for value in asked if value and not world.knows(attribute, value)]
        strange = list(dict.fromkeys(strange))
        for value in strange[:_SHOWN_IDS]:
            yield f"{parameter.name}: {_shown(mask_value(parameter.name, value))} does not exist"
        if len(strange) > _SHOWN_IDS:
            yield f"{parameter.name}: {len(strange) - _SHOWN_IDS} more that do not exist"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…")
