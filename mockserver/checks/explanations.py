"""Try what may explain which rows answers hold: pure functions over rows, the simplest first.

An explanation is a wrong way to read a query (one filter left out, the first id alone, a date by
its day), or a kind of rows that is lost or let through. It is told only where it gives just the
rows that each answer held. Words name parameters, members and kinds, never a value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from mockserver.checks.date_explanations import date_rules, told_shift
from mockserver.checks.decode import Row
from mockserver.checks.facts import Facts, Key, value_of
from mockserver.checks.plan import LIST_NAMES, Query, Term
from mockserver.checks.row_kinds import told_kinds
from mockserver.checks.selection import Test, selector, test_of

__all__ = ["Explained", "Seen", "explain"]

_FILTERS = (*LIST_NAMES, "afterDate")
_MOST_IDS = 13
# Fewer right answers among the wrong ones than this say that a cause is not the whole of it.
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Hold one answer: what it was asked, and which of the rows it held.

    Attributes:
        asked: the filters as they were asked.
        meaning: the filters that count, spelled plainly.
        rows: the rows of the whole list.
        held: the keys of those that the answer held.
        length: how many rows it had.
    """

    asked: Query
    meaning: Query
    rows: Mapping[Key, Row] = field(repr=False)
    held: frozenset[Key] = field(repr=False)
    length: int
    facts: Facts = field(repr=False)

    def fits(self, test: Test) -> bool:
        """Say whether the answer held just the rows that a test selects, as far as it says."""
        for key, row in self.rows.items():
            fit = test(row)
            if fit is not None and fit != (key in self.held):
                return False
        return True

    @property
    def is_right(self) -> bool:
        """Say whether the answer held what its query selects."""
        return self.fits(selector(self.meaning, self.facts))

    def terms(self, *names: str) -> list[Term]:
        """Return the filters of these names, or of all."""
        return [t for t in self.meaning.terms if t.name in (names or _FILTERS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Hold what explains answers.

    Attributes:
        words: the simplest explanation; empty for none.
        others: what fits as well.
    """

    words: str = ""
    others: tuple[str, ...] = ()


# From an answer to what selects its rows; None where the rule says nothing of such a query.
Read = Callable[[Seen], Test | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    words: str
    read: Read


def explain(seen: Sequence[Seen], names: Sequence[str]) -> Explained:
    """Return what explains answers of which some are wrong.

    Args:
        seen: answers to queries that have what the fault needs.
        names: the filters that it needs.
    """
    told = _explain(seen, names)
    if not told.words and names:
        # Further filters may hide what those that the fault needs do.
        told = _explain([o for o in seen if {t.name for t in o.terms()} == set(names)], names)
    return told


def _explain(seen: Sequence[Seen], names: Sequence[str]) -> Explained:
    wrong = [one for one in seen if not one.is_right]
    right = [one for one in seen if one.is_right]
    if not wrong:
        return Explained()
    shared = [n for n in _FILTERS if all(one.meaning.get(n) for one in wrong)]
    about = [name for name in shared if name in names] or shared
    fitting = [rule for rule in _rules(about, wrong) if _explains(rule, wrong)]
    whole = [rule.words for rule in fitting if _explains(rule, right)]
    share = f", in {len(wrong)} of {len(seen)} answers" if len(right) >= _FEW else ""
    part = [f"{rule.words}{share}" for rule in fitting if rule.words not in whole]
    told = [*whole, *_told_by_rows(wrong, right, about, share), *part]
    told = list(dict.fromkeys(told))
    return Explained(words=told[0], others=tuple(told[1:])) if told else Explained()


def _told_by_rows(
    wrong: list[Seen], right: list[Seen], about: list[str], share: str
) -> Iterator[str]:
    """Yield what is not a reading of the query: a shift, a limit, a kind of rows."""
    if about == ["afterDate"]:
        words = told_shift([(one.terms("afterDate")[0], one) for one in wrong])
        if words:
            yield words
    lengths = {one.length for one in wrong}
    if len(lengths) == 1 and len(wrong) > 1 and all(_is_cut(one) for one in wrong):
        yield f"answers end at {lengths.pop()} rows"
    fits = [(one.rows, one.held, selector(one.meaning, one.facts)) for one in (*wrong, *right)]
    for words in told_kinds(fits):
        yield words
    if not right or not share:
        return
    for words in told_kinds(fits[: len(wrong)]):
        yield f"{words}{share}"


def _is_cut(one: Seen) -> bool:
    test = selector(one.meaning, one.facts)
    fits = [key for key, row in one.rows.items() if test(row)]
    return one.held <= set(fits) and len(fits) > one.length > 0


def _explains(rule: _Rule, seen: Sequence[Seen]) -> bool:
    for one in seen:
        test = rule.read(one)
        if test is None:
            if not one.is_right:
                return False
        elif not one.fits(test):
            return False
    return True


def _rules(about: Sequence[str], wrong: Sequence[Seen]) -> Iterator[_Rule]:
    yield from _dropped(about)
    for name in about:
        if name in LIST_NAMES:
            yield from _of_ids(name, max(len(t.values) for s in wrong for t in s.terms(name)))
        else:
            for words, read in date_rules():
                yield _Rule(words, _replacing(name, read))
    yield _Rule("no row is there", lambda one: lambda row: False)


def _dropped(about: Sequence[str]) -> Iterator[_Rule]:
    """Yield that filters are not applied, the fewest first; that rows of either are there."""
    for count in range(1, len(about)):
        for left_out in combinations(about, count):
            rest = [name for name in about if name not in left_out]
            verb = "are" if count > 1 else "is"
            also = "is given too" if len(rest) == 1 else "are given too"
            words = f"{join(left_out)} {verb} not applied when {join(rest)} {also}"
            yield _Rule(words, _without(*left_out))
    if len(about) > 1:
        for words, place in (("first", 0), ("last", -1)):
            rule = f"of several filters only the {words} counts"
            yield _Rule(rule, _one_alone(place, is_as_asked=True))
            order = ", ".join(f"`{name}`" for name in _FILTERS)
            yield _Rule(f"{rule} in the order {order}", _one_alone(place, is_as_asked=False))
        yield _Rule(f"{join(about)} together give the rows of either", _either(tuple(about)))
        yield _Rule(f"{join(about)} together give nothing", lambda one: lambda row: False)
    if about:
        verb = "are" if len(about) > 1 else "is"
        yield _Rule(f"{join(about)} {verb} not applied", _without(*about))
    yield _Rule("no filter is applied", _without(*_FILTERS))


def _without(*names: str) -> Read:
    def read(one: Seen) -> Test | None:
        if not all(one.meaning.get(name) for name in names) and len(names) < len(_FILTERS):
            return None
        return selector(one.meaning.without(*names), one.facts)

    return read


def _one_alone(place: int, *, is_as_asked: bool) -> Read:
    def read(one: Seen) -> Test | None:
        terms = one.terms()
        if not is_as_asked:
            terms = sorted(terms, key=lambda term: _FILTERS.index(term.name))
        return selector(Query((terms[place],)), one.facts) if terms else None

    return read


def _either(names: tuple[str, ...]) -> Read:
    def read(one: Seen) -> Test | None:
        tests = [t for term in one.terms(*names) if (t := test_of(term, one.facts)) is not None]
        rest = selector(one.meaning.without(*names), one.facts)
        if len(tests) < len(names):
            return None
        return lambda row: _all((rest(row), _any(test(row) for test in tests)))

    return read


def _of_ids(name: str, longest: int) -> Iterator[_Rule]:
    """Yield how ids of a list may be read otherwise."""
    shown = f"`{name}`"
    if longest > 1:
        yield _Rule(f"of the ids of {shown} only the first counts", _some(name, slice(1)))
        yield _Rule(f"of the ids of {shown} only the last counts", _some(name, slice(-1, None)))
        yield _Rule(f"the last id of {shown} does not count", _some(name, slice(-1)))
        yield _Rule(f"the first id of {shown} does not count", _some(name, slice(1, None)))
        yield _Rule(f"several ids of {shown} give nothing", _none_for_several(name))
        yield _Rule(f"several ids of {shown} filter nothing", _no_filter_for_several(name))
        for count in range(2, min(longest, _MOST_IDS)):
            words = f"of the ids of {shown} only the first {count} count"
            yield _Rule(words, _some(name, slice(count)))
        for place in range(1, min(longest - 1, _MOST_IDS)):
            words = f"the {_ORDINALS.get(place + 1, f'{place + 1}th')} id of {shown} does not count"
            yield _Rule(words, _but(name, place))
    for words, is_match in _MATCHES:
        yield _Rule(words.format(shown), _matched(name, is_match))
    yield _Rule(f"rows without an id for {shown} are let through", _with_empty(name))
    yield _Rule(f"an id that nobody has makes {shown} void", _void(name, is_all=True))
    yield _Rule(f"an id that nobody has empties the answer to {shown}", _void(name, is_all=False))
    for other in LIST_NAMES:
        if other != name:
            words = f"{shown} filters by what `{other}` should"
            yield _Rule(words, _replacing(name, _by_field(other)))


_ORDINALS = {2: "second", 3: "third"}
_MATCHES: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("{} selects every row but those of its ids", lambda asked, found: asked != found),
    ("{} is matched without regard to case", lambda a, f: a.casefold() == f.casefold()),
    ("{} takes an id for the beginning of ids", lambda a, f: f.startswith(a)),
    ("{} takes a row's id for the beginning of the one asked for", lambda a, f: a.startswith(f)),
    ("{} takes an id for a part of ids", lambda asked, found: asked in found),
    ("{} takes an id for the end of ids", lambda asked, found: found.endswith(asked)),
)


def _some(name: str, part: slice) -> Read:
    return _respelled(name, lambda values: values[part] if len(values) > 1 else values)


def _but(name: str, place: int) -> Read:
    return _respelled(name, lambda values: values[:place] + values[place + 1 :])


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

    return _replacing(name, test_of_term)


def _by_field(other: str) -> Callable[[Term, Facts], Test]:
    def test_of_term(term: Term, facts: Facts) -> Test:
        wanted = _values(term, facts)
        return lambda row: facts.value(row, other) in wanted

    return test_of_term


def _with_empty(name: str) -> Read:
    def test_of_term(term: Term, facts: Facts) -> Test:
        wanted = {*_values(term, facts), None, ""}
        return lambda row: facts.value(row, name) in wanted

    return _replacing(name, test_of_term)


def _void(name: str, *, is_all: bool) -> Read:
    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        if term is None:
            return None
        known = {one.facts.value(row, name) for row in one.rows.values()}
        if _values(term, one.facts) <= known:
            return None
        return selector(one.meaning.without(name), one.facts) if is_all else lambda row: False

    return read


def _values(term: Term, facts: Facts) -> set[str]:
    return {value_of(value.removesuffix("!quoted"), facts) for value in term.values}


def _replacing(name: str, test_of_term: Callable[[Term, Facts], Test | None]) -> Read:
    """Return the reading of a query whose one filter is tested otherwise."""

    def read(one: Seen) -> Test | None:
        term = one.meaning.get(name)
        test = None if term is None else test_of_term(term, one.facts)
        if test is None:
            return None
        rest = selector(one.meaning.without(name), one.facts)
        return lambda row: _all((rest(row), test(row)))

    return read


def _all(found: Sequence[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True


def _any(found: Iterator[bool | None]) -> bool | None:
    seen = list(found)
    return True if True in seen else None if None in seen else False


def join(names: Sequence[str]) -> str:
    """Return names as code, the last after an `and`."""
    shown = [f"`{name}`" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
