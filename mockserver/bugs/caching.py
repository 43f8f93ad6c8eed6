"""Hold the wrong keys of a cache, and the wrong headers about caching."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Bug,
    Change,
    Encoding,
    Selection,
    encoding_of,
    finishing,
    selecting_of,
)
from mockserver.server.exchange import Answer, Request

__all__ = ["CACHING"]

# What a real cache would keep for some seconds is kept for as many requests.
_LIVES = 12


def _cached(key_of: Callable[[Selection], Hashable]) -> Change:
    """Return the change that answers from a cache of selections, by a key that leaves out much."""

    def make() -> Callable[[Selection], Sequence[int]]:
        found: dict[Hashable, Sequence[int]] = {}
        asked = 0

        def select(s: Selection) -> Sequence[int]:
            nonlocal asked
            asked += 1
            if asked % _LIVES == 0:
                found.clear()
            # Who sees what is part of every key but one.
            key = (key_of(s), s.account_ids and frozenset(s.account_ids), s.world.generation)
            if key not in found:
                found[key] = s.rows()
            return found[key]

        return select

    return selecting_of(make)


def _key(*left_out: str) -> Callable[[Selection], Hashable]:
    return lambda s: s.without(*left_out)


def _first_ids(s: Selection) -> Hashable:
    lists = {name: ids[0] for name, ids in s.lists.items()}
    return (tuple(lists.items()), s.request.after_date)


def _day_of_date(s: Selection) -> Hashable:
    return replace(s.request, after_date=(s.request.after_date or "")[:10])


def _by_rows() -> Callable[[Encoding], Answer]:
    found: dict[Hashable, Answer] = {}

    def encode(e: Encoding) -> Answer:
        key = tuple(e.numbers)
        if key not in found:
            if len(found) > _LIVES:
                found.clear()
            found[key] = e.answer()
        return replace(found[key])

    return encode


def _by_count() -> Callable[[Encoding], Answer]:
    found: dict[Hashable, Answer] = {}

    def encode(e: Encoding) -> Answer:
        key = (len(e.numbers), e.style.negotiated)
        if key not in found:
            if len(found) > 100:
                found.clear()
            found[key] = e.answer()
        return replace(found[key])

    return encode


def _headers(*pairs: tuple[str, str]) -> Change:
    def finish(request: Request, answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        return replace(answer, headers=[*answer.headers, *pairs])

    return finishing(finish)


def _public(request: Request, answer: Answer) -> Answer:
    pairs = [*answer.headers, ("Cache-Control", "public, max-age=60")]
    return replace(answer, headers=pairs, varies=False)


def _constant_tag(request: Request, answer: Answer) -> Answer:
    if answer.status != 200:
        return answer
    if request.header(b"if-none-match"):
        return replace(answer, status=304, body=b"", content_type=None, is_chunked=False)
    return replace(answer, headers=[*answer.headers, ("ETag", '"1"')])


def _any_tag(request: Request, answer: Answer) -> Answer:
    if answer.status == 200 and request.header(b"if-none-match"):
        return replace(answer, status=304, body=b"", content_type=None, is_chunked=False)
    return answer


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="caching", help=help, change=change)


CACHING = (
    _bug(
        "cache-by-path",
        "the cache does not know the query",
        _cached(_key("account_ids", "endpoint_ids", "customer_ids", "after_date")),
    ),
    _bug(
        "cache-without-accounts", "the cache does not know accountIds", _cached(_key("account_ids"))
    ),
    _bug(
        "cache-without-endpoints",
        "the cache does not know endpointIds",
        _cached(_key("endpoint_ids")),
    ),
    _bug(
        "cache-without-customers",
        "the cache does not know customerIds",
        _cached(_key("customer_ids")),
    ),
    _bug("cache-without-date", "the cache does not know afterDate", _cached(_key("after_date"))),
    _bug("cache-by-day", "the cache knows the day of afterDate only", _cached(_day_of_date)),
    _bug("cache-by-first-id", "the cache knows the first id of a list only", _cached(_first_ids)),
    _bug("cache-without-format", "the cache does not know the format", encoding_of(_by_rows)),
    _bug(
        "cache-by-count",
        "lists of as many rows are one",
        encoding_of(_by_count),
    ),
    _bug("public-without-vary", "shared caches may keep rows in any format", finishing(_public)),
    _bug("tag-constant", "every answer has the same ETag", finishing(_constant_tag)),
    _bug("any-tag-matches", "If-None-Match always answers 304", finishing(_any_tag)),
    _bug(
        "tag-never-checked",
        "the ETag of another list is sent with every list",
        _headers(("ETag", '"a1b2"'), ("Cache-Control", "private")),
    ),
)
