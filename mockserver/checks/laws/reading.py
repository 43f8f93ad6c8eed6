"""Laws on the same rows read again: in another list, right after, and over a whole run."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from mockserver.checks.decode import Row
from mockserver.checks.facts import Facts, Key, key_of, message_of
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    list_of,
    rows_by_key,
    too_many,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS

__all__ = ["READING_LAWS"]

_MANY = 10
_FEW = 4
_STEADY = ("date", "direction", "otherAddress", "text", "sender")


def _has_one_owner(case: Case) -> Judgement:
    problem = list_of(case, 0)
    if problem is not None:
        return problem
    rows = [row for key, row in rows_by_key(case.pages[0]).items() if key in case.core]
    judged = False
    for name in ("accountId",):
        groups: dict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            endpoint, value = row.get("endpointId"), message_of(row).get(name)
            if isinstance(endpoint, str) and isinstance(value, str):
                groups[endpoint][value] += 1
        if any(len(counts) > 1 for counts in groups.values()):
            return violated(f"two {name}", f"an endpoint with a second {name}", f"one {name}")
        judged = judged or any(counts.total() > 1 for counts in groups.values())
    return holds() if judged else vacuous("no endpoint with two rows")


def _first_difference(row: Row, other: Row) -> str:
    for name in sorted(row.keys() | other.keys()):
        one, two = row.get(name, ...), other.get(name, ...)
        if one != two:
            if isinstance(one, dict) and isinstance(two, dict):
                return f"{name}.{_first_difference(one, two)}"
            known = {wire for wire, _ in (*CONVERSATION_FIELDS, *MESSAGE_FIELDS)}
            return name if name in known else "a member"
    return ""


def _is_repeatable(case: Case) -> Judgement:
    """Judge reads right after each other; `pages` are the same query several times."""
    for index in range(len(case.pages)):
        problem = list_of(case, index)
        if problem is not None:
            return problem
    tables = [rows_by_key(page) for page in case.pages]
    common = set(tables[0]).intersection(*tables[1:])
    changed: Counter[object] = Counter()
    for one, two in zip(tables, tables[1:], strict=False):
        changed.update(key for key in common if one[key] != two[key])
        changed.update(key for key in one.keys() ^ two.keys())
    # What moves of itself changes now and then; what changes every time is the server's doing.
    if any(count >= len(case.pages) - 1 for count in changed.values()):
        return violated("rows change", "a row changes with every read", "the same row")
    # Where hardly a row is seen twice, none can be seen to change.
    if all(_is_mostly_new(one, two) for one, two in zip(tables, tables[1:], strict=False)):
        return violated("rows change", "most rows are others with every read", "the same rows")
    return holds() if common else vacuous("no rows")


def _is_mostly_new(one: dict[Key, Row], two: dict[Key, Row]) -> bool:
    return len(two) >= _FEW and 2 * len(one.keys() & two.keys()) < len(two)


def _never_goes_back(case: Case) -> Judgement:
    """Judge, for rows read many times, that they do not flicker between states."""
    states: dict[object, list[str]] = defaultdict(list)
    for page in case.pages:
        if page.kind != "json" or page.query.get("@auth"):
            continue
        counts = Counter(map(key_of, page.rows or ()))
        for key, row in rows_by_key(page).items():
            if counts[key] == 1 and None not in (row.get("id"), message_of(row).get("id")):
                states[key].append(repr([message_of(row).get(name) for name in _STEADY]))
    changes = [_changes(seen) for seen in states.values() if len(seen) > 1]
    if too_many(changes):
        return violated(
            "message changes", "messages of one id change, again and again or all at once", "none"
        )
    return holds() if any(len(seen) > 1 for seen in states.values()) else vacuous("no row twice")


def _changes(states: Sequence[str]) -> int:
    return sum(one != two for one, two in zip(states, states[1:], strict=False))


def _stays_read(case: Case) -> Judgement:
    """Judge, for rows read many times, that none that was read turned unread."""
    flags: dict[Key, list[object]] = defaultdict(list)
    for page in case.pages:
        if page.kind == "json" and not page.query.get("@auth"):
            for key, row in rows_by_key(page).items():
                flags[key].append(message_of(row).get("isUnread"))
    if any((False, True) in zip(seen, seen[1:], strict=False) for seen in flags.values()):
        return vacuous("a message that was read turned unread, which the contract leaves open")
    return holds() if any(len(seen) > 1 for seen in flags.values()) else vacuous("no row twice")


def _starts_whole(case: Case) -> Judgement:
    """Judge that the list was not empty at first and long right after."""
    lists = [page.rows for page in case.pages[:2] if not page.query.terms]
    if lists and lists[0]:
        return holds()
    # An empty list is read twice, one after the other.
    if len(lists) == 2 and lists[0] == () and len(lists[1] or ()) >= _MANY:
        return violated("empty at first", "no row at first, many right after", "the same rows")
    return vacuous("no rows at first")


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


def _parts(facts: Facts) -> Sequence[Query]:
    parts = [
        query((name, [f"${pool}[0]"]))
        for name, pool in (("endpointIds", "endpoint"), ("accountIds", "account"))
        if facts.count(name)
    ]
    if facts.dates:
        parts.insert(1, query(("afterDate", f"$row[{len(facts.dates) // 2}].date-1s")))
    return parts


def _again(plan: Query) -> Sequence[Query]:
    return (plan, plan, plan, plan)


READING_LAWS = (
    Law(
        id="L04-one-owner",
        statement="An endpoint belongs to one account, in every row of the list.",
        tier="should",
        kind="relational",
        judge=_has_one_owner,
        plans=_whole,
        cost=1,
        value=1.0,
    ),
    Law(
        id="L33-determinism",
        statement="The same query asked again gives the same rows; a few may change between two"
        " reads, as people write meanwhile, but not the same one with every read.",
        tier="should",
        kind="single",
        judge=_is_repeatable,
        plans=_whole,
        asks=_again,
        cost=4,
        value=1.5,
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
