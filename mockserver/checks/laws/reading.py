"""Laws on the same rows read again: in another list, right after, and over a whole run."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from itertools import pairwise
from typing import TypeVar

from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import Facts, Key, Page, message_of
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    too_many,
    vacuous,
    violated,
)
from mockserver.checks.laws.lists import MAX_ROWS, repeats, steady_pairs, whole_lists
from mockserver.checks.plan import Query, query

__all__ = ["READING_LAWS"]

_MANY = 10
_FEW = 4
_TWICE = 2
# How often a query is asked until it tells whether its rows change every time.
_AGAIN = 4
# As many answers between two reads leave little time for rows to move.
_NEAR = 4
_T = TypeVar("_T")
_RESTLESS = violated("rows change", "a row changes with every read", "the same rows")
_LOST = violated("no list at times", "no list now and then, where there is one", "a list")
_VANISHING = violated("rows change", "most rows go, and come back as they were", "the same rows")
_EMPTIED = violated("list emptied", "no row, where other answers have those it had", "the rows")
_STEADY = ("date", "direction", "otherAddress", "text", "sender")


def _has_one_owner(case: Case) -> Judgement:
    """Judge by rows that two reads after each other show just the same."""
    lists = [page for _, page in whole_lists(case.pages)]
    judged = False
    for _, _, steady in steady_pairs(lists):
        owners: dict[str, Counter[str]] = defaultdict(Counter)
        for row in steady.values():
            endpoint, account = row.get("endpointId"), message_of(row).get("accountId")
            if isinstance(endpoint, str) and isinstance(account, str):
                owners[endpoint][account] += 1
        if any(len(counts) > 1 for counts in owners.values()):
            return violated("two accountId", "an endpoint with a second accountId", "one accountId")
        judged = judged or any(counts.total() > 1 for counts in owners.values())
    return holds() if judged else vacuous("no endpoint with two rows in two reads")


def _is_repeatable(case: Case) -> Judgement:
    """Judge what was asked several times in the run, four answers after each other at a time.

    What moves of itself changes now and then; what changes every time is the server's doing.
    """
    judged = False
    if _is_emptied(case.pages):
        return _EMPTIED
    for group in repeats(case.pages):
        lists = [(i, page) for i, page in group if page.kind == "json" and page.rows is not None]
        strays = sum(_is_no_list(page) for _, page in group)
        if lists and strays >= _TWICE:
            return replace(_LOST, asked=group[0][1].query)
        if len(lists) < _AGAIN:
            continue
        judged = judged or any(page.rows for _, page in lists)
        if _is_vanishing([page.by_key for _, page in lists]):
            return replace(_VANISHING, asked=lists[0][1].query)
        if _is_restless(lists):
            changing = _changing([page.rows or () for _, page in lists])
            received = f"{changing} changes with every read" if changing else _RESTLESS.received
            return replace(_RESTLESS, received=received, asked=lists[0][1].query)
    return holds() if judged else vacuous(f"nothing with rows was asked {_AGAIN} times")


def _is_emptied(pages: Sequence[Page]) -> bool:
    """Say whether a list that had many rows has none twice, and its parts in between do."""
    had: set[Key] = set()
    for (start, one), (end, two) in pairwise(whole_lists(pages)):
        had |= one.by_key.keys()
        if one.rows or two.rows:
            continue
        between = (page for page in pages[start:end] if page.query.get("@auth") is None)
        if any(len(had & page.by_key.keys()) >= _MANY for page in between):
            return True
    return False


def _is_no_list(page: Page) -> bool:
    """Say whether an answer is no list, and no error that others judge or that waits for more."""
    # Of a host that refuses unknown ids, those of an endpoint that lost its rows are among them.
    is_whole = not page.query.filters
    return is_whole and page.rows is None and page.status in (200, 400, 404, 405, 406)


def _is_vanishing(tables: Sequence[Mapping[Key, Row]]) -> bool:
    """Say whether more than half of many rows were missing between two reads that show the same."""
    for before, between, after in _threes(tables):
        gone = [k for k, row in before.items() if k not in between and after.get(k) == row]
        if len(gone) >= _MANY and 2 * len(gone) > len(before):
            return True
    return False


def _is_restless(lists: Sequence[tuple[int, Page]]) -> bool:
    tables = [page.by_key for _, page in lists]
    steps = list(pairwise(tables))
    changed = [{key for key, row in a.items() if b.get(key, row) != row} for a, b in steps]
    if any(one & two & three for one, two, three in _threes(changed)):
        return True
    if max(map(len, tables)) >= MAX_ROWS:
        # Of a list that is cut, rows at the cut come and go.
        return False
    if set.intersection(*(set(a.keys() ^ b.keys()) for a, b in steps)):
        return True
    # Where hardly a row is seen twice, none can be seen to change; long after, many may be new.
    new = [
        _is_mostly_new(a, b) and two - one <= _NEAR
        for (a, b), (one, two) in zip(steps, pairwise(i for i, _ in lists), strict=True)
    ]
    return any(map(all, _threes(new)))


def _changing(lists: Sequence[Sequence[Row]]) -> str:
    """Return the members that differ between reads, row by row; empty where that is unclear."""
    if len(set(map(len, lists))) > 1:
        return ""
    names: Counter[str] = Counter()
    for one, two in pairwise(lists):
        for before, after in zip(one, two, strict=True):
            names.update(f"`{name}`" for name in before if _own(before, name) != _own(after, name))
            old, new = message_of(before), message_of(after)
            names.update(f"`mostRecentMessage.{n}`" for n in old if old[n] != new.get(n))
    return " and ".join(sorted(names)) if 0 < len(names) <= _TWICE else ""


def _own(row: Row, name: str) -> object:
    """Return a member of a row; of its message that there is one."""
    value = row.get(name)
    return bool(value) if isinstance(value, dict) else value


def _threes(items: Sequence[_T]) -> Iterator[tuple[_T, _T, _T]]:
    return zip(items, items[1:], items[2:], strict=False)


def _is_mostly_new(one: dict[Key, Row], two: dict[Key, Row]) -> bool:
    return len(two) >= _FEW and 2 * len(one.keys() & two.keys()) < len(two)


def _never_goes_back(case: Case) -> Judgement:
    """Judge, for rows read many times, that they do not flicker between states."""
    states: dict[object, list[tuple[str, ...]]] = defaultdict(list)
    latest: dict[object, Row] = {}
    for page in case.pages:
        if page.kind != "json" or page.query.get("@auth"):
            continue
        counts = Counter(page.order)
        for key, row in page.by_key.items():
            if counts[key] > 1 or None in (row.get("id"), message_of(row).get("id")):
                continue
            if latest.get(key) is row:
                states[key].append(states[key][-1])
            else:
                states[key].append(_steady_of(row))
                latest[key] = row
    changes = [_changes(seen) for seen in states.values() if len(seen) > 1]
    if any(any(map(_is_escaped, seen, seen[1:])) for seen in states.values()):
        received = "a text that turns into itself as a type writes it"
        return violated("text escaped", received, "the text as it was")
    if too_many(changes):
        names = [
            f"`{name}`"
            for place, name in enumerate(_STEADY)
            if any(len({state[place] for state in seen}) > 1 for seen in states.values())
        ]
        received = f"{' and '.join(names)} of messages change, again and again or all at once"
        return violated("message changes", received, "none")
    return holds() if any(len(seen) > 1 for seen in states.values()) else vacuous("no row twice")


@once_a_row
def _steady_of(row: Row) -> tuple[str, ...]:
    """Return the members of a row's message that never change."""
    return tuple(repr(message_of(row).get(name)) for name in _STEADY)


def _is_escaped(before: Sequence[str], after: Sequence[str]) -> bool:
    """Say whether a text was replaced by what a type writes for it, which nobody sends."""
    return before is not after and any(
        old != new and old in (unescape(new), new.replace("&amp;", "&"), new.replace('""', '"'))
        for old, new in zip(before, after, strict=True)
    )


def _changes(states: Sequence[object]) -> int:
    return sum(one != two for one, two in zip(states, states[1:], strict=False))


def _stays_read(case: Case) -> Judgement:
    """Judge, for rows read many times, that none that was read turned unread."""
    flags: dict[Key, list[object]] = defaultdict(list)
    for page in case.pages:
        if page.kind == "json" and not page.query.get("@auth"):
            for key, row in page.by_key.items():
                flags[key].append(message_of(row).get("isUnread"))
    if any((False, True) in zip(seen, seen[1:], strict=False) for seen in flags.values()):
        return vacuous("a message that was read turned unread, which the contract leaves open")
    return holds() if any(len(seen) > 1 for seen in flags.values()) else vacuous("no row twice")


def _starts_whole(case: Case) -> Judgement:
    """Judge that the list of each reader was not empty at first and long right after."""
    firsts = [_first_reads(case.pages, reader) for reader in ("", "other")]
    for lists in firsts:
        # An empty list is read twice, one after the other.
        if len(lists) == 2 and not lists[0] and len(lists[1]) >= _MANY:
            return violated("empty at first", "no row at first, many right after", "the same rows")
    return holds() if any(lists and lists[0] for lists in firsts) else vacuous("no rows at first")


def _first_reads(pages: Sequence[Page], reader: str) -> Sequence[Sequence[Row]]:
    """Return the rows of a reader's whole list as it was read first, and next."""
    whole = Query() if not reader else query(("@auth", reader))
    found = [page.rows for page in pages if page.query == whole and page.rows is not None]
    return found[:2]


def _is_quick(case: Case) -> Judgement:
    whole: list[float] = []
    narrow: list[float] = []
    for page in case.pages:
        if page.kind == "json" and page.rows:
            is_whole = not page.query.filters
            (whole if is_whole else narrow).append(page.response.elapsed_seconds)
    if len(whole) < 10 or len(narrow) < 10:
        return vacuous("fewer than ten answers of each kind")
    slow = sorted(narrow)[len(narrow) // 2] > 2 * sorted(whole)[len(whole) // 2] + 0.25
    return (
        violated("slow", "a part of the list takes twice as long as all of it", "no longer")
        if slow
        else holds()
    )


def _whole(facts: Facts) -> Sequence[Query]:
    return [query()]


def _again(plan: Query) -> Sequence[Query]:
    return (plan,) * _AGAIN


def _twice(plan: Query) -> Sequence[Query]:
    return (plan, plan)


READING_LAWS = (
    Law(
        id="L04-one-owner",
        statement="An endpoint belongs to one account, in every row of the list.",
        tier="should",
        kind="relational",
        reads="all",
        judge=_has_one_owner,
        plans=_whole,
        asks=_twice,
    ),
    Law(
        id="L33-determinism",
        statement="The same query asked again gives the same rows; a few may change between two"
        " reads, as people write meanwhile, but not the same one with every read.",
        tier="should",
        kind="single",
        reads="all",
        judge=_is_repeatable,
        plans=_whole,
        asks=_again,
    ),
    Law(
        id="L39-immutability",
        statement="A message keeps its date, direction, address, sender and text; a few may change"
        " up to three times, as texts are redacted and deliveries reported.",
        tier="should",
        kind="single",
        reads="all",
        judge=_never_goes_back,
    ),
    Law(
        id="L51-unread",
        statement="Measured: whether a message that was read stays read.",
        tier="learn",
        kind="single",
        reads="all",
        judge=_stays_read,
    ),
    Law(
        id="L84-first-answer",
        statement="A list of ten rows or more right after was not empty at first; fewer may have"
        " come in between.",
        tier="should",
        kind="single",
        reads="all",
        judge=_starts_whole,
        reads_other=True,
    ),
    Law(
        id="L66-latency",
        statement="A part of the list takes no longer than twice the whole and a quarter of a"
        " second, which a busy machine may cost.",
        tier="should",
        kind="single",
        reads="all",
        judge=_is_quick,
    ),
)
