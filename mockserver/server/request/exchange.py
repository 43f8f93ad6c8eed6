"""Hold one exchange: the request, what the steps of path.py find out about it, its answer.

Each step takes the exchange and changes it; nothing else does. An exchange has one instant and one
view of the rows, both read when its space is found.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.models import ListConversations
from mockserver.server.pages.links import ADMIN
from mockserver.server.pages.rendering import Site
from mockserver.server.request.cookies import CookieJar
from mockserver.space.faults import Decision
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.wire.quirks import QUIRKS, Quirks
from mockserver.wire.route import Route
from mockserver.wire.style import Style
from mockserver.world.rows import View
from mockserver.world.scenario import User

__all__ = ["Answer", "Exchange", "HeaderLines", "Step"]

HeaderLines = list[tuple[bytes, bytes]]


@dataclass(slots=True, kw_only=True)
class Answer:
    """Hold an answer; the last step adds what every answer of the host carries.

    Attributes:
        reason: the reason phrase; None for the standard one.
        content_type: None where the answer has none.
        headers: further headers, in order, names as on the wire.
        is_framework: ServiceStack wrote it: it carries X-Powered-By.
        varies: it carries `Vary: Accept`, if ServiceStack wrote it.
        is_chunked: the body goes out in chunks, as the framework streams its DTOs.
        keeps_cookies: the cookies that were set on the way go out with it.
        has_cors: it carries the headers of CORS; as `is_framework` says where it is None.
        rows: how many conversations it holds; None where that is no question.
        parts: the rows' bytes, which commas join inside `body`, where a row's bytes are kept.
    """

    status: int = 200
    reason: str | None = None
    content_type: str | None = None
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    is_framework: bool = True
    varies: bool = True
    is_chunked: bool = True
    keeps_cookies: bool = True
    has_cors: bool | None = None
    rows: int | None = None
    parts: tuple[bytes, ...] | None = None


@dataclass(slots=True, eq=False, repr=False)
class Exchange:
    """Hold a request on its way to an answer.

    Attributes:
        started: when it came, by `time.perf_counter`.
        hosts: the names of this server besides those that only this machine can mean; None where
            it is reached from elsewhere, under any name.
        asked: the request as it was sent, for the journal; `request` is without what only the
            mock reads: a space's prefix stays cut, `__code` and `__delay` are gone.
        sent: the whole header block of the answer, once it is written.
        fault: what breaks the answer on purpose.
        preferred: the answer's `Preference-Applied`; empty for none.
        bound: the bound requests: one, or several of a batch.
        wanted: the one of them that is being answered.
        members: what a request to Authenticate binds to, by lower-case name.
        user: who asks; None until that is known, and for a stranger.
        numbers: the selected rows, by number in `view`.
        has_admin: there is an admin page, to which pages link.
        is_admin_open: whoever asks from this machine may use the admin API, without a token.
    """

    request: Request
    spaces: Spaces
    started: float = 0.0
    hosts: Sequence[str] | None = None
    space: Space = field(init=False)
    has_space: bool = False
    now_ticks: int = 0
    view: View = field(init=False)
    quirks: Quirks = field(init=False)
    jar: CookieJar = field(init=False)
    asked: Request = field(init=False)
    entry: Entry | None = None
    fault: Decision | None = None
    preferred: str = ""
    route: Route | None = None
    style: Style | None = None
    bound: Sequence[ListConversations] = ()
    wanted: ListConversations | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    user: User | None = None
    numbers: Sequence[int] = ()
    answer: Answer | None = None
    sent: HeaderLines = field(default_factory=list)
    has_admin: bool = False
    is_admin_open: bool = False

    @property
    def site(self) -> Site:
        """Say where the links of a page lead: they stay in the space."""
        space = None if self.space is self.spaces.default else self.space.name
        admin = ADMIN + (f"#{space}" if space else "") if self.has_admin else None
        return Site(home=self.request.prefix, admin=admin, space=space)

    def enter(self, space: Space, request: Request) -> None:
        """Be in a space from here on, at its instant and with its rows."""
        self.space, self.has_space = space, True
        self.request = self.asked = request
        self.now_ticks = space.now_ticks()
        self.view = space.view(self.now_ticks)
        self.quirks = QUIRKS[space.profile["framework"]]
        self.jar = CookieJar(request, self.now_ticks)


Step = Callable[[Exchange], None]
