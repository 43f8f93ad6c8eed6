"""Hold the wrong keys of a cache, and the wrong headers about caching."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Change,
    anew,
    answer_of,
    encoding,
    finishing,
    in_category,
    lists_of,
    numbers,
    selecting,
    style_of,
    wanted_of,
    without,
)
from mockserver.server.request.exchange import Answer, Exchange, Step

__all__ = ["CACHING"]

# What a real cache would keep for some seconds is kept for as many requests.
_LIVES = 12
_LONG = 10_000


def _cached(key_of: Callable[[Exchange], Hashable]) -> Change:
    """Return the change that answers from a cache of selections, by a key that leaves out much."""

    def make() -> Change:
        found: dict[Hashable, Sequence[int]] = {}
        asked = 0

        def select(x: Exchange, right: Step) -> Sequence[int]:
            nonlocal asked
            asked += 1
            if asked % _LIVES == 0:
                found.clear()
            # Who sees what is part of every key but one.
            key = (key_of(x), x.user and x.user.account_ids, x.view.generation)
            if key not in found:
                found[key] = numbers(x, right)
            return found[key]

        return selecting(select)

    return anew(make)


def _key(*left_out: str) -> Callable[[Exchange], Hashable]:
    return lambda x: without(x, *left_out)


def _first_ids(x: Exchange) -> Hashable:
    lists = {name: ids[0] for name, ids in lists_of(x).items()}
    return (tuple(lists.items()), wanted_of(x).after_date)


def _day_of_date(x: Exchange) -> Hashable:
    wanted = wanted_of(x)
    return replace(wanted, after_date=(wanted.after_date or "")[:10])


def _kept(key_of: Callable[[Exchange], Hashable], most: int) -> Change:
    """Return the change that keeps whole answers by a key, and forgets them when they are many."""

    def make() -> Change:
        found: dict[Hashable, Answer] = {}

        def encode(x: Exchange, right: Step) -> Answer:
            key = key_of(x)
            if key not in found:
                if len(found) > most:
                    found.clear()
                found[key] = answer_of(x, right)
            return replace(found[key])

        return encoding(encode)

    return anew(make)


def _headers(*pairs: tuple[str, str]) -> Change:
    def finish(x: Exchange, answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        return replace(answer, headers=[*answer.headers, *pairs])

    return finishing(finish)


def _public(x: Exchange, answer: Answer) -> Answer:
    pairs = [*answer.headers, ("Cache-Control", "public, max-age=60")]
    return replace(answer, headers=pairs, varies=False)


def _constant_tag(x: Exchange, answer: Answer) -> Answer:
    if answer.status != 200:
        return answer
    if x.request.header(b"if-none-match"):
        return replace(answer, status=304, body=b"", content_type=None, is_chunked=False)
    return replace(answer, headers=[*answer.headers, ("ETag", '"1"')])


def _any_tag(x: Exchange, answer: Answer) -> Answer:
    if answer.status == 200 and x.request.header(b"if-none-match"):
        return replace(answer, status=304, body=b"", content_type=None, is_chunked=False)
    return answer


_bug = in_category("caching")

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
    _bug(
        "cache-without-format",
        "the cache does not know the format",
        _kept(lambda x: tuple(x.numbers), _LIVES),
    ),
    _bug(
        "first-format-stays",
        "a cache that keeps long does not know the format",
        _kept(lambda x: tuple(x.numbers), _LONG),
    ),
    _bug(
        "cache-by-count",
        "lists of as many rows are one",
        _kept(lambda x: (len(x.numbers), style_of(x).negotiated), 100),
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
