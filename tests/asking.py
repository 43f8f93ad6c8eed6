"""Take a request the whole way without a socket."""

from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import STEPS, Steps, answer, arrive, close_entry
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request

__all__ = ["ask_spaces"]


def ask_spaces(spaces: Spaces, request: Request, *, steps: Steps = STEPS) -> Exchange:
    """Return the exchange that a request became."""
    x = Exchange(request, spaces)
    arrive(x)
    answer(x, steps)
    close_entry(x)
    return x
