"""Laws on order, and on rows over time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import Facts, Key, Page, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    too_many,
    vacuous,
    violated,
)
from mockserver.checks.laws.lists import order_of, steady_pairs, whole_lists
from mockserver.checks.plan import FILTER_NAMES, Query, query

__all__ = ["STATE_LAWS"]

# So many rows are not read by a person between two looks, just those and all of them.
_MARKED = 5


def _parts(facts: Facts) -> Sequence[Query]:
    plans = []
    if facts.count("accountIds") > 2:
        plans.append(query(("accountIds", [f"$account[{i}]" for i in range(2)])))
    if facts.dates:
        plans.append(query(("afterDate", f"$row[{len(facts.dates) // 3}].date-1s")))
    return plans


def _around(plan: Query) -> Sequence[Query]:
    return (query(), plan, query())


def _is_ordered_alike(case: Case) -> Judgement:
    """Judge each part of the list by the reads of the whole before and after it.

    Only rows that are just the same in all three count, so that none was moved meanwhile.
    """
    whole = whole_lists(case.pages)
    pairs = steady_pairs([page for _, page in whole])
    if any(order_of(one, set(rows)) != order_of(two, set(rows)) for one, two, rows in pairs):
        return vacuous("the list has no order that stays")
    judged = False
    for ((start, _), (end, _)), (one, _, rows) in zip(pairwise(whole), pairs, strict=True):
        for page in filter(_is_part, case.pages[start + 1 : end]):
            common = {k for k, row in page.by_key.items() if rows.get(k) == row}
            if len(common) < 2:
                continue
            judged = True
            if order_of(one, common) != order_of(page, common):
                wrong = violated(
                    "order differs", "a part of the list in another order", "its order"
                )
                return replace(wrong, asked=page.query)
    return holds() if judged else vacuous("no part with two rows between two reads of the list")


def _is_part(page: Page) -> bool:
    known = (*FILTER_NAMES, "format")
    is_plain = all(term.name in known for term in page.query.filters)
    return is_plain and page.kind == "json" and page.rows is not None and bool(page.query.filters)


def _measure_order(case: Case) -> Judgement:
    lists = [page for _, page in whole_lists(case.pages)]
    pairs = [(one, two, set(rows)) for one, two, rows in steady_pairs(lists) if len(rows) > 1]
    if not pairs:
        return vacuous("no two reads with two rows in common")
    if any(order_of(one, common) != order_of(two, common) for one, two, common in pairs):
        return holds(("order", ("unstable",)))
    rows = pairs[0][0].rows or ()
    dates = [d for row in rows if (d := parse_instant(message_of(row).get("date"))) is not None]
    ids = [id_ for row in rows if isinstance(id_ := row.get("id"), str)]
    fits = []
    if len(set(dates)) > 1 and _is_rising(-date for date in dates):
        fits.append("newest-first")
    if len(set(dates)) > 1 and _is_rising(dates):
        fits.append("oldest-first")
    if len(set(ids)) > 1 and all(a <= b for a, b in zip(ids, ids[1:], strict=False)):
        fits.append("by-id")
    if len(set(dates)) < 2 and len(set(ids)) < 2:
        return vacuous("fewer than two dates")
    return holds(("order", (*fits, "as-stored")))


def _is_rising(values: Iterable[int]) -> bool:
    items = list(values)
    return all(a <= b for a, b in zip(items, items[1:], strict=False))


def _twice(plan: Query) -> Sequence[Query]:
    return (plan, plan)


def _only_moves_on(case: Case) -> Judgement:
    seen: dict[tuple[str, object], list[int]] = defaultdict(list)
    for page in _lists(case):
        for thread, row in _threads(page).items():
            date = parse_instant(message_of(row).get("date"))
            if date is not None:
                seen[thread, row["id"]].append(date)
    backwards = [sum(b < a for a, b in zip(d, d[1:], strict=False)) for d in seen.values()]
    if too_many([n for n, dates in zip(backwards, seen.values(), strict=True) if len(dates) > 1]):
        return violated("time goes back", "a newest message that turns older", "newer ones only")
    return holds() if any(len(dates) > 1 for dates in seen.values()) else vacuous("no row twice")


def _keeps_its_name(case: Case) -> Judgement:
    threads: dict[str, list[object]] = defaultdict(list)
    messages: dict[str, list[object]] = defaultdict(list)
    for page in _lists(case):
        for thread, row in _threads(page).items():
            threads[thread].append(row.get("id"))
            # What a host sends there may be anything.
            messages[_sent(row)].append(message_of(row).get("id"))
    for what, seen in (("conversation", threads), ("message", messages)):
        names = [ids for ids in seen.values() if len(ids) > 1]
        if too_many([sum(a != b for a, b in zip(n, n[1:], strict=False)) for n in names]):
            received = f"a {what} whose id changes again and again"
            return violated("id changes", received, "one id")
    return holds() if any(len(ids) > 1 for ids in threads.values()) else vacuous("no row twice")


def _marks_nothing(case: Case) -> Judgement:
    """Judge, from one read of the whole list to the next, what became of unread rows.

    They are counted by the filters that answers between had; a list of all rows has none.
    """
    places = {index for index, _ in whole_lists(case.pages)}
    unread: dict[Key, object] = {}
    met: dict[str, set[Key]] = defaultdict(set)
    is_judged = False
    for index, page in enumerate(case.pages):
        if index not in places:
            for term in page.query.filters:
                met[term.name] |= page.keys & unread.keys()
            continue
        rows = page.by_key
        met["the list"] |= unread.keys()
        for keys in filter(lambda keys: len(keys) >= _MARKED, met.values()):
            is_judged = True
            if all(key in rows and _is_read_now(rows[key], unread[key]) for key in keys):
                received = "all unread rows that were listed, read at the next look"
                return violated("marked as read", received, "unread ones stay so")
        messages = {key: message_of(row) for key, row in rows.items()}
        unread = {k: m.get("id") for k, m in messages.items() if m.get("isUnread") is True}
        met.clear()
    return holds() if is_judged else vacuous("too few unread rows in two reads of the list")


def _is_read_now(row: Row, identity: object) -> bool:
    message = message_of(row)
    return message.get("id") == identity and message.get("isUnread") is not True


def _lists(case: Case) -> list[Page]:
    """Return the JSON lists of the user's own whose filters cannot tell two threads apart."""
    return [page for page in case.pages if page.kind == "json" and page.rows]


@once_a_row
def _thread_of(row: Row) -> str:
    """Return the endpoint and the address of a row that has an id; empty for others."""
    if not isinstance(row.get("id"), str) or not row.get("otherAddress"):
        return ""
    return f"{row.get('endpointId')} {row.get('otherAddress')}"


@once_a_row
def _sent(row: Row) -> str:
    message = message_of(row)
    return f"{_thread_of(row)} {message.get('date')} {message.get('text')}"


def _threads(page: Page) -> dict[str, Row]:
    """Return the rows by endpoint and address, without those that share both."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in page.rows or ():
        if thread := _thread_of(row):
            rows[thread].append(row)
    return {thread: found[0] for thread, found in rows.items() if len(found) == 1}


STATE_LAWS = (
    Law(
        id="L23-order",
        statement="Rows of a part of the list stand in the order of the list, if that has one; a"
        " list without an order is for the point `order`.",
        tier="should",
        kind="relational",
        reads="all",
        judge=_is_ordered_alike,
        plans=_parts,
        asks=_around,
        point="order",
    ),
    Law(
        id="L38-time",
        statement="A conversation's newest message is not replaced by an older one; a few may be,"
        " up to three times, as messages are deleted.",
        tier="should",
        kind="single",
        reads="all",
        judge=_only_moves_on,
    ),
    Law(
        id="L103-unread",
        statement="To list rows marks none of them as read: of those that were unread, not all"
        " that a filter selected are read at the next look; up to four may be read meanwhile.",
        tier="should",
        kind="single",
        reads="all",
        judge=_marks_nothing,
    ),
    Law(
        id="L40-identity",
        statement="The thread of an endpoint and an address keeps its id, and a message its own; a"
        " few may change it, up to three times, as threads are merged and split.",
        tier="should",
        kind="single",
        reads="all",
        judge=_keeps_its_name,
    ),
    Law(
        id="L59-sort-key",
        statement="Measured: what the list is ordered by.",
        tier="learn",
        kind="single",
        reads="all",
        judge=_measure_order,
        plans=lambda facts: [query()],
        asks=_twice,
        point="order",
    ),
)
