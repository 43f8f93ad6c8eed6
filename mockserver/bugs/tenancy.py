"""Hold the wrong ways to keep one user's rows from another's."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Bug,
    Change,
    Encoding,
    Entering,
    Selection,
    encoding,
    entering_of,
    selecting,
    selecting_of,
)
from mockserver.models import ListConversations
from mockserver.server.exchange import Answer
from mockserver.world.scenario import User

__all__ = ["TENANCY"]


def _sees_all(when: Callable[[Selection], bool]) -> Change:
    return selecting(lambda s: s.rows(sees_all=when(s)))


def _or_opens(s: Selection) -> Sequence[int]:
    """Select `visible AND first OR last`, as a statement without brackets does."""
    names = [*s.lists, *(["after_date"] if s.request.after_date is not None else [])]
    if len(names) < 2:
        return s.rows()
    kept = {
        *s.rows(s.without(names[-1])),
        *s.rows(s.without(*names[:-1]), sees_all=True),
    }
    return [n for n in s.rows(s.without(*names), sees_all=True) if n in kept]


def _foreign_row(s: Selection) -> Sequence[int]:
    """Show one foreign row in fifty where nothing was asked."""
    rows = s.rows()
    if s.request != ListConversations():
        return rows
    own = set(rows)
    foreign = [n for n in s.rows(sees_all=True) if n not in own]
    kept = own | set(foreign[: 1 + len(rows) // 50])
    return [n for n in s.rows(sees_all=True) if n in kept]


def _foreign_in_csv(e: Encoding) -> Answer:
    if e.format != "csv":
        return e.answer()
    return replace(e, numbers=range(len(e.space.world))).answer()


def _cached() -> Callable[[Selection], Sequence[int]]:
    found: dict[Hashable, Sequence[int]] = {}

    def select(s: Selection) -> Sequence[int]:
        key = (s.request, s.world.generation)
        if key not in found:
            found[key] = s.rows()
        return found[key]

    return select


def _first_user() -> Callable[[Entering], User | None]:
    first: User | None = None

    def authenticate(e: Entering) -> User | None:
        nonlocal first
        user = e.user()
        if first is None or user is None:
            first = user or first
            return user
        return first

    return authenticate


def _previous_user() -> Callable[[Entering], User | None]:
    """Take a new user for the one before, once."""
    before: User | None = None

    def authenticate(e: Entering) -> User | None:
        nonlocal before
        user = e.user()
        if user is None:
            return None
        mistaken, before = before, user
        return mistaken or user

    return authenticate


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="tenancy", help=help, change=change)


TENANCY = (
    _bug("all-for-everybody", "everybody sees every account", _sees_all(lambda s: True)),
    _bug(
        "account-opens",
        "who asks for an account gets it",
        _sees_all(lambda s: bool(s.request.account_ids)),
    ),
    _bug(
        "list-of-accounts-opens",
        "who asks for several accounts gets them",
        _sees_all(lambda s: len(s.request.account_ids or ()) > 1),
    ),
    _bug(
        "endpoint-opens",
        "who asks for an endpoint gets it",
        _sees_all(lambda s: bool(s.request.endpoint_ids)),
    ),
    _bug(
        "or-opens",
        "the last of two filters is joined by OR, and shows foreign rows",
        selecting(_or_opens),
    ),
    _bug(
        "date-opens",
        "afterDate shows foreign rows",
        _sees_all(lambda s: s.request.after_date is not None),
    ),
    _bug("foreign-row", "the whole list holds a foreign row in fifty", selecting(_foreign_row)),
    _bug("csv-opens", "CSV holds every row that there is", encoding(_foreign_in_csv)),
    _bug("cache-without-user", "the cache does not know who asks", selecting_of(_cached)),
    _bug("first-user-for-all", "everybody is who came first", entering_of(_first_user)),
    _bug("user-before", "a user is taken for the one before", entering_of(_previous_user)),
)
