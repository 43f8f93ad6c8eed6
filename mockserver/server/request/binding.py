"""Bind a request to what its operation takes."""

from mockserver.server.request.exchange import Exchange
from mockserver.wire.bind import bind_members, bind_query, bind_request, split_batch

__all__ = ["bind_conversations", "bind_sign_in"]


def bind_conversations(x: Exchange) -> None:
    """Bind a request to list conversations; `NAME[]` binds a list of them.

    Raises:
        FrameworkError: query or body cannot be bound (HTTP 400).
    """
    route, request = x.route, x.request
    assert route is not None
    repeated = x.space.profile["repeated-key"]
    if not request.body and route.kind == "rest":
        x.bound = (bind_query(request.pairs, repeated=repeated),)
        return
    content_type = request.head.content_type
    x.bound = [
        bind_request(route, request.query, body, content_type, quirks=x.quirks, repeated=repeated)
        for body in split_batch(route, request.body)
    ]


def bind_sign_in(x: Exchange) -> None:
    """Bind a request to Authenticate; the path names the provider.

    Raises:
        FrameworkError: the body cannot be deserialised (HTTP 400).
    """
    route, request = x.route, x.request
    assert route is not None
    content_type = request.head.content_type
    members = bind_members(route, request.query, request.body, content_type, quirks=x.quirks)
    if route.provider is not None:
        members["provider"] = route.provider
    x.members = members
