"""Find what a server that remembers answers forgets of a request: pure functions over answers.

A key of a cache that lacks something gives a request the answer of an earlier one that differs from
it in that alone. The least that explains every wrong answer of a run is told.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from mockserver.checks.facts import Facts, Key, Page, value_of
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query

__all__ = ["Answered", "changes_its_mind", "told_forgotten"]

_LEAST = 2
# How many of the wrong answers may have another reason.
_SHARE = 8
# So many that are explained make up for one that is not.
_ENOUGH = 4
# What was asked so few answers ago is mostly kept still: right answers after it speak against that,
# if there are so many for each that is wrong; the first where one request has two answers.
_NEAR, _DOUBT = 3, {True: 1.5, False: 0.5}
# Rows are selected before they are written in a type.
_OF_ANSWERS = ("type", "rows")
_DAY, _SECOND = 10, 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Hold one answer that is a list.

    Attributes:
        asked: the filters, as they were asked.
        wanted: the rows that had to be there; None where that is open.
        reader: whose list it is a part of.
        type: the type that was asked for.
        is_wrong: whether it holds other rows than were asked for, or is of another type.
    """

    page: Page = field(repr=False)
    asked: Query
    wanted: frozenset[Key] | None = field(repr=False)
    reader: str
    type: str
    is_wrong: bool
    facts: Facts = field(repr=False)


# Part → what a request says of it.
_Request = dict[str, Hashable]


@dataclass(frozen=True, slots=True)
class _Forgets:
    """Hold what a key forgets, in words, and what is left of a request.

    Attributes:
        is_of_bodies: whether whole bodies are kept, in one type; else rows, whatever their type.
        wider: what is told too, as `or_`, where no right answer speaks against it.
    """

    words: str
    key: Callable[[_Request], Hashable]
    is_of_bodies: bool = False
    wider: "_Forgets | None" = None
    or_: str = ""


def told_forgotten(answers: Sequence[Answered]) -> str:
    """Return a sentence on what is forgotten; empty where that explains nothing."""
    requests = [_request_of(one) for one in answers]
    wrong = [index for index, one in enumerate(answers) if one.is_wrong]
    if len(wrong) < _LEAST:
        return ""
    whole = len(frozenset().union(*(one.page.keys for one in answers)))
    for forgets in _forgetting():
        repeats = [i for i in wrong if _repeats(i, forgets, requests, answers)]
        explained = len(repeats)
        rest = len(wrong) - explained
        is_few = rest * _SHARE <= len(wrong) or (rest == 1 and explained >= _ENOUGH)
        if not is_few or not _are_telling([len(answers[i].page.keys) for i in repeats], whole):
            continue
        if not _is_contradicted(forgets, requests, answers):
            return (
                "an answer is given again to a later request that asks for another one: the cache"
                f" does not know {_words(forgets, requests, answers)}"
            )
    return ""


def _words(forgets: _Forgets, requests: Sequence[_Request], answers: Sequence[Answered]) -> str:
    """Return what is forgotten, and what may be as well."""
    wider = forgets.wider
    if wider is None:
        return forgets.words
    asked = list(zip(requests, answers, strict=True))
    for (one, first), (two, second) in pairwise(asked):
        # Right after another, for what is kept may be let go after a while.
        is_right = not (first.is_wrong or second.is_wrong)
        is_other = first.page.keys != second.page.keys
        if is_right and is_other and wider.key(one) == wider.key(two):
            return forgets.words
    return forgets.or_


def _are_telling(lengths: Sequence[int], whole: int) -> bool:
    """Say whether answers of such lengths are hardly the same ones by chance.

    An answer without rows, or with all, is like any other such answer; that both come is telling.
    """
    parts = sum(0 < length < whole for length in lengths)
    is_mixed = len(lengths) >= _ENOUGH and {0, whole} <= set(lengths)
    return parts >= _LEAST or (parts > 0 and is_mixed)


def _is_contradicted(
    forgets: _Forgets, requests: Sequence[_Request], answers: Sequence[Answered]
) -> bool:
    """Say whether right answers speak against it: each right after one that would have been kept.

    What is kept may be let go after a while, so that those further back say nothing.
    """
    against = kept = 0
    for index, one in enumerate(answers):
        for earlier in range(max(0, index - _NEAR), index):
            two = answers[earlier]
            if not _is_alike(forgets, requests[index], requests[earlier]):
                continue
            is_same = one.page.keys == two.page.keys and one.page.kind == two.page.kind
            if one.is_wrong and is_same:
                kept += 1
                break
            if not (one.is_wrong or is_same or one.wanted is None):
                against += 1
                break
    return against > _DOUBT[changes_its_mind(answers)] * kept


def changes_its_mind(answers: Sequence[Answered]) -> bool:
    """Say whether one and the same request was answered rightly and wrongly."""
    verdicts: dict[Hashable, set[bool]] = {}
    for one in answers:
        verdicts.setdefault(tuple(_request_of(one).items()), set()).add(one.is_wrong)
    return any(len(found) > 1 for found in verdicts.values())


def _request_of(one: Answered) -> _Request:
    request: _Request = {"reader": one.reader, "type": one.type}
    for name in LIST_NAMES:
        request[name] = _values(name, one)
    request["afterDate"] = ",".join(_values("afterDate", one))
    request["rows"] = one.wanted
    return request


def _values(name: str, one: Answered) -> tuple[str, ...]:
    term = one.asked.get(name)
    values = () if term is None or term.values == ("",) else term.values
    return tuple(value_of(value, one.facts) for value in values)


def _repeats(
    index: int, forgets: _Forgets, requests: Sequence[_Request], answers: Sequence[Answered]
) -> bool:
    """Say whether an earlier request with the same key had this answer, and was another one."""
    page, request = answers[index].page, requests[index]
    if not forgets.is_of_bodies and page.kind != request["type"]:
        return False
    for earlier in range(index - 1, -1, -1):
        before = answers[earlier].page
        if before.keys == page.keys and _is_alike(forgets, request, requests[earlier]):
            if not forgets.is_of_bodies or before.kind == page.kind:
                return True
    return False


def _is_alike(forgets: _Forgets, one: _Request, two: _Request) -> bool:
    """Say whether two requests are others, and have one key."""
    asked = _without()
    is_other = one != two if forgets.is_of_bodies else asked(one) != asked(two)
    return is_other and forgets.key(one) == forgets.key(two)


def _forgetting() -> Iterator[_Forgets]:
    """Yield what may be forgotten, the least first."""
    day = _Forgets("the time of day in `afterDate`", _dated(_DAY))
    part = "the fraction of a second in `afterDate`, or more of the time of day"
    yield _Forgets("the fraction of a second in `afterDate`", _dated(_SECOND), wider=day, or_=part)
    yield day
    yield _Forgets("the case of ids", _folded)
    yield _Forgets("the order of ids", _sorted_ids)
    yield _Forgets("the ids of a list but its first", _first_ids)
    yield _Forgets("the ids of a list but its last", _last_ids)
    yield _Forgets("in which parameter an id stands", _without_names)
    for name in FILTER_NAMES:
        yield _Forgets(f"the value of `{name}`, only that there is one", _with_presence(name))
    for name in FILTER_NAMES:
        yield _Forgets(f"`{name}`", _without(name))
    yield _Forgets("the type that is asked for", _by_rows, is_of_bodies=True)
    yield _Forgets("who asks", _without("reader"))
    for one, two in combinations(FILTER_NAMES, 2):
        yield _Forgets(f"`{one}` and `{two}`", _without(one, two))
    yield _Forgets("any list of ids", _without(*LIST_NAMES))
    yield _Forgets("any filter", _without(*FILTER_NAMES))
    yield _Forgets("which rows a list has, only how many", _by_count, is_of_bodies=True)


def _without(*names: str) -> Callable[[_Request], Hashable]:
    return lambda request: tuple(
        (name, value) for name, value in request.items() if name not in (*names, *_OF_ANSWERS)
    )


def _with_presence(name: str) -> Callable[[_Request], Hashable]:
    rest = _without(name)
    return lambda request: (rest(request), bool(request[name]))


def _changed(change: Callable[[tuple[str, ...]], Hashable]) -> Callable[[_Request], Hashable]:
    return lambda request: tuple(
        (name, change(value) if isinstance(value, tuple) else value)
        for name, value in request.items()
        if name not in _OF_ANSWERS
    )


def _dated(length: int) -> Callable[[_Request], Hashable]:
    return lambda request: tuple(
        (name, str(value)[:length] if name == "afterDate" else value)
        for name, value in request.items()
        if name not in _OF_ANSWERS
    )


_folded = _changed(lambda values: tuple(map(str.casefold, values)))
_sorted_ids = _changed(lambda values: tuple(sorted(set(values))))
_first_ids = _changed(lambda values: values[:1])
_last_ids = _changed(lambda values: values[-1:])


def _without_names(request: _Request) -> Hashable:
    ids = [value for value in request.values() if isinstance(value, tuple)]
    rest = _without(*LIST_NAMES)(request)
    return rest, tuple(sorted(item for values in ids for item in values))


def _by_rows(request: _Request) -> Hashable:
    # Of what it is not known which rows it has to give, none has the key of another.
    return request["rows"] if request["rows"] is not None else _without()(request)


def _by_count(request: _Request) -> Hashable:
    rows = request["rows"]
    return len(rows) if isinstance(rows, frozenset) else _without()(request), request["type"]
