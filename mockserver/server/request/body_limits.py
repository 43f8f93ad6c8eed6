"""Say how much of a body is read, and refuse what is more.

Where the framework makes a DTO of the body it says so itself; else the host below does.
"""

from mockserver.server.request.exchange import Answer, Exchange
from mockserver.server.request.find_space import cut_prefix
from mockserver.wire.bind import Unread, is_deserialised
from mockserver.wire.http_request import Request
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import match_route

__all__ = ["max_body_bytes", "refuse_unread_body"]

_MAX_BODY_BYTES = 30_000_000
_MAX_SIGN_IN_BYTES = 65_536
# Newer phrases than Python's.
_TOO_LARGE = "Payload Too Large"


def max_body_bytes(request: Request) -> int:
    """Return how much of a request's body is read: of a sign-in's little, in whatever space."""
    _, inside = cut_prefix(request)
    route = match_route(inside.method, inside.path, QUIRKS["servicestack-6"])
    is_sign_in = route is not None and route.operation == "Authenticate"
    return _MAX_SIGN_IN_BYTES if is_sign_in else _MAX_BODY_BYTES


def refuse_unread_body(x: Exchange) -> None:
    """Answer 413 where a body was too large and no framework reads it."""
    request = x.request
    if not isinstance(request.body, Unread):
        return
    route = match_route(request.verb, request.path, x.quirks)
    if route is None or not is_deserialised(route, request.head.content_type):
        x.answer = Answer(
            status=413,
            reason=_TOO_LARGE,
            is_framework=False,
            is_chunked=False,
        )
