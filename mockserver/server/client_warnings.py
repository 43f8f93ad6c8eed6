"""Find what the author of a client should know about a request that the host lets pass.

The real host says nothing of these: it ignores a parameter that it does not know and answers an id
that does not exist with no rows. Warnings go to the request log, never into the answer.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mockserver.contract import Contract, load_contract
from mockserver.dotnet.ticks import has_zone, is_date, is_usual_date
from mockserver.models import REQUEST_FIELDS, ListConversations
from mockserver.server.mask import mask_header, mask_header_name, mask_name, mask_value
from mockserver.server.request.cors import allowed_headers, is_allowed_origin
from mockserver.space.space import Space
from mockserver.wire.http_request import Request
from mockserver.world.rows import View

__all__ = ["find_warnings", "warnings_of"]

# What ServiceStack itself reads from a query.
_FRAMEWORK_PARAMETERS = ("callback", "format", "jsconfig", "x-http-method-override")
# What the mock itself reads.
_OUR_PARAMETERS = ("__code", "__delay", "__page")
_TYPE_PARAMETERS = ("callback", "format")
_NOT_A_LETTER = re.compile(r"[^a-z]")
# A plus sign that was not encoded arrives as a space.
_LOST_PLUS = re.compile(r"T\d\d:\d\d(:\d\d(\.\d+)?)? \d\d:?\d\d", re.ASCII)
_SHOWN_IDS = 3
_ATTRIBUTES = dict(REQUEST_FIELDS)
_SHOWN_NAMES = 5
_SHOWN_LENGTH = 40
_MAX_KEPT_LENGTH = 1_000


def warnings_of(space: Space, request: Request, asked: ListConversations | None) -> tuple[str, ...]:
    """Return what the author of the client that sent `request` should know."""
    if asked is None:
        return tuple(_about_preflight(request, space)) if request.method == "OPTIONS" else ()
    path = request.path
    has_ids = asked.account_ids or asked.endpoint_ids or asked.customer_ids
    return find_warnings(
        accept=request.head.accept,
        pairs=request.pairs,
        request=asked,
        world=space.world if has_ids else None,
        contract=load_contract(),
        is_type_settled="." in path or not path.lower().startswith("/conv"),
    )


def find_warnings(
    *,
    accept: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    request: ListConversations,
    world: View | None,
    contract: Contract,
    is_type_settled: bool = False,
) -> tuple[str, ...]:
    """Return one line for each thing that the client's author probably did not mean.

    Args:
        accept: the Accept header lines, as sent.
        pairs: the decoded query.
        request: what was bound.
        world: where its ids are looked up; None where it has none.
        is_type_settled: the path says which media type it wants, as `/conversations.json` does.
    """
    names = tuple([name for name, _ in pairs])
    known = contract.parameter_names
    is_long = len("".join((*names, *accept))) > _MAX_KEPT_LENGTH
    about_request = _about_request.__wrapped__ if is_long else _about_request
    found = about_request(tuple(accept), names, known, is_type_settled)
    if request.after_date is not None and not is_usual_date(request.after_date):
        found = (*found, *_about_date(request.after_date))
    return found if world is None else (*found, *_about_ids(request, world, contract))


# A client asks for the same things in the same way, time and again.
@lru_cache(maxsize=256)
def _about_request(
    accept: tuple[str, ...], names: tuple[str, ...], known: tuple[str, ...], is_type_settled: bool
) -> tuple[str, ...]:
    is_type_settled |= any(name.lower() in _TYPE_PARAMETERS for name in names)
    found = () if is_type_settled else _about_accept(accept)
    return (*found, *_about_names(names, known))


def _about_accept(accept: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [line.partition(";")[0].strip() for line in accept]
    advice = "the server chooses the media type; send Accept: application/json"
    if not any(wanted):
        return (f"no Accept header, {advice}",)
    if all(media_type == "*/*" for media_type in wanted):
        return (f"Accept: */* asks for no type, {advice}",)
    return ()


def _about_names(names: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    by_letters = {name.lower(): name for name in known}
    unknown = [
        name
        for name in dict.fromkeys(names)
        if name.lower() not in by_letters
        and name.lower() not in (*_FRAMEWORK_PARAMETERS, *_OUR_PARAMETERS)
    ]
    for name in unknown[:_SHOWN_NAMES]:
        letters = _NOT_A_LETTER.sub("", name[:_SHOWN_LENGTH].lower())
        nearest = difflib.get_close_matches(letters, by_letters, n=1, cutoff=0.6)
        if nearest:
            advice = f"did you mean {by_letters[nearest[0]]}?"
        else:
            advice = f"known: {', '.join(known)}"
        yield f"unknown parameter {_shown(mask_name(name))}; {advice}"
    if len(unknown) > _SHOWN_NAMES:
        yield f"{len(unknown) - _SHOWN_NAMES} more unknown parameters"


def _about_date(text: str) -> Iterator[str]:
    if _LOST_PLUS.search(text):
        yield "afterDate has a space before its offset; write + as %2B"
    if not is_date(text):
        yield "afterDate cannot be read as a date; write it as 2026-03-01T12:00:00Z"
    elif not has_zone(text):
        yield "afterDate has no zone; end it with Z or an offset"


def _about_preflight(request: Request, space: Space) -> Iterator[str]:
    """Say what keeps a page of another origin from its request; a browser tells its console."""
    origin, scenario = request.head.origin, space.scenario
    wanted = request.header(b"access-control-request-headers")
    if origin is None or request.header(b"access-control-request-method") is None:
        return
    if not is_allowed_origin(origin, scenario.cors_origins):
        shown = mask_header("origin", origin)
        yield f"a page of {shown} may not call; allow it by --cors-origin"
        return
    allowed = {name.lower() for name in allowed_headers(scenario.cors_headers)}
    names = [name.strip() for name in (wanted or "").split(",")]
    strange = [name for name in dict.fromkeys(names) if name and name.lower() not in allowed]
    for name in strange[:_SHOWN_NAMES]:
        shown = mask_header_name(name)
        yield f"the page asks to send the header {shown}; allow it by --cors-header {shown}"
    if len(strange) > _SHOWN_NAMES:
        yield f"{len(strange) - _SHOWN_NAMES} more headers that are not allowed"


def _about_ids(request: ListConversations, world: View, contract: Contract) -> list[str]:
    found: list[str] = []
    for parameter in contract.parameters:
        attribute = _ATTRIBUTES[parameter.name]
        asked = getattr(request, attribute)
        if parameter.operator != "in" or not asked:
            continue
        strange = [value for value in asked if value and not world.knows(attribute, value)]
        strange = list(dict.fromkeys(strange))
        for value in strange[:_SHOWN_IDS]:
            shown = _shown(mask_value(parameter.name, value))
            found.append(f"{parameter.name}: {shown} does not exist")
        if len(strange) > _SHOWN_IDS:
            found.append(f"{parameter.name}: {len(strange) - _SHOWN_IDS} more that do not exist")
    return found


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…")
