"""Define what a bug is, and the few ways in which a wrong step takes the right one's place.

A wrong step gets the exchange and the right step, which it may run, also for another request. A
bug that remembers something is made anew each time it is applied, so that two servers share
nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypedDict, Unpack

from mockserver.errors import ServiceError
from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.server.request.encoding import encode_these
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.path import Steps
from mockserver.wire.http_request import Request
from mockserver.wire.route import Route
from mockserver.wire.style import Style
from mockserver.world.scenario import User

__all__ = [
    "LISTS",
    "Bug",
    "Category",
    "Change",
    "Ids",
    "Select",
    "anew",
    "answer_of",
    "asking",
    "dropping",
    "encoding",
    "entering",
    "failing",
    "failure",
    "finishing",
    "format_of",
    "head_as_get",
    "ids_of",
    "in_category",
    "lists_of",
    "message_of",
    "numbers",
    "reading",
    "run_as",
    "selecting",
    "showing",
    "showing_list",
    "style_of",
    "user_of",
    "wanted_of",
    "with_lists",
    "with_message",
    "without",
    "writing",
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
Select = Callable[[Exchange, Step], Sequence[int]]
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


class _Members(TypedDict, total=False):
    """Hold members of an exchange by name."""

    request: Request
    route: Route | None
    style: Style | None
    wanted: ListConversations | None
    members: Mapping[str, str]
    user: User | None
    numbers: Sequence[int]


def in_category(category: Category) -> Callable[[str, str, Change], Bug]:
    """Return what makes a bug of a category from name, help and change."""
    return lambda name, help, change: Bug(name=name, category=category, help=help, change=change)


def anew(make: Callable[[], Change]) -> Change:
    """Return the change that `make` makes for each server, with a memory of its own."""
    return lambda steps: make()(steps)


def run_as(x: Exchange, step: Step, **members: Unpack[_Members]) -> None:
    """Run a step as if members of the exchange were others; what it finds out stays."""
    kept = {name: getattr(x, name) for name in members}
    try:
        for name, value in members.items():
            setattr(x, name, value)
        step(x)
    finally:
        for name, value in kept.items():
            setattr(x, name, value)


def selecting(wrong: Select) -> Change:
    """Return the change of `select` by a function that gives the numbers of the rows."""

    def change(steps: Steps) -> Steps:
        def select(x: Exchange) -> None:
            x.numbers = wrong(x, steps.select)

        return replace(steps, select=select)

    return change


def numbers(
    x: Exchange,
    select: Step,
    wanted: ListConversations | None = None,
    *,
    sees_all: bool = False,
) -> list[int]:
    """Return what a step selects; of another request, or for who sees every account."""
    assert x.user is not None
    user = replace(x.user, account_ids=None) if sees_all else x.user
    run_as(x, select, wanted=wanted or x.wanted, user=user)
    return list(x.numbers)


def wanted_of(x: Exchange) -> ListConversations:
    """Return the bound request that is being answered."""
    assert x.wanted is not None
    return x.wanted


def without(x: Exchange, *names: str) -> ListConversations:
    """Return the request without some of its filters."""
    return replace(wanted_of(x), **dict.fromkeys(names))


def lists_of(x: Exchange) -> dict[str, Ids]:
    """Return the id filters that were asked for."""
    found = {name: getattr(x.wanted, name) for name in LISTS}
    return {name: ids for name, ids in found.items() if ids}


def ids_of(x: Exchange) -> list[str]:
    """Return every id that the request names."""
    return [id_ for ids in lists_of(x).values() for id_ in ids if id_ is not None]


def dropping(names: Callable[[Exchange], Iterable[str]]) -> Change:
    """Return the change of `select` that ignores the filters that a function names."""
    return selecting(lambda x, right: numbers(x, right, without(x, *names(x))))


def failing(code: str, when: Callable[[Exchange], bool]) -> Change:
    """Return the change of `select` that ends in an error of the server."""

    def select(x: Exchange, right: Step) -> Sequence[int]:
        if when(x):
            raise failure(500, code)
        return numbers(x, right)

    return selecting(select)


def asking(change: Callable[[ListConversations], ListConversations]) -> Change:
    """Return the change of `select` that understands another request than was sent."""
    return selecting(lambda x, right: numbers(x, right, change(wanted_of(x))))


def reading(change: Callable[[list[str]], list[str]]) -> Change:
    """Return the change of `bind` that reads other parts of the query than were sent."""

    def put(steps: Steps) -> Steps:
        def bind(x: Exchange) -> None:
            parts = change([part for part in x.request.query.decode("latin-1").split("&") if part])
            query = "&".join(parts).encode("latin-1")
            run_as(x, steps.bind, request=replace(x.request, query=query))

        return replace(steps, bind=bind)

    return put


def head_as_get(steps: Steps) -> Steps:
    """Return the steps of which `route` takes HEAD for GET."""

    def route(x: Exchange) -> None:
        method = "GET" if x.request.method == "HEAD" else x.request.method
        run_as(x, steps.route, request=replace(x.request, method=method))

    return replace(steps, route=route)


def entering(wrong: Callable[[Exchange, Step], User | None]) -> Change:
    """Return the change of `authenticate` by a function that gives who is let in."""

    def change(steps: Steps) -> Steps:
        def authenticate(x: Exchange) -> None:
            x.user = wrong(x, steps.authenticate)

        return replace(steps, authenticate=authenticate)

    return change


def user_of(x: Exchange, authenticate: Step) -> User | None:
    """Return who a step lets in."""
    authenticate(x)
    return x.user


def encoding(wrong: Callable[[Exchange, Step], Answer]) -> Change:
    """Return the change of `encode` by a function that gives the answer."""

    def change(steps: Steps) -> Steps:
        def encode(x: Exchange) -> None:
            x.answer = wrong(x, steps.encode)

        return replace(steps, encode=encode)

    return change


def answer_of(x: Exchange, encode: Step) -> Answer:
    """Return what a step answers."""
    encode(x)
    assert x.answer is not None
    return x.answer


def style_of(x: Exchange) -> Style:
    """Return the settled style."""
    assert x.style is not None
    return x.style


def format_of(x: Exchange) -> str | None:
    """Return the negotiated format."""
    return style_of(x).negotiated.format


def writing(change: Callable[[bytes], bytes], *formats: str) -> Change:
    """Return the change of `encode` that writes another text in some formats; in all for none."""

    def encode(x: Exchange, right: Step) -> Answer:
        answer = answer_of(x, right)
        if formats and format_of(x) not in formats:
            return answer
        return replace(answer, body=change(answer.body), parts=None)

    return encoding(encode)


def showing_list(
    change: Callable[[list[ConversationInfo]], Sequence[ConversationInfo | None]], *formats: str
) -> Change:
    """Return the change of `encode` that shows other rows in some formats; in all for none."""

    def encode(x: Exchange, right: Step) -> Answer:
        if formats and format_of(x) not in formats:
            return answer_of(x, right)
        rows = [x.view.row(number) for number in x.numbers]
        shown = change(rows)
        return answer_of(x, right if shown is rows else lambda x: encode_these(x, shown))

    return encoding(encode)


def showing(change: Callable[[ConversationInfo], ConversationInfo], *formats: str) -> Change:
    """Return the change of `encode` that shows each row otherwise, as `showing_list` does."""
    return showing_list(lambda rows: [change(row) for row in rows], *formats)


def finishing(wrong: Callable[[Exchange, Answer], Answer]) -> Change:
    """Return the change of `finish` by a function that gives the answer of the operation."""

    def change(steps: Steps) -> Steps:
        def finish(x: Exchange) -> None:
            steps.finish(x)
            # What happens at sign-in, and on pages, is not the operation's.
            is_answered = x.style is not None or x.request.method == "OPTIONS"
            if is_answered and "conversations" in x.request.path.lower():
                assert x.answer is not None
                x.answer = wrong(x, x.answer)

        return replace(steps, finish=finish)

    return change


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
