"""Keep the route and the style of requests of one shape, which differ only in what they filter by.

hot.py keeps whole answers, by whole requests; this serves the questions that come once.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from mockserver.profile import Profile
from mockserver.server.exchange import Request
from mockserver.server.replies import Style
from mockserver.wire.route import Route

__all__ = ["Shapes", "shape_key"]

# The names in a query that decide of the route or of the answer's form.
_SHAPING = frozenset({"callback", "format", "jsconfig", "x-http-method-override"})
_MAX_SHAPES = 2_000


@dataclass(slots=True)
class Shapes:
    """Hold what was settled since the profile changed; bounded in entries."""

    _profile: Profile | None = None
    _found: dict[Hashable, tuple[Route, Style]] = field(default_factory=dict)

    def find(self, key: Hashable | None, profile: Profile) -> tuple[Route, Style] | None:
        """Return what was settled for this shape before, under this profile."""
        if profile is not self._profile:
            self._profile = profile
            self._found.clear()
        return self._found.get(key)

    def keep(self, key: Hashable, route: Route, style: Style) -> None:
        """Remember the route and the style of every request of this shape."""
        if len(self._found) >= _MAX_SHAPES:
            self._found.clear()
        self._found[key] = (route, style)


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
