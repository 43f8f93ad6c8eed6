"""Define what a bug is, and the few ways in which a bug takes a step's place.

A step's wrong version sees what the right one would see, and may ask the right one. A bug that
remembers something is made anew each time it is applied, so that two servers share nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from mockserver.errors import ServiceError
from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.profile import Profile
from mockserver.server.app import Steps
from mockserver.server.auth import CookieJar, SessionIds
from mockserver.server.exchange import Answer, Request
from mockserver.server.replies import Style, body_answer, dto_answer
from mockserver.server.space import Space
from mockserver.wire.dto import conversations_dto
from mockserver.wire.negotiate import Negotiated
from mockserver.wire.pages import rows_page
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route
from mockserver.world.rows import View
from mockserver.world.scenario import User

__all__ = [
    "LISTS",
    "Bug",
    "Category",
    "Change",
    "Encoding",
    "Entering",
    "Ids",
    "Negotiation",
    "Selection",
    "asking",
    "asking_of",
    "encoding",
    "encoding_of",
    "entering",
    "entering_of",
    "failure",
    "finishing",
    "finishing_of",
    "ids_of",
    "message_of",
    "negotiating",
    "selecting",
    "selecting_of",
    "showing",
    "with_lists",
    "with_message",
]

Category = Literal[
    "schema",
    "status",
    "sign-in",
    "filters",
    "lists",
    "dates",
    "formats",
    "caching",
    "state",
    "tenancy",
    "robustness",
]
Change = Callable[[Steps], Steps]
Ids = tuple[str | None, ...]
LISTS = ("account_ids", "endpoint_ids", "customer_ids")
_NO_MESSAGE = MessageInfo()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """Describe one wrong step: `change` puts it in the place of the right one."""

    name: str
    category: Category
    help: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Hold what the step `select` is asked, and the right one."""

    world: View
    request: ListConversations
    profile: Profile
    account_ids: Collection[str] | None
    right: Callable[..., Sequence[int]]
    rest: dict[str, Any]

    def rows(
        self, request: ListConversations | None = None, *, sees_all: bool = False
    ) -> list[int]:
        """Return what the right step selects; of another request, or for who sees everything."""
        accounts = None if sees_all else self.account_ids
        asked = self.request if request is None else request
        return list(self.right(self.world, asked, self.profile, account_ids=accounts, **self.rest))

    def without(self, *names: str) -> ListConversations:
        """Return the request without some of its filters."""
        return replace(self.request, **dict.fromkeys(names))

    def pick(self, fits: Callable[[ConversationInfo], bool]) -> list[int]:
        """Return those of all the caller's rows that fit, whatever was asked."""
        return [n for n in self.rows(ListConversations()) if fits(self.world.row(n))]

    @property
    def lists(self) -> dict[str, tuple[str | None, ...]]:
        """Return the id filters that were asked for."""
        found = {name: getattr(self.request, name) for name in LISTS}
        return {name: ids for name, ids in found.items() if ids}

    @property
    def now_ticks(self) -> int:
        """Return the space's instant."""
        now: int = self.rest["now_ticks"]
        return now


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Hold what the step `encode` is asked, and the right one."""

    space: Space
    numbers: Sequence[int]
    style: Style
    right: Callable[..., Answer]

    @property
    def format(self) -> str | None:
        """Return the negotiated format."""
        return self.style.negotiated.format

    @property
    def rows(self) -> list[ConversationInfo]:
        """Return the selected rows."""
        return [self.space.world.row(number) for number in self.numbers]

    def answer(
        self, rows: Sequence[ConversationInfo | None] | None = None, *, style: Style | None = None
    ) -> Answer:
        """Return the right answer; with other rows, or in another style."""
        style = style or self.style
        if rows is None:
            return self.right(self.space, self.numbers, style)
        if style.negotiated.format in ("html", "jsonreport"):
            answer = body_answer(style, rows_page([row for row in rows if row is not None]))
        else:
            answer = dto_answer(style, conversations_dto(rows))
        answer.rows = len(rows)
        return answer

    def change_body(self, change: Callable[[bytes], bytes]) -> Answer:
        """Return the right answer with its body changed."""
        answer = self.answer()
        return replace(answer, body=change(answer.body), parts=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Hold what the step `authenticate` is asked, and the right one."""

    space: Space
    request: Request
    ids: SessionIds
    jar: CookieJar
    quirks: Quirks
    right: Callable[..., User | None]

    def user(self, request: Request | None = None) -> User | None:
        """Return who the right step lets in; with another request in this one's place."""
        asked = self.request if request is None else request
        return self.right(self.space, asked, self.ids, self.jar, self.quirks)

    @property
    def anybody(self) -> User:
        """Return the scenario's first user."""
        return self.space.scenario.users[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """Hold what the step `negotiate` is asked, and the right one."""

    route: Route
    pairs: Sequence[tuple[str, str]]
    accept: Sequence[str]
    request_type: str | None
    right: Callable[..., Negotiated]
    rest: dict[str, Any]

    def settled(self) -> Negotiated:
        """Return what the right step settles."""
        return self.right(self.route, self.pairs, self.accept, self.request_type, **self.rest)


def selecting_of(make: Callable[[], Callable[[Selection], Sequence[int]]]) -> Change:
    """Return the change of `select` by what `make` makes for each server."""

    def change(steps: Steps) -> Steps:
        wrong = make()

        def select(
            world: View,
            request: ListConversations,
            profile: Profile,
            *,
            account_ids: Collection[str] | None,
            **rest: Any,
        ) -> Sequence[int]:
            return wrong(
                Selection(
                    world=world,
                    request=request,
                    profile=profile,
                    account_ids=account_ids,
                    right=steps.select,
                    rest=rest,
                )
            )

        return replace(steps, select=select)

    return change


def selecting(wrong: Callable[[Selection], Sequence[int]]) -> Change:
    """Return the change of `select` by a function."""
    return selecting_of(lambda: wrong)


def asking(change: Callable[[ListConversations], ListConversations]) -> Change:
    """Return the change of `select` that understands another request than was sent."""
    return selecting(lambda s: s.rows(change(s.request)))


def asking_of(name: str, change: Callable[[Ids], Ids | None]) -> Change:
    """Return the change of `select` that understands one list otherwise."""

    def ask(request: ListConversations) -> ListConversations:
        ids = getattr(request, name)
        return with_lists(request, {name: change(ids)}) if ids else request

    return asking(ask)


def encoding_of(make: Callable[[], Callable[[Encoding], Answer]]) -> Change:
    """Return the change of `encode` by what `make` makes for each server."""

    def change(steps: Steps) -> Steps:
        wrong = make()

        def encode(space: Space, numbers: Sequence[int], style: Style) -> Answer:
            return wrong(Encoding(space=space, numbers=numbers, style=style, right=steps.encode))

        return replace(steps, encode=encode)

    return change


def encoding(wrong: Callable[[Encoding], Answer]) -> Change:
    """Return the change of `encode` by a function."""
    return encoding_of(lambda: wrong)


def showing(change: Callable[[ConversationInfo], ConversationInfo | None], *formats: str) -> Change:
    """Return the change of `encode` that shows each row otherwise; None takes it out.

    Args:
        formats: the formats in which it does; none for all.
    """

    def encode(e: Encoding) -> Answer:
        if formats and e.format not in formats:
            return e.answer()
        shown = [change(row) for row in e.rows]
        return e.answer([row for row in shown if row is not None])

    return encoding(encode)


def entering_of(make: Callable[[], Callable[[Entering], User | None]]) -> Change:
    """Return the change of `authenticate` by what `make` makes for each server."""

    def change(steps: Steps) -> Steps:
        wrong = make()

        def authenticate(
            space: Space, request: Request, ids: SessionIds, jar: CookieJar, quirks: Quirks
        ) -> User | None:
            return wrong(
                Entering(
                    space=space,
                    request=request,
                    ids=ids,
                    jar=jar,
                    quirks=quirks,
                    right=steps.authenticate,
                )
            )

        return replace(steps, authenticate=authenticate)

    return change


def entering(wrong: Callable[[Entering], User | None]) -> Change:
    """Return the change of `authenticate` by a function."""
    return entering_of(lambda: wrong)


def negotiating(wrong: Callable[[Negotiation], Negotiated]) -> Change:
    """Return the change of `negotiate` by a function."""

    def change(steps: Steps) -> Steps:
        def negotiate(
            route: Route,
            pairs: Sequence[tuple[str, str]],
            accept: Sequence[str],
            request_type: str | None,
            **rest: Any,
        ) -> Negotiated:
            return wrong(
                Negotiation(
                    route=route,
                    pairs=pairs,
                    accept=accept,
                    request_type=request_type,
                    right=steps.negotiate,
                    rest=rest,
                )
            )

        return replace(steps, negotiate=negotiate)

    return change


def finishing_of(make: Callable[[], Callable[[Request, Answer], Answer]]) -> Change:
    """Return the change of `finish` by what `make` makes for each server."""

    def change(steps: Steps) -> Steps:
        wrong = make()

        def finish(space: Space, request: Request, answer: Answer) -> Answer:
            answer = steps.finish(space, request, answer)
            # What happens at sign-in is not the operation's.
            return wrong(request, answer) if "conversations" in request.path.lower() else answer

        return replace(steps, finish=finish)

    return change


def finishing(wrong: Callable[[Request, Answer], Answer]) -> Change:
    """Return the change of `finish` by a function."""
    return finishing_of(lambda: wrong)


def ids_of(request: ListConversations) -> list[str]:
    """Return every id that a request names."""
    return [id_ for name in LISTS for id_ in getattr(request, name) or () if id_ is not None]


def with_lists(request: ListConversations, lists: Mapping[str, Ids | None]) -> ListConversations:
    """Return a request with other id filters."""
    return replace(request, **lists)  # type: ignore[arg-type]  # LISTS are members of that type


def message_of(row: ConversationInfo) -> MessageInfo:
    """Return a row's message; an empty one where it has none."""
    return row.most_recent_message or _NO_MESSAGE


def with_message(row: ConversationInfo, **members: object) -> ConversationInfo:
    """Return a row whose message has other members; one without a message as it is."""
    if row.most_recent_message is None:
        return row
    return replace(row, most_recent_message=replace(row.most_recent_message, **members))  # type: ignore[arg-type]  # members of the right types


def failure(status: int, code: str, message: str = "") -> ServiceError:
    """Return the error with which a service fails."""
    return ServiceError(message or code, status=status, error_code=code, reason=code)
