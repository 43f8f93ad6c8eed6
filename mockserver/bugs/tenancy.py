"""Hold the wrong ways to keep one user's rows from another's."""

from collections.abc import Callable, Hashable, Sequence

from mockserver.bugs.bug import (
    Change,
    anew,
    answer_of,
    encoding,
    entering,
    format_of,
    in_category,
    lists_of,
    numbers,
    run_as,
    selecting,
    user_of,
    wanted_of,
    without,
)
from mockserver.models import ListConversations
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.world.scenario import User

__all__ = ["TENANCY"]


def _sees_all(when: Callable[[ListConversations], bool]) -> Change:
    """Return the change that shows every account where a request is such and such."""
    return selecting(lambda x, right: numbers(x, right, sees_all=when(wanted_of(x))))


def _or_opens(x: Exchange, right: Step) -> Sequence[int]:
    """Select `visible AND first OR last`, as a statement without brackets does."""
    names = [*lists_of(x), *(["after_date"] if wanted_of(x).after_date is not None else [])]
    if len(names) < 2:
        return numbers(x, right)
    kept = {
        *numbers(x, right, without(x, names[-1])),
        *numbers(x, right, without(x, *names[:-1]), sees_all=True),
    }
    return [n for n in numbers(x, right, without(x, *names), sees_all=True) if n in kept]


def _foreign_row(x: Exchange, right: Step) -> Sequence[int]:
    """Show one foreign row in fifty where nothing was asked."""
    rows = numbers(x, right)
    if wanted_of(x) != ListConversations():
        return rows
    own = set(rows)
    foreign = [n for n in numbers(x, right, sees_all=True) if n not in own]
    kept = own | set(foreign[: 1 + len(rows) // 50])
    return [n for n in numbers(x, right, sees_all=True) if n in kept]


def _foreign_in_csv(x: Exchange, right: Step) -> Answer:
    rows = range(len(x.view)) if format_of(x) == "csv" else x.numbers
    return answer_of(x, lambda x: run_as(x, right, numbers=rows))


def _cached() -> Change:
    found: dict[Hashable, Sequence[int]] = {}

    def select(x: Exchange, right: Step) -> Sequence[int]:
        key = (wanted_of(x), x.view.generation)
        if key not in found:
            found[key] = numbers(x, right)
        return found[key]

    return selecting(select)


def _dated_for_all() -> Change:
    """Keep what a date selected by the request's text, whoever asked."""
    found: dict[Hashable, Sequence[int]] = {}

    def select(x: Exchange, right: Step) -> Sequence[int]:
        if wanted_of(x).after_date is None:
            return numbers(x, right)
        key = (x.request.path, x.request.query, x.view.generation)
        return found.setdefault(key, numbers(x, right))

    return selecting(select)


def _first_user() -> Change:
    first: User | None = None

    def authenticate(x: Exchange, right: Step) -> User | None:
        nonlocal first
        user = user_of(x, right)
        if first is None or user is None:
            first = user or first
            return user
        return first

    return entering(authenticate)


def _previous_user() -> Change:
    """Take a new user for the one before, once."""
    before: User | None = None

    def authenticate(x: Exchange, right: Step) -> User | None:
        nonlocal before
        user = user_of(x, right)
        if user is None:
            return None
        mistaken, before = before, user
        return mistaken or user

    return entering(authenticate)


_bug = in_category("tenancy")

TENANCY = (
    _bug("all-for-everybody", "everybody sees every account", _sees_all(lambda wanted: True)),
    _bug(
        "account-opens",
        "who asks for an account gets it",
        _sees_all(lambda wanted: bool(wanted.account_ids)),
    ),
    _bug(
        "list-of-accounts-opens",
        "who asks for several accounts gets them",
        _sees_all(lambda wanted: len(wanted.account_ids or ()) > 1),
    ),
    _bug(
        "endpoint-opens",
        "who asks for an endpoint gets it",
        _sees_all(lambda wanted: bool(wanted.endpoint_ids)),
    ),
    _bug(
        "or-opens",
        "the last of two filters is joined by OR, and shows foreign rows",
        selecting(_or_opens),
    ),
    _bug(
        "date-opens",
        "afterDate shows foreign rows",
        _sees_all(lambda wanted: wanted.after_date is not None),
    ),
    _bug("foreign-row", "the whole list holds a foreign row in fifty", selecting(_foreign_row)),
    _bug("csv-opens", "CSV holds every row that there is", encoding(_foreign_in_csv)),
    _bug("cache-without-user", "the cache does not know who asks", anew(_cached)),
    _bug("dated-list-for-all", "a list with a date is kept for everybody", anew(_dated_for_all)),
    _bug("first-user-for-all", "everybody is who came first", anew(_first_user)),
    _bug("user-before", "a user is taken for the one before", anew(_previous_user)),
)
