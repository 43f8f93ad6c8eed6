"""Hold what goes wrong now and then, or after something else: state that should not be there."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

from mockserver.bugs.bug import (
    Bug,
    Change,
    Encoding,
    Selection,
    encoding_of,
    failure,
    finishing_of,
    selecting,
    selecting_of,
    with_message,
)
from mockserver.models import ListConversations
from mockserver.server.app import Steps
from mockserver.server.exchange import Answer, Request
from mockserver.server.space import Space

__all__ = ["STATE"]

_SLOW_SECONDS = 0.012
_NO_PAUSE_SECONDS = 0.0015


def _counted(wrong: Callable[[Selection, int], Sequence[int]]) -> Change:
    """Return the change of `select` that knows how many requests came before."""

    def make() -> Callable[[Selection], Sequence[int]]:
        count = 0

        def select(s: Selection) -> Sequence[int]:
            nonlocal count
            count += 1
            return wrong(s, count)

        return select

    return selecting_of(make)


def _random_row_lost(s: Selection, count: int) -> Sequence[int]:
    rows = s.rows()
    if len(rows) < 2:
        return rows
    lost = crc32(b"%d" % count) % len(rows)
    return [*rows[:lost], *rows[lost + 1 :]]


def _every_fifth_empty(s: Selection, count: int) -> Sequence[int]:
    return () if count % 5 == 0 else s.rows()


def _every_twentieth_error(s: Selection, count: int) -> Sequence[int]:
    if count % 20 == 0:
        raise failure(503, "ServiceUnavailable")
    return s.rows()


def _first_empty(s: Selection, count: int) -> Sequence[int]:
    return () if count == 1 else s.rows()


def _doubles_later(s: Selection, count: int) -> Sequence[int]:
    rows = s.rows()
    return rows + rows[:1] if count > 40 else rows


def _forgets_later(s: Selection, count: int) -> Sequence[int]:
    return s.rows(s.without("customer_ids") if count > 30 else None)


def _second_empty() -> Callable[[Selection], Sequence[int]]:
    last: ListConversations | None = None

    def select(s: Selection) -> Sequence[int]:
        nonlocal last
        is_again = s.request == last
        last = None if is_again else s.request
        return () if is_again else s.rows()

    return select


def _filters_stick() -> Callable[[Selection], Sequence[int]]:
    """Keep the customers of the request before where this one names an endpoint alone."""
    before: ListConversations | None = None

    def select(s: Selection) -> Sequence[int]:
        nonlocal before
        asked, kept = s.request, before
        before = asked
        if kept is not None and kept.customer_ids and list(s.lists) == ["endpoint_ids"]:
            return s.rows(replace(asked, customer_ids=kept.customer_ids))
        return s.rows()

    return select


class _Queue:
    """Tell a request that had to wait for the one before: it starts as soon as that ends."""

    def __init__(self) -> None:
        self._ended = 0.0

    def has_waited(self) -> bool:
        """Take a while, so that others have to wait, and tell whether this one had to."""
        waited = time.perf_counter() - self._ended < _NO_PAUSE_SECONDS
        time.sleep(_SLOW_SECONDS)
        self._ended = time.perf_counter()
        return waited


def _mixed_in_a_burst() -> Callable[[Selection], Sequence[int]]:
    """Answer what somebody else asked, while several requests wait."""
    before: ListConversations | None = None
    queue = _Queue()

    def select(s: Selection) -> Sequence[int]:
        nonlocal before
        asked, before = before, s.request
        return s.rows(asked if queue.has_waited() else None)

    return select


def _error_in_a_burst() -> Callable[[Selection], Sequence[int]]:
    queue = _Queue()

    def select(s: Selection) -> Sequence[int]:
        if queue.has_waited():
            raise failure(500, "TimeoutException")
        return s.rows()

    return select


def _lagging_copy() -> Callable[[Encoding], Answer]:
    """Show the three newest rows as they were, in every third answer."""
    count = 0

    def encode(e: Encoding) -> Answer:
        nonlocal count
        count += 1
        if count % 3 or len(e.numbers) < 4:
            return e.answer()
        rows = e.rows
        old = [
            with_message(row, id=f"{row.id}"[::-1], date="2024-01-01T00:00:00.000Z")
            for row in rows[:3]
        ]
        return e.answer([*old, *rows[3:]])

    return encode


def _fresh_row_ids() -> Callable[[Encoding], Answer]:
    count = 0

    def encode(e: Encoding) -> Answer:
        nonlocal count
        count += 1
        return e.answer([replace(row, id=f"{count:04x}{row.id}"[:24]) for row in e.rows])

    return encode


def _read_by_filter() -> Callable[[Encoding], Answer]:
    """Show a row as read in short lists alone."""

    def encode(e: Encoding) -> Answer:
        if len(e.numbers) > 40:
            return e.answer()
        return e.answer([with_message(row, is_unread=False) for row in e.rows])

    return encode


def _short_texts() -> Callable[[Encoding], Answer]:
    def encode(e: Encoding) -> Answer:
        if len(e.numbers) < 80:
            return e.answer()
        return e.answer(
            [
                with_message(
                    row,
                    text=None if (m := row.most_recent_message) is None else (m.text or "")[:20],
                )
                for row in e.rows
            ]
        )

    return encode


def _forgets_after_sign_out(steps: Steps) -> Steps:
    """Filter nothing for some requests after a sign-out."""
    left = 0

    def sign_in(space: Space, request: Request, **rest: Any) -> Answer:
        nonlocal left
        if rest["members"].get("provider") == "logout":
            left = 8
        return steps.sign_in(space, request, **rest)

    def select(s: Selection) -> Sequence[int]:
        nonlocal left
        left -= 1
        return s.rows(s.without(*s.lists) if left >= 0 else None)

    return selecting(select)(replace(steps, sign_in=sign_in))


def _after_error() -> Callable[[Selection], Sequence[int]]:
    """Answer nothing right after a request that failed."""
    failed = False

    def select(s: Selection) -> Sequence[int]:
        nonlocal failed
        was, failed = failed, True
        rows = s.rows()
        failed = False
        return () if was else rows

    return select


def _unauthorised_after_many() -> Callable[[Request, Answer], Answer]:
    count = 0

    def finish(request: Request, answer: Answer) -> Answer:
        nonlocal count
        count += 1
        return replace(answer, status=429) if count % 45 == 0 else answer

    return finish


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="state", help=help, change=change)


STATE = (
    _bug("random-row-lost", "each list loses a row, another each time", _counted(_random_row_lost)),
    _bug("every-fifth-empty", "every fifth list is empty", _counted(_every_fifth_empty)),
    _bug("every-twentieth-503", "every twentieth list fails", _counted(_every_twentieth_error)),
    _bug("first-empty", "the first list after the start is empty", _counted(_first_empty)),
    _bug("second-empty", "asking the same again selects nothing", selecting_of(_second_empty)),
    _bug("row-twice-later", "from the 41st list on a row comes twice", _counted(_doubles_later)),
    _bug(
        "customer-ignored-later",
        "from the 31st list on customerIds does nothing",
        _counted(_forgets_later),
    ),
    _bug(
        "filters-stick", "customerIds of the request before goes on", selecting_of(_filters_stick)
    ),
    _bug(
        "burst-mixes",
        "of requests at once each may get another's rows",
        selecting_of(_mixed_in_a_burst),
    ),
    _bug("burst-fails", "of requests at once some fail", selecting_of(_error_in_a_burst)),
    _bug("copy-lags", "every third list shows old messages", encoding_of(_lagging_copy)),
    _bug("row-id-fresh", "a row has another id each time", encoding_of(_fresh_row_ids)),
    _bug(
        "read-in-short-lists",
        "lists of at most 40 rows show no row as unread",
        encoding_of(_read_by_filter),
    ),
    _bug("text-cut-in-long-lists", "lists of 80 rows or more cut texts", encoding_of(_short_texts)),
    _bug(
        "sign-out-forgets-filters",
        "after a sign-out some lists ignore ids",
        _forgets_after_sign_out,
    ),
    _bug("empty-after-error", "the list after a refused date is empty", selecting_of(_after_error)),
    _bug(
        "sometimes-429",
        "every 45th answer says that there were too many",
        finishing_of(_unauthorised_after_many),
    ),
)
