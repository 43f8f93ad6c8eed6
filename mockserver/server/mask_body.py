"""Show a request's body to people: its known members that are surely harmless, and nothing else.

It is read by the server's own readers, so that what counts is what the body means and not how it
is written. What they cannot read, or what would have to be written in another format, is masked
whole. mask.py says what is harmless.
"""

import json
import urllib.parse
from collections.abc import Mapping, Sequence

from mockserver.errors import RequestError
from mockserver.models import REQUEST_FIELDS
from mockserver.server.mask import MASK, mask_value
from mockserver.wire.bind import URLENCODED, bind_members, bind_request
from mockserver.wire.http_request import Request
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route, match_route

__all__ = ["mask_body"]

_MEMBERS = {"username": "userName", "provider": "provider", "rememberme": "rememberMe"}
_JSON = ("application/json", "text/json")
_Members = Mapping[str, str | Sequence[str | None]]


def mask_body(request: Request, quirks: Quirks, *, password: str | None = None) -> str:
    """Return the body as it may be shown.

    Args:
        password: what to write for a password; masked when absent.
    """
    route = match_route(request.verb, request.path, quirks)
    if route is None or route.is_batch:
        return MASK
    sent = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
    read_as = sent if route.kind == "rest" or sent == URLENCODED else route.content_type
    if read_as not in (*_JSON, URLENCODED):
        return MASK
    try:
        members = _read(route, request, quirks, password or MASK)
    except RequestError:
        return MASK
    if read_as == URLENCODED:
        return urllib.parse.urlencode(_as_form(members), safe="*,")
    return json.dumps(members, ensure_ascii=False)


def _read(route: Route, request: Request, quirks: Quirks, password: str) -> _Members:
    content_type = request.header(b"content-type")
    if route.operation == "ListConversations":
        asked = bind_request(route, b"", request.body, content_type, quirks=quirks)
        found = {wire: getattr(asked, attribute) for wire, attribute in REQUEST_FIELDS}
        return {wire: _mask(wire, value) for wire, value in found.items() if value is not None}
    members = bind_members(route, b"", request.body, content_type, quirks=quirks)
    shown: dict[str, str] = {
        wire: mask_value(wire, members[name]) for name, wire in _MEMBERS.items() if name in members
    }
    return shown | ({"password": password} if "password" in members else {})


def _mask(name: str, value: str | Sequence[str | None]) -> str | list[str | None]:
    if isinstance(value, str):
        return mask_value(name, value)
    return [None if item is None else mask_value(name, item) for item in value]


def _as_form(members: _Members) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else ",".join(item or "" for item in value)
        for name, value in members.items()
    }
