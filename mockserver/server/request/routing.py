"""Find the operation that a request is for, and the form of its answers."""

from mockserver.errors import FrameworkError
from mockserver.server.request.exchange import Exchange
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route, match_route
from mockserver.wire.style import SHAPING_NAMES, settle_style

__all__ = ["find_route", "negotiate_style", "unknown_operation"]


def find_route(x: Exchange) -> None:
    """Match method and path to one of the host's operations; none leaves `route` as it is."""
    request = x.request
    x.route = match_route(request.verb, request.path, x.quirks)


def negotiate_style(x: Exchange) -> None:
    """Settle media type, callback and whatever else shapes every answer to this request.

    Raises:
        EmptyAcceptError: an Accept line names no type.
    """
    assert x.route is not None
    request, head = x.request, x.request.head
    shaping = tuple([pair for pair in request.pairs if pair[0].lower() in SHAPING_NAMES])
    x.style = settle_style(x.route, shaping, head.accept, head.content_type, x.space.profile)


def unknown_operation(route: Route, quirks: Quirks) -> FrameworkError:
    """Return the refusal of a predefined route to an operation that does not exist."""
    if route.name is None:
        return FrameworkError(
            "Object reference not set to an instance of an object.",
            status=500,
            error_code="NullReferenceException",
        )
    message = quirks.unknown_operation.format(name=route.name)
    return FrameworkError(message, status=405, error_code="NotImplementedException")
