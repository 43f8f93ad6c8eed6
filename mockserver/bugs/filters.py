"""Hold the wrong ways to filter: too much, too little, or by something else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from zlib import crc32

from mockserver.bugs.bug import (
    Bug,
    Change,
    Selection,
    asking_of,
    message_of,
    selecting,
)
from mockserver.models import ConversationInfo, ListConversations

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

    def select(s: Selection) -> Sequence[int]:
        lists = s.lists
        kept = s.rows(s.without(*lists))

        def fits(number: int) -> bool:
            own = _ids(s.world.row(number))
            return all(
                own[name] and any(is_match(own[name], one) for one in ids if one)
                for name, ids in lists.items()
            )

        return [number for number in kept if fits(number)]

    return selecting(select)


def _or(s: Selection) -> Sequence[int]:
    lists = s.lists
    if len(lists) < 2:
        return s.rows()
    found: set[int] = set()
    for name in lists:
        found.update(s.rows(s.without(*(other for other in lists if other != name))))
    return [n for n in s.rows(s.without(*lists)) if n in found]


def _first_filter_only(s: Selection) -> Sequence[int]:
    return s.rows(s.without(*list(s.lists)[1:]))


def _customer_wins(s: Selection) -> Sequence[int]:
    return s.rows(s.without("endpoint_ids") if s.request.customer_ids else s.request)


def _three_forget_one(s: Selection) -> Sequence[int]:
    return s.rows(s.without("customer_ids") if len(s.lists) == 3 else s.request)


def _unknown_means_all(s: Selection) -> Sequence[int]:
    unknown = [
        name
        for name, ids in s.lists.items()
        if not any(one is not None and s.world.knows(name, one) for one in ids)
    ]
    return s.rows(s.without(*unknown))


def _unknown_spoils(s: Selection) -> Sequence[int]:
    for name, ids in s.lists.items():
        if not all(one is None or s.world.knows(name, one) for one in ids):
            return ()
    return s.rows()


def _no_customer_passes(s: Selection) -> Sequence[int]:
    if not s.request.customer_ids:
        return s.rows()
    right = set(s.rows())
    return [
        n
        for n in s.rows(s.without("customer_ids"))
        if n in right or message_of(s.world.row(n)).customer_id is None
    ]


def _cap_first(s: Selection) -> Sequence[int]:
    newest = set(s.rows(ListConversations())[:100])
    return [n for n in s.rows() if n in newest] if s.lists else s.rows()


def _empty_means_all(s: Selection) -> Sequence[int]:
    return s.rows() or s.rows(s.without(*s.lists))


def _keep(s: Selection, name: str, fits: Callable[[ConversationInfo], bool]) -> Sequence[int]:
    rows = s.rows()
    return [n for n in rows if fits(s.world.row(n))] if getattr(s.request, name) else rows


def _one_a_line(s: Selection) -> Sequence[int]:
    if not s.request.customer_ids:
        return s.rows()
    seen: set[str | None] = set()
    kept = []
    for number in s.rows():
        endpoint = s.world.row(number).endpoint_id
        if endpoint not in seen:
            seen.add(endpoint)
            kept.append(number)
    return kept


def _leaking_endpoint(s: Selection) -> Sequence[int]:
    ids = s.request.endpoint_ids
    if not ids or len(s.lists) > 1:
        return s.rows()
    right = set(s.rows())
    leaks = any(one and crc32(one.encode()) % 6 == 0 for one in ids)
    others = [n for n in s.rows(s.without("endpoint_ids")) if n not in right]
    if leaks and others:
        right.add(others[-1])
    return [n for n in s.rows(s.without("endpoint_ids")) if n in right]


def _filter_row_lost(s: Selection) -> Sequence[int]:
    rows = s.rows()
    if not s.lists:
        return rows
    return [n for n in rows if crc32((s.world.row(n).id or "").encode()) % 50]


def _endpoint_by_customer(s: Selection) -> Sequence[int]:
    """Widen an endpoint to all endpoints of its customer."""
    if not s.request.endpoint_ids:
        return s.rows()
    right = s.rows()
    customers = {message_of(s.world.row(n)).customer_id for n in right} - {None}
    kept = set(right)
    return [
        n
        for n in s.rows(s.without("endpoint_ids"))
        if n in kept or message_of(s.world.row(n)).customer_id in customers
    ]


def _swap(s: Selection) -> Sequence[int]:
    request = s.request
    swapped = replace(request, customer_ids=request.account_ids, account_ids=request.customer_ids)
    return s.rows(swapped)


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="filters", help=help, change=change)


FILTERS = (
    _bug("account-ignored", "accountIds does nothing", asking_of("account_ids", lambda ids: None)),
    _bug(
        "endpoint-ignored", "endpointIds does nothing", asking_of("endpoint_ids", lambda ids: None)
    ),
    _bug(
        "customer-ignored", "customerIds does nothing", asking_of("customer_ids", lambda ids: None)
    ),
    _bug("or-across-filters", "a row that fits one of several filters is shown", selecting(_or)),
    _bug(
        "one-filter-only", "of several filters only the first counts", selecting(_first_filter_only)
    ),
    _bug(
        "customer-beats-endpoint", "customerIds switches endpointIds off", selecting(_customer_wins)
    ),
    _bug(
        "third-filter-ignored",
        "of all three filters together the last is ignored",
        selecting(_three_forget_one),
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
    _bug(
        "unknown-means-all", "a list of unknown ids filters nothing", selecting(_unknown_means_all)
    ),
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
        selecting(
            lambda s: _keep(s, "endpoint_ids", lambda r: message_of(r).direction == "Incoming")
        ),
    ),
    _bug(
        "customer-hides-read",
        "customerIds shows unread messages only",
        selecting(lambda s: _keep(s, "customer_ids", lambda r: message_of(r).is_unread)),
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
