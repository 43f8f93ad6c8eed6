"""Hold the wrong ways to read a list of ids."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    LISTS,
    Bug,
    Change,
    Ids,
    Selection,
    asking,
    asking_of,
    failure,
    ids_of,
    selecting,
    with_lists,
)
from mockserver.models import ListConversations
from mockserver.server.app import Steps
from mockserver.wire.bind import query_pairs
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route

__all__ = ["LIST_BUGS"]


def _each_list(change: Callable[[Ids], Ids | None]) -> Change:
    def ask(request: ListConversations) -> ListConversations:
        found = {name: getattr(request, name) for name in LISTS}
        return with_lists(request, {name: change(ids) for name, ids in found.items() if ids})

    return asking(ask)


def _binding(keep: Callable[[list[str]], list[str]]) -> Change:
    """Return the change of `bind` in which a name that comes again is read otherwise."""

    def change(steps: Steps) -> Steps:
        def bind(
            route: Route,
            query: bytes,
            body: bytes,
            content_type: str | None,
            *,
            quirks: Quirks | None = None,
        ) -> ListConversations:
            parts = [part for part in query.decode("latin-1").split("&") if part]
            by_name: dict[str, list[str]] = {}
            for part in parts:
                by_name.setdefault(part.partition("=")[0].lower(), []).append(part)
            kept = {part for found in by_name.values() for part in keep(found)}
            left = "&".join(part for part in parts if part in kept).encode("latin-1")
            return steps.bind(route, left, body, content_type, quirks=quirks)

        return replace(steps, bind=bind)

    return change


def _until_descent(ids: Ids) -> Ids:
    """Return the ids that a search which trusts the list to be sorted finds."""
    kept: list[str | None] = []
    for one in ids:
        if not kept or (one or "") >= (kept[-1] or ""):
            kept.append(one)
    return tuple(kept)


def _again(s: Selection) -> Sequence[int]:
    rows = s.rows()
    repeated = {
        name: tuple({one for one in ids if ids.count(one) > 1}) for name, ids in s.lists.items()
    }
    for name, ids in repeated.items():
        if ids:
            rows += s.rows(with_lists(s.request, {name: ids}))
    return rows


def _join_repeats(s: Selection) -> Sequence[int]:
    rows = s.rows()
    return rows + rows[-1:] if len(s.lists) > 1 else rows


def _union_repeats(s: Selection) -> Sequence[int]:
    rows = s.rows()
    longest = max((len(ids) for ids in s.lists.values()), default=0)
    return rows + rows[:1] if longest > 2 else rows


def _long_is_error(s: Selection) -> Sequence[int]:
    if len(ids_of(s.request)) > 30:
        raise failure(500, "TooManyParametersException")
    return s.rows()


def _blank_means_all(steps: Steps) -> Steps:
    def bind(
        route: Route,
        query: bytes,
        body: bytes,
        content_type: str | None,
        *,
        quirks: Quirks | None = None,
    ) -> ListConversations:
        request = steps.bind(route, query, body, content_type, quirks=quirks)
        blank = {
            name.lower()
            for name, value in query_pairs(query)
            if value.endswith(",") or ",," in value
        }
        names = [name for name in LISTS if name.replace("_", "") in blank]
        return replace(request, **dict.fromkeys(names))

    return replace(steps, bind=bind)


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="lists", help=help, change=change)


LIST_BUGS = (
    _bug("first-id-only", "only the first id of a list counts", _each_list(lambda ids: ids[:1])),
    _bug("last-id-only", "only the last id of a list counts", _each_list(lambda ids: ids[-1:])),
    _bug(
        "third-id-lost",
        "the third id of a list does not count",
        _each_list(lambda ids: ids[:2] + ids[3:]),
    ),
    _bug("fourth-id-lost", "ids after the third do not count", _each_list(lambda ids: ids[:3])),
    _bug("long-list-cut", "ids after the twentieth do not count", _each_list(lambda ids: ids[:20])),
    _bug(
        "long-list-ignored",
        "a list of more than three ids filters nothing",
        _each_list(lambda ids: ids if len(ids) <= 3 else None),
    ),
    _bug("long-list-is-500", "more than 30 ids are an error", selecting(_long_is_error)),
    _bug(
        "list-not-split",
        "a comma does not part ids",
        _each_list(lambda ids: (",".join(one or "" for one in ids),)),
    ),
    _bug(
        "repeated-key-last",
        "of a name that comes again the last counts",
        _binding(lambda p: p[-1:]),
    ),
    _bug(
        "repeated-key-first",
        "of a name that comes again the first counts",
        _binding(lambda p: p[:1]),
    ),
    _bug("repeated-id-repeats-rows", "an id given twice shows its rows twice", selecting(_again)),
    _bug("join-repeats-row", "two filters together show a row twice", selecting(_join_repeats)),
    _bug("union-repeats-row", "a list of three ids shows a row twice", selecting(_union_repeats)),
    _bug(
        "list-must-be-sorted",
        "ids that come after a greater one do not count",
        _each_list(_until_descent),
    ),
    _bug(
        "customer-list-cut",
        "only the first two ids of customerIds count",
        asking_of("customer_ids", lambda ids: ids[:2]),
    ),
    _bug("blank-item-means-all", "a list with a blank item filters nothing", _blank_means_all),
)
