"""Hold the wrong ways to filter: too much, too little, or by something else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from zlib import crc32

from mockserver.bugs.bug import (
    Change,
    dropping,
    in_category,
    lists_of,
    message_of,
    numbers,
    selecting,
    wanted_of,
    without,
)
from mockserver.models import ConversationInfo, ListConversations
from mockserver.server.request.exchange import Exchange, Step

__all__ = ["FILTERS"]

Text = Callable[[str, str], bool]


def _ids(row: ConversationInfo) -> dict[str, str]:
    message = message_of(row)
    return {
        "account_ids": message.account_id or "",
        "endpoint_ids": message.endpoint_id or "",
        "customer_ids": message.customer_id or "",
    }


def _matching(is_match: Text) -> Change:
    """Return the change that compares ids by something else than equality."""

    def select(x: Exchange, right: Step) -> Sequence[int]:
        lists = lists_of(x)
        kept = numbers(x, right, without(x, *lists))

        def fits(number: int) -> bool:
            own = _ids(x.view.row(number))
            return all(
                own[name] and any(is_match(own[name], one) for one in ids if one)
                for name, ids in lists.items()
            )

        return [number for number in kept if fits(number)]

    return selecting(select)


def _or(x: Exchange, right: Step) -> Sequence[int]:
    lists = lists_of(x)
    if len(lists) < 2:
        return numbers(x, right)
    found: set[int] = set()
    for name in lists:
        found.update(numbers(x, right, without(x, *(other for other in lists if other != name))))
    return [n for n in numbers(x, right, without(x, *lists)) if n in found]


def _unknown_lists(x: Exchange) -> Iterable[str]:
    return (
        name
        for name, ids in lists_of(x).items()
        if not any(one is not None and x.view.knows(name, one) for one in ids)
    )


def _unknown_spoils(x: Exchange, right: Step) -> Sequence[int]:
    for name, ids in lists_of(x).items():
        if not all(one is None or x.view.knows(name, one) for one in ids):
            return ()
    return numbers(x, right)


def _no_customer_passes(x: Exchange, right: Step) -> Sequence[int]:
    if not wanted_of(x).customer_ids:
        return numbers(x, right)
    kept = set(numbers(x, right))
    return [
        n
        for n in numbers(x, right, without(x, "customer_ids"))
        if n in kept or message_of(x.view.row(n)).customer_id is None
    ]


def _cap_first(x: Exchange, right: Step) -> Sequence[int]:
    newest = set(numbers(x, right, ListConversations())[:100])
    return [n for n in numbers(x, right) if n in newest] if lists_of(x) else numbers(x, right)


def _empty_means_all(x: Exchange, right: Step) -> Sequence[int]:
    return numbers(x, right) or numbers(x, right, without(x, *lists_of(x)))


def _keep(name: str, fits: Callable[[ConversationInfo], bool]) -> Change:
    """Return the change in which a filter by ids has only rows that fit."""

    def select(x: Exchange, right: Step) -> Sequence[int]:
        rows = numbers(x, right)
        return [n for n in rows if fits(x.view.row(n))] if name in lists_of(x) else rows

    return selecting(select)


def _one_a_line(x: Exchange, right: Step) -> Sequence[int]:
    if not wanted_of(x).customer_ids:
        return numbers(x, right)
    seen: set[str | None] = set()
    kept = []
    for number in numbers(x, right):
        endpoint = x.view.row(number).endpoint_id
        if endpoint not in seen:
            seen.add(endpoint)
            kept.append(number)
    return kept


def _leaking_endpoint(x: Exchange, right: Step) -> Sequence[int]:
    ids = wanted_of(x).endpoint_ids
    if not ids or len(lists_of(x)) > 1:
        return numbers(x, right)
    kept = set(numbers(x, right))
    leaks = any(one and crc32(one.encode()) % 6 == 0 for one in ids)
    every = numbers(x, right, without(x, "endpoint_ids"))
    others = [n for n in every if n not in kept]
    if leaks and others:
        kept.add(others[-1])
    return [n for n in every if n in kept]


def _filter_row_lost(x: Exchange, right: Step) -> Sequence[int]:
    rows = numbers(x, right)
    if not lists_of(x):
        return rows
    return [n for n in rows if crc32((x.view.row(n).id or "").encode()) % 50]


def _endpoint_by_customer(x: Exchange, right: Step) -> Sequence[int]:
    """Widen an endpoint to all endpoints of its customer."""
    if not wanted_of(x).endpoint_ids:
        return numbers(x, right)
    kept = set(numbers(x, right))
    customers = {message_of(x.view.row(n)).customer_id for n in kept} - {None}
    return [
        n
        for n in numbers(x, right, without(x, "endpoint_ids"))
        if n in kept or message_of(x.view.row(n)).customer_id in customers
    ]


def _swap(x: Exchange, right: Step) -> Sequence[int]:
    request = wanted_of(x)
    swapped = replace(request, customer_ids=request.account_ids, account_ids=request.customer_ids)
    return numbers(x, right, swapped)


_bug = in_category("filters")

FILTERS = (
    _bug("account-ignored", "accountIds does nothing", dropping(lambda x: ["account_ids"])),
    _bug("endpoint-ignored", "endpointIds does nothing", dropping(lambda x: ["endpoint_ids"])),
    _bug("customer-ignored", "customerIds does nothing", dropping(lambda x: ["customer_ids"])),
    _bug("or-across-filters", "a row that fits one of several filters is shown", selecting(_or)),
    _bug(
        "one-filter-only",
        "of several filters only the first counts",
        dropping(lambda x: list(lists_of(x))[1:]),
    ),
    _bug(
        "customer-beats-endpoint",
        "customerIds switches endpointIds off",
        dropping(lambda x: ["endpoint_ids"] if "customer_ids" in lists_of(x) else []),
    ),
    _bug(
        "third-filter-ignored",
        "of all three filters together the last is ignored",
        dropping(lambda x: ["customer_ids"] if len(lists_of(x)) == 3 else []),
    ),
    _bug(
        "match-by-prefix",
        "an id selects whatever begins with it",
        _matching(lambda own, asked: own.startswith(asked)),
    ),
    _bug(
        "match-inside",
        "an id selects whatever contains it",
        _matching(lambda own, asked: asked in own),
    ),
    _bug(
        "match-first-half",
        "ids are told apart by their first 20 characters, and longer ones match",
        _matching(lambda own, asked: own[:20] == asked[:20]),
    ),
    _bug("unknown-means-all", "a list of unknown ids filters nothing", dropping(_unknown_lists)),
    _bug(
        "unknown-spoils-list",
        "one unknown id in a list, and nothing is selected",
        selecting(_unknown_spoils),
    ),
    _bug(
        "no-customer-passes",
        "rows without a customer pass customerIds",
        selecting(_no_customer_passes),
    ),
    _bug("cap-before-filter", "filters see the newest 100 rows only", selecting(_cap_first)),
    _bug("empty-means-all", "filters that select nothing are dropped", selecting(_empty_means_all)),
    _bug(
        "endpoint-hides-outgoing",
        "endpointIds shows incoming messages only",
        _keep("endpoint_ids", lambda r: message_of(r).direction == "Incoming"),
    ),
    _bug(
        "customer-hides-read",
        "customerIds shows unread messages only",
        _keep("customer_ids", lambda r: message_of(r).is_unread),
    ),
    _bug("one-row-a-line", "customerIds shows one row an endpoint", selecting(_one_a_line)),
    _bug(
        "endpoint-leaks",
        "one endpoint in six brings a row of another",
        selecting(_leaking_endpoint),
    ),
    _bug(
        "endpoint-widened",
        "endpointIds shows every endpoint of the same customer",
        selecting(_endpoint_by_customer),
    ),
    _bug(
        "row-lost-by-filters", "filtered lists lose one row in fifty", selecting(_filter_row_lost)
    ),
    _bug(
        "account-and-customer-swapped",
        "accountIds is compared with customers and customerIds with accounts",
        selecting(_swap),
    ),
)
