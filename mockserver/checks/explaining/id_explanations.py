"""Try how the ids of a list may be read otherwise: some of them, all, by another comparison."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mockserver.checks.decoding.decode import Row
from mockserver.checks.explaining.readings import Read, Rule, Seen, all_of_them, replacing
from mockserver.checks.facts import Facts, member, value_of
from mockserver.checks.plan import LIST_NAMES, Term
from mockserver.checks.selection import Test, selector

__all__ = ["id_rules"]

_MOST_IDS = 100


def id_rules(name: str, longest: int) -> Iterator[Rule]:
    """Yield how ids of a list may be read otherwise."""
    shown = f"`{name}`"
    if longest > 1:
        yield Rule(f"of the ids of {shown} only the first counts", _some(name, slice(1)))
        yield Rule(f"of the ids of {shown} only the last counts", _some(name, slice(-1, None)))
        yield Rule(f"the last id of {shown} does not count", _some(name, slice(-1)))
        yield Rule(f"the first id of {shown} does not count", _some(name, slice(1, None)))
        yield Rule(f"several ids of {shown} give nothing", _none_for_several(name))
        yield Rule(f"several ids of {shown} filter nothing", _no_filter_for_several(name))
        yield Rule(f"an id of {shown} behind a greater one does not count", _in_order(name))
        for count in range(2, min(longest, _MOST_IDS)):
            words = f"of the ids of {shown} only the first {count} count"
            yield Rule(words, _some(name, slice(count)))
        for place in range(1, min(longest, _MOST_IDS)):
            words = f"the {_ORDINALS.get(place + 1, f'{place + 1}th')} id of {shown} does not count"
            yield Rule(words, _but(name, place))
    for words, is_match in _MATCHES:
        yield Rule(words.format(shown), _matched(name, is_match))
    yield Rule(f"rows without an id for {shown} are let through", _with_empty(name))
    yield Rule(f"a list of ids that nobody has makes {shown} void", _void_list(name))
    yield Rule(f"an id that nobody has makes {shown} void", _void(name, is_all=True))
    yield Rule(f"an id that nobody has empties the answer to {shown}", _void(name, is_all=False))
    for pointer in _SHARED:
        words = f"{shown} shows every row with the `{pointer.rpartition('/')[2]}` of its rows"
        yield Rule(words, _widened(name, pointer))
    for other in LIST_NAMES:
        if other != name:
            words = f"{shown} filters by what `{other}` should"
            yield Rule(words, replacing(name, _by_field(other)))


_ORDINALS = {2: "second", 3: "third"}
_MATCHES: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("{} selects every row but those of its ids", lambda asked, found: asked != found),
    ("{} is matched without regard to case", lambda a, f: a.casefold() == f.casefold()),
    ("{} takes an id for the beginning of ids", lambda a, f: f.startswith(a)),
    ("{} takes a row's id for the beginning of the one asked for", lambda a, f: a.startswith(f)),
    ("{} takes an id for a part of ids", lambda asked, found: asked in found),
    ("{} takes an id for the end of ids", lambda asked, found: found.endswith(asked)),
)


# What rows may have in common.
_SHARED = tuple(
    f"/mostRecentMessage/{name}"
    for name in ("customerId", "endpointId", "accountId", "otherAddress", "sender")
)


def _widened(name: str, pointer: str) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None:
            return None
        wanted = _values(term, one.facts)
        own = [row for row in one.rows.values() if one.facts.value(row, name) in wanted]
        shared = {member(row, pointer) for row in own} - {None, ""}
        rest = selector(one.meaning.without(name), one.facts)

        def test(row: Row) -> bool | None:
            is_own = one.facts.value(row, name) in wanted
            return all_of_them((rest(row), is_own or member(row, pointer) in shared))

        return test

    return read


def _some(name: str, part: slice) -> Read:
    return _respelled(name, lambda values: values[part] if len(values) > 1 else values)


def _but(name: str, place: int) -> Read:
    return _respelled(name, lambda values: values[:place] + values[place + 1 :])


def _in_order(name: str) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None:
            return None
        texts = [value_of(value, one.facts) for value in term.values]
        kept = tuple(
            value for i, value in enumerate(term.values) if texts[i] >= max(texts[: i + 1])
        )
        return selector(one.meaning.with_terms(replace(term, values=kept)), one.facts)

    return read


def _respelled(name: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None:
            return None
        values = change(term.values)
        if not values:
            return lambda row: False
        return selector(one.meaning.with_terms(replace(term, values=values)), one.facts)

    return read


def _none_for_several(name: str) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        return (lambda row: False) if term is not None and len(set(term.values)) > 1 else None

    return read


def _no_filter_for_several(name: str) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        is_several = term is not None and len(set(term.values)) > 1
        return selector(one.meaning.without(name), one.facts) if is_several else None

    return read


def _matched(name: str, is_match: Callable[[str, str], bool]) -> Read:
    def test_of_term(term: Term, facts: Facts) -> Test:
        wanted = _values(term, facts)
        is_negated = is_match("a", "b")

        def test(row: Row) -> bool:
            found = facts.value(row, name)
            if not isinstance(found, str):
                return is_negated
            quantify = all if is_negated else any
            return quantify(is_match(asked, found) for asked in wanted)

        return test

    return replacing(name, test_of_term)


def _by_field(other: str) -> Callable[[Term, Facts], Test]:
    def test_of_term(term: Term, facts: Facts) -> Test:
        wanted = _values(term, facts)
        return lambda row: facts.value(row, other) in wanted

    return test_of_term


def _with_empty(name: str) -> Read:
    def test_of_term(term: Term, facts: Facts) -> Test:
        wanted = {*_values(term, facts), None, ""}
        return lambda row: facts.value(row, name) in wanted

    return replacing(name, test_of_term)


def _void(name: str, *, is_all: bool) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None:
            return None
        if _values(term, one.facts) <= _known(one, name):
            return None
        return selector(one.meaning.without(name), one.facts) if is_all else lambda row: False

    return read


def _void_list(name: str) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None or _values(term, one.facts) & _known(one, name):
            return None
        return selector(one.meaning.without(name), one.facts)

    return read


def _known(one: Seen, name: str) -> set[object]:
    return {one.facts.value(row, name) for row in one.rows.values()}


def _values(term: Term, facts: Facts) -> set[str]:
    return {value_of(value.removesuffix("!quoted"), facts) for value in term.values}
