"""Say why an answer is what it is: binding, rows kept and dropped, points that spoke, fault.

Computed only when somebody asks, from the commands that the space had folded by then: what is
explained is the world as the request met it.
"""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.dotnet.ticks import format_ticks, has_zone, parse_date
from mockserver.models import REQUEST_FIELDS, ListConversations
from mockserver.server.admin.row_reasons import judge_rows
from mockserver.server.client_warnings import warnings_of
from mockserver.server.mask import (
    MASK,
    mask_header,
    mask_header_name,
    mask_name,
    mask_path,
    mask_query,
    mask_value,
)
from mockserver.server.mask_body import mask_body
from mockserver.space.journal import KEPT_BODY_BYTES, Entry
from mockserver.space.space import Space
from mockserver.wire.http_request import Request
from mockserver.wire.quirks import QUIRKS
from mockserver.world.index import is_malformed
from mockserver.world.password import made_up
from mockserver.world.scenario import User

__all__ = ["entry_to_json", "explain_entry"]

_SENT_HEADERS = ("accept", "content-type", "prefer", "x-mock-space", "x-http-method-override")
_KINDS = {"account_ids": "an account", "customer_ids": "a customer", "endpoint_ids": "an endpoint"}


def entry_to_json(space: Space, entry: Entry) -> dict[str, Any]:
    """Return an entry for a list, secrets masked."""
    request = entry.request
    return {
        "id": entry.id,
        "time": format_ticks(entry.time_ticks),
        "method": request.method,
        "path": mask_path(request.raw_path.decode("latin-1")),
        "query": mask_query(request.query.decode("latin-1")),
        "user": entry.user,
        "status": entry.status,
        "rows": entry.rows,
        "ms": round(entry.ms, 3),
        "fault": entry.fault,
        "warnings": list(_warnings(space, entry)),
    }


def explain_entry(space: Space, entry: Entry, *, origin: str) -> dict[str, Any]:
    """Return an entry with its headers, its explanation and a `curl` line that works."""
    headers = [
        {"name": mask_header_name(name), "value": _mask_header(space, name, value)}
        for name, value in _headers(entry.request)
    ]
    return {
        **entry_to_json(space, entry),
        "headers": headers,
        "explanation": _explain(space, entry),
        "curl": _curl_line(space, entry, origin=origin),
    }


def _curl_line(space: Space, entry: Entry, *, origin: str) -> str:
    """Return a command that asks the same; curl prompts for a password that nobody knows."""
    request = entry.request
    parts = ["curl", "-si"]
    user = space.find_user(entry.user) if entry.user is not None else None
    if user is not None:
        parts += ["-u", _credentials(user)]
    if request.method == "HEAD":
        parts += ["--head"]
    elif request.method != "GET":
        parts += ["-X", request.method]
    for name, value in _headers(request):
        if name in _SENT_HEADERS:
            parts += ["-H", f"{name}: {_mask_header(space, name, value)}"]
    if request.body:
        # Who signed in did so with his made-up password.
        password = made_up(user.password) if user is not None and entry.status == 200 else None
        parts += ["--data-binary", _masked_body(space, request, password)]
    prefix = "" if space.name == "default" else f"/~{space.name}"
    query = f"?{mask_query(request.query.decode('latin-1'))}" if request.query else ""
    parts.append(f"{origin}{prefix}{mask_path(request.raw_path.decode('latin-1'))}{query}")
    return shlex.join(parts)


def _credentials(user: User) -> str:
    password = made_up(user.password)
    return user.username if password is None else f"{user.username}:{password}"


def _masked_body(space: Space, request: Request, password: str | None) -> str:
    if len(request.body) >= KEPT_BODY_BYTES:
        # Its end is gone, and with it what it meant.
        return MASK
    return mask_body(request, QUIRKS[space.profile["framework"]], password=password)


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    for name, value in request.headers:
        yield name.decode("latin-1"), value.decode("latin-1")


def _mask_header(space: Space, name: str, value: str) -> str:
    """Return a header's value; the name of this space is no secret."""
    is_space = name == "x-mock-space" and value.strip() == space.name
    return space.name if is_space else mask_header(name, value)


def _warnings(space: Space, entry: Entry) -> Iterator[str]:
    yield from warnings_of(space, entry.request, entry.asked)
    if entry.asked is None:
        return
    for parameter, attribute in REQUEST_FIELDS:
        values: Sequence[str | None] = getattr(entry.asked, attribute) or ()
        if attribute in _KINDS and isinstance(values, tuple):
            yield from _of_another_kind(space, parameter, attribute, values)


def _of_another_kind(
    space: Space, parameter: str, attribute: str, values: Sequence[str | None]
) -> Iterator[str]:
    world = space.world
    for value in values:
        if not value or world.knows(attribute, value):
            continue
        for other, kind in _KINDS.items():
            if other != attribute and world.knows(other, value):
                yield f"{parameter}: {value!r} is the id of {kind}"


def _explain(space: Space, entry: Entry) -> dict[str, Any]:
    request, asked = entry.request, entry.asked
    explained: dict[str, Any] = {
        "bound": list(_bound(request, asked)),
        "fault": entry.fault,
        "points": [],
        "rows": [],
        "reasons": [],
        "notShown": 0,
    }
    if asked is None:
        return explained
    then = _space_then(space, entry)
    user = then.find_user(entry.user) if entry.user is not None else None
    explained["points"] = list(_points(then, request, asked))
    explained |= judge_rows(then, asked, user, now_ticks=entry.time_ticks, status=entry.status)
    return explained


def _space_then(space: Space, entry: Entry) -> Space:
    """Return the space as the request met it; a space is the fold of its commands."""
    then = Space(name=space.name, start=space.start, ground=space.first_ground, time=space.time)
    for command in space.history[: entry.commands]:
        then.fold(command)
    return then


def _bound(request: Request, asked: ListConversations | None) -> Iterator[dict[str, Any]]:
    """Yield each parameter of the query with what it became."""
    names = {name.lower(): (name, attribute) for name, attribute in REQUEST_FIELDS}
    for name, value in request.pairs:
        known = names.get(name.lower())
        shown = {"name": mask_name(name), "value": mask_value(name, value)}
        if known is None or asked is None:
            yield {**shown, "member": None, "as": None}
            continue
        member, attribute = known
        yield {**shown, "member": member, "as": _masked(member, getattr(asked, attribute))}


def _masked(member: str, bound: str | Sequence[str | None] | None) -> object:
    """Return what a member was bound to, as far as it is harmless."""
    if bound is None or isinstance(bound, str):
        return None if bound is None else mask_value(member, bound)
    return [None if item is None else mask_value(member, item) for item in bound]


def _points(space: Space, request: Request, asked: ListConversations) -> Iterator[dict[str, str]]:
    """Yield the points of the profile that had a say."""
    profile, world = space.profile, space.world
    lists = {name: getattr(asked, name) for name in _KINDS}
    ids = [(name, value) for name, values in lists.items() for value in values or () if value]
    names = [name.lower() for name, _ in request.pairs]
    members = [wire.lower() for wire, _ in REQUEST_FIELDS]
    text = asked.after_date
    is_date = text is not None and parse_date(text, now_ticks=space.now_ticks()) is not None
    spoke = {
        "after-date-boundary": is_date,
        "invalid-after-date": text is not None and not is_date,
        "naive-date-zone": is_date and text is not None and not has_zone(text),
        "empty-list": () in lists.values(),
        "malformed-id": any(is_malformed(world, name, value) for name, value in ids),
        "unknown-id": any(not world.knows(name, value) for name, value in ids),
        "repeated-key": any(names.count(member) > 1 for member in members),
        "jsonp": "callback" in names,
        "order": True,
        "row-cap": profile["row-cap"] != "none",
        "nulls": True,
        "false-members": True,
    }
    for name, is_asked in spoke.items():
        if is_asked:
            yield {"name": name, "choice": profile[name]}
