"""Hold the wrong ways to read a list of ids."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    LISTS,
    Change,
    Ids,
    asking,
    failing,
    ids_of,
    in_category,
    lists_of,
    numbers,
    reading,
    selecting,
    wanted_of,
    with_lists,
)
from mockserver.models import ListConversations
from mockserver.server.request.exchange import Exchange, Step
from mockserver.server.request.path import Steps

__all__ = ["LIST_BUGS"]


def _each_list(change: Callable[[Ids], Ids | None], *, names: Iterable[str] = LISTS) -> Change:
    """Return the change of `select` that understands the lists otherwise."""

    def ask(request: ListConversations) -> ListConversations:
        found = {name: getattr(request, name) for name in names}
        return with_lists(request, {name: change(ids) for name, ids in found.items() if ids})

    return asking(ask)


def _reading_endpoints(keep: Callable[[list[str]], list[str]]) -> Change:
    """Return the change of `bind` that reads some of the parts with endpointIds only."""

    def change(parts: list[str]) -> list[str]:
        repeated = [part for part in parts if part.lower().startswith("endpointids=")]
        kept = keep(repeated)
        return [part for part in parts if part in kept or part not in repeated]

    return reading(change)


def _until_descent(ids: Ids) -> Ids:
    """Return the ids that a search which trusts the list to be sorted finds."""
    kept: list[str | None] = []
    for one in ids:
        if not kept or (one or "") >= (kept[-1] or ""):
            kept.append(one)
    return tuple(kept)


def _again(x: Exchange, right: Step) -> Sequence[int]:
    rows = numbers(x, right)
    repeated = {
        name: tuple({one for one in ids if ids.count(one) > 1}) for name, ids in lists_of(x).items()
    }
    for name, ids in repeated.items():
        if ids:
            rows += numbers(x, right, with_lists(wanted_of(x), {name: ids}))
    return rows


def _join_repeats(x: Exchange, right: Step) -> Sequence[int]:
    rows = numbers(x, right)
    return rows + rows[-1:] if len(lists_of(x)) > 1 else rows


def _union_repeats(x: Exchange, right: Step) -> Sequence[int]:
    rows = numbers(x, right)
    longest = max((len(ids) for ids in lists_of(x).values()), default=0)
    return rows + rows[:1] if longest > 2 else rows


def _blank_means_all(steps: Steps) -> Steps:
    def bind(x: Exchange) -> None:
        steps.bind(x)
        blank = {
            name.lower() for name, value in x.request.pairs if value.endswith(",") or ",," in value
        }
        names = [name for name in LISTS if name.replace("_", "") in blank]
        x.bound = [replace(one, **dict.fromkeys(names)) for one in x.bound]

    return replace(steps, bind=bind)


_bug = in_category("lists")

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
    _bug(
        "long-list-is-500",
        "more than 30 ids are an error",
        failing("TooManyParametersException", lambda x: len(ids_of(x)) > 30),
    ),
    _bug(
        "list-not-split",
        "a comma does not part ids",
        _each_list(lambda ids: (",".join(one or "" for one in ids),)),
    ),
    _bug(
        "repeated-key-last",
        "of endpointIds that comes again the last counts, of other names all",
        _reading_endpoints(lambda p: p[-1:]),
    ),
    _bug(
        "repeated-key-first",
        "of endpointIds that comes again the first counts, of other names all",
        _reading_endpoints(lambda p: p[:1]),
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
        _each_list(lambda ids: ids[:2], names=["customer_ids"]),
    ),
    _bug("blank-item-means-all", "a list with a blank item filters nothing", _blank_means_all),
)
