"""Keep how requests were understood: a function of the request and of the space's profile.

hot.py keeps whole answers, by whole requests; this serves the same question from somebody else.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from mockserver.models import ListConversations
from mockserver.profile import Profile
from mockserver.server.exchange import Request
from mockserver.server.replies import Style
from mockserver.wire.route import Route

__all__ = ["Understandings", "Understood", "request_key", "shape_key"]

# The names in a query that decide of the route or of the answer's form.
_SHAPING = frozenset({"callback", "format", "jsconfig", "x-http-method-override"})

_MAX_UNDERSTOOD = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Hold how a request was understood: its route, the style of its answer, the bound DTO."""

    route: Route
    style: Style
    asked: ListConversations


@dataclass(slots=True)
class Understandings:
    """Hold what was understood since the profile changed; bounded in entries."""

    _profile: Profile | None = None
    _found: dict[Hashable, Understood] = field(default_factory=dict)
    shapes: dict[Hashable, tuple[Route, Style]] = field(default_factory=dict)

    def find(self, key: Hashable | None, profile: Profile) -> Understood | None:
        """Return how the request of this key was understood before, under this profile."""
        if profile is not self._profile:
            self._profile = profile
            self._found.clear()
            self.shapes.clear()
        return self._found.get(key)

    def keep_shape(self, key: Hashable, route: Route, style: Style) -> None:
        """Remember the route and the style of every request of this shape."""
        if len(self.shapes) >= _MAX_UNDERSTOOD:
            self.shapes.clear()
        self.shapes[key] = (route, style)

    def keep(self, key: Hashable, understood: Understood) -> None:
        """Remember how a request was understood."""
        if len(self._found) >= _MAX_UNDERSTOOD:
            self._found.clear()
        self._found[key] = understood


def request_key(request: Request) -> Hashable | None:
    """Return what decides how a request is understood; None where its body does too."""
    if request.body:
        return None
    return (
        request.method,
        request.raw_path,
        request.query,
        tuple(request.lines(b"accept")),
        request.header(b"content-type"),
        request.header(b"x-http-method-override"),
    )


def shape_key(request: Request) -> Hashable | None:
    """Return what decides of route and style; None where the query or the body does too."""
    if request.body or any(name.lower() in _SHAPING for name, _ in request.pairs):
        return None
    return (
        request.method,
        request.raw_path,
        tuple(request.lines(b"accept")),
        request.header(b"content-type"),
        request.header(b"x-http-method-override"),
    )
