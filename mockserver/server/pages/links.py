"""List where people go: the navigation of every page, and what the page at `/` leads to."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ADMIN", "CONVERSATIONS", "FOR_CODE", "LINKS", "NAVIGATION", "THE_API", "Link"]

CONVERSATIONS = "/conversations"
ADMIN = "/__admin/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Hold a path of the server.

    Attributes:
        help: what is there.
        name: what the navigation calls it; None where it is not in there.
        group: the heading on the page at `/`; None where it is not on it.
    """

    path: str
    help: str = ""
    name: str | None = None
    group: str | None = None

    @property
    def is_admin(self) -> bool:
        """Tell whether it is there only where the admin page is."""
        return self.path.startswith(ADMIN)


THE_API, FOR_CODE, _MOCK = "The API", "For your code", "This mock"

LINKS: Sequence[Link] = (
    Link(path="/", name="Start"),
    Link(path=CONVERSATIONS, name="Conversations", help="the rows, with filters", group=THE_API),
    Link(path="/login", name="Sign in", help="sign this browser in", group=THE_API),
    Link(path="/auth/status", help="who is signed in", group=THE_API),
    Link(path="/auth/logout", help="sign this browser out", group=THE_API),
    Link(path="/metadata", name="Operations", help="what the API can do", group=FOR_CODE),
    Link(path="/openapi.yaml", name="Contract", help="the contract, OpenAPI 3.1", group=FOR_CODE),
    Link(path="/types/metadata.json", help="the types, for generators", group=FOR_CODE),
    Link(
        path=ADMIN,
        name="Admin",
        help="clock, messages, faults and profile; why each request was answered so",
        group=_MOCK,
    ),
    Link(path="/__admin/openapi.yaml", help="the contract of the admin API", group=_MOCK),
    Link(path="/__admin/metrics", help="counts, for Prometheus", group=_MOCK),
    Link(path="/healthz", help="whether the server answers", group=_MOCK),
)
NAVIGATION: Sequence[Link] = tuple(link for link in LINKS if link.name is not None)
