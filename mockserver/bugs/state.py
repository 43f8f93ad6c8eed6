"""Hold what goes wrong now and then, or after something else: state that should not be there."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from zlib import crc32

from mockserver.bugs.bug import (
    Change,
    anew,
    failure,
    finishing,
    in_category,
    lists_of,
    message_of,
    numbers,
    selecting,
    showing_list,
    wanted_of,
    with_message,
    without,
)
from mockserver.models import ConversationInfo, ListConversations
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.path import Steps

__all__ = ["STATE"]

Rows = list[ConversationInfo]

_SLOW_SECONDS = 0.012


def _counted(wrong: Callable[[Exchange, Step, int], Sequence[int]]) -> Change:
    """Return the change of `select` that knows the request's number, from 1."""

    def make() -> Change:
        counts = count(1)
        return selecting(lambda x, right: wrong(x, right, next(counts)))

    return anew(make)


def _random_row_lost(x: Exchange, right: Step, number: int) -> Sequence[int]:
    rows = numbers(x, right)
    if len(rows) < 2:
        return rows
    lost = crc32(b"%d" % number) % len(rows)
    return [*rows[:lost], *rows[lost + 1 :]]


def _every_fifth_empty(x: Exchange, right: Step, number: int) -> Sequence[int]:
    return () if number % 5 == 0 else numbers(x, right)


def _every_twentieth_error(x: Exchange, right: Step, number: int) -> Sequence[int]:
    if number % 20 == 0:
        raise failure(503, "ServiceUnavailable")
    return numbers(x, right)


def _first_empty(x: Exchange, right: Step, number: int) -> Sequence[int]:
    return () if number == 1 else numbers(x, right)


def _doubles_later(x: Exchange, right: Step, number: int) -> Sequence[int]:
    rows = numbers(x, right)
    return rows + rows[:1] if number > 40 else rows


def _forgets_later(x: Exchange, right: Step, number: int) -> Sequence[int]:
    return numbers(x, right, without(x, "customer_ids") if number > 30 else None)


def _second_empty() -> Change:
    last: ListConversations | None = None

    def select(x: Exchange, right: Step) -> Sequence[int]:
        nonlocal last
        is_again = x.wanted == last
        last = None if is_again else x.wanted
        return () if is_again else numbers(x, right)

    return selecting(select)


def _filters_stick() -> Change:
    """Keep the customers of the request before where this one names an endpoint alone."""
    last = ListConversations()

    def select(x: Exchange, right: Step) -> Sequence[int]:
        nonlocal last
        before, last = last, wanted_of(x)
        if before.customer_ids and list(lists_of(x)) == ["endpoint_ids"]:
            return numbers(x, right, replace(last, customer_ids=before.customer_ids))
        return numbers(x, right)

    return selecting(select)


class _Queue:
    """Tell a request that had to wait for another: it is there when the loop comes round."""

    def __init__(self) -> None:
        self._is_busy = False

    def has_waited(self) -> bool:
        """Take a while, so that others have to wait, and tell whether this one had to."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False  # Asked without a socket, one after the other.
        has_waited, self._is_busy = self._is_busy, True
        loop.call_soon(loop.call_soon, self._rest)
        time.sleep(_SLOW_SECONDS)
        return has_waited

    def _rest(self) -> None:
        self._is_busy = False


def _mixed_in_a_burst() -> Change:
    """Answer what somebody else asked, while several requests wait."""
    last: ListConversations | None = None
    queue = _Queue()

    def select(x: Exchange, right: Step) -> Sequence[int]:
        nonlocal last
        before, last = last, x.wanted
        return numbers(x, right, before if queue.has_waited() else None)

    return selecting(select)


def _error_in_a_burst() -> Change:
    queue = _Queue()

    def select(x: Exchange, right: Step) -> Sequence[int]:
        if queue.has_waited():
            raise failure(500, "TimeoutException")
        return numbers(x, right)

    return selecting(select)


def _lagging_copy() -> Change:
    """Show the three newest rows as they were, in every third answer."""
    counts = count(1)

    def show(rows: Rows) -> Rows:
        if next(counts) % 3 or len(rows) < 4:
            return rows
        old = [
            with_message(row, id=f"{row.id}"[::-1], date="2024-01-01T00:00:00.000Z")
            for row in rows[:3]
        ]
        return [*old, *rows[3:]]

    return showing_list(show)


def _fresh_row_ids() -> Change:
    counts = count(1)

    def show(rows: Rows) -> Rows:
        number = next(counts)
        return [replace(row, id=f"{number:04x}{row.id}"[:24]) for row in rows]

    return showing_list(show)


def _read_in_short_lists(rows: Rows) -> Rows:
    return rows if len(rows) > 40 else [with_message(row, is_unread=False) for row in rows]


def _short_texts(rows: Rows) -> Rows:
    if len(rows) < 80:
        return rows
    return [with_message(row, text=(message_of(row).text or "")[:20]) for row in rows]


def _forgets_after_sign_out(steps: Steps) -> Steps:
    """Filter nothing for some requests after a sign-out."""
    left = 0

    def sign_in(x: Exchange) -> None:
        nonlocal left
        if x.members.get("provider") == "logout":
            left = 8
        steps.sign_in(x)

    def select(x: Exchange, right: Step) -> Sequence[int]:
        nonlocal left
        left -= 1
        return numbers(x, right, without(x, *lists_of(x)) if left >= 0 else None)

    return selecting(select)(replace(steps, sign_in=sign_in))


def _second_poll_sticks() -> Change:
    """Answer a session that asks for the same with a date once more as without the date."""
    seen: set[tuple[str, bytes]] = set()

    def select(x: Exchange, right: Step) -> Sequence[int]:
        session = x.request.head.ids.in_force
        if session is None or wanted_of(x).after_date is None:
            return numbers(x, right)
        poll = (session, x.request.query)
        is_again = poll in seen
        seen.add(poll)
        return numbers(x, right, without(x, "after_date") if is_again else None)

    return selecting(select)


def _after_error() -> Change:
    """Answer nothing right after a request that failed."""
    failed = False

    def select(x: Exchange, right: Step) -> Sequence[int]:
        nonlocal failed
        was, failed = failed, True
        rows = numbers(x, right)
        failed = False
        return () if was else rows

    return selecting(select)


def _sometimes_429() -> Change:
    counts = count(1)

    def finish(_x: Exchange, answer: Answer) -> Answer:
        return answer if next(counts) % 45 else replace(answer, status=429)

    return finishing(finish)


_bug = in_category("state")

STATE = (
    _bug("random-row-lost", "each list loses a row, another each time", _counted(_random_row_lost)),
    _bug("every-fifth-empty", "every fifth list is empty", _counted(_every_fifth_empty)),
    _bug("every-twentieth-503", "every twentieth list fails", _counted(_every_twentieth_error)),
    _bug("first-empty", "the first list after the start is empty", _counted(_first_empty)),
    _bug("second-empty", "asking the same again selects nothing", anew(_second_empty)),
    _bug("row-twice-later", "from the 41st list on a row comes twice", _counted(_doubles_later)),
    _bug(
        "customer-ignored-later",
        "from the 31st list on customerIds does nothing",
        _counted(_forgets_later),
    ),
    _bug("filters-stick", "customerIds of the request before goes on", anew(_filters_stick)),
    _bug(
        "burst-mixes",
        "of requests at once each may get another's rows",
        anew(_mixed_in_a_burst),
    ),
    _bug("burst-fails", "of requests at once some fail", anew(_error_in_a_burst)),
    _bug("copy-lags", "every third list shows old messages", anew(_lagging_copy)),
    _bug("row-id-fresh", "a row has another id each time", anew(_fresh_row_ids)),
    _bug(
        "read-in-short-lists",
        "lists of at most 40 rows show no row as unread",
        showing_list(_read_in_short_lists),
    ),
    _bug(
        "text-cut-in-long-lists", "lists of 80 rows or more cut texts", showing_list(_short_texts)
    ),
    _bug(
        "sign-out-forgets-filters",
        "after a sign-out some lists ignore ids",
        _forgets_after_sign_out,
    ),
    _bug(
        "second-poll-sticks",
        "a session that polls again gets the rows before its date, too",
        anew(_second_poll_sticks),
    ),
    _bug("empty-after-error", "the list after a refused date is empty", anew(_after_error)),
    _bug(
        "sometimes-429",
        "every 45th answer says that there were too many",
        anew(_sometimes_429),
    ),
)
