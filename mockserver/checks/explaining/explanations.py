"""Try what may explain which rows answers hold: pure functions over rows, the simplest first.

An explanation is a wrong way to read a query (one filter left out, the first id alone, a date by
its day), or a kind of rows that is lost or let through. It is told only where it gives just the
rows that each answer held. Words name parameters, members and kinds, never a value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mockserver.checks.explaining.date_explanations import date_rules, hangs_on_zone, told_shift
from mockserver.checks.explaining.id_explanations import id_rules
from mockserver.checks.explaining.readings import (
    Read,
    Rule,
    Seen,
    all_of_them,
    any_of_them,
    replacing,
)
from mockserver.checks.explaining.telling_apart import told_apart, told_by_length
from mockserver.checks.facts import Key
from mockserver.checks.instants import parse_instant
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query
from mockserver.checks.row_kinds import Fit, told_kinds, told_same
from mockserver.checks.selection import Test, selector, test_of

__all__ = ["Explained", "bare_words", "explain", "without_share"]

# Fewer answers than this say nothing of what requests have in common.
_FEW = 3
# What is wrong from an earlier answer on has been wrong from the start.
_EARLY = 8
_SINCE = " after some "
_IN_SOME = re.compile(r", in \d+ of \d+ answers$")
_DATE = "afterDate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Hold what explains answers.

    Attributes:
        words: the simplest explanation; empty for none.
        others: what fits as well.
        is_whole: whether it fits every answer, or tells since when it does.
    """

    words: str = ""
    others: tuple[str, ...] = ()
    is_whole: bool = False


def explain(
    tiers: Sequence[Sequence[Seen]], names: Sequence[str], every: Sequence[Seen] = ()
) -> Explained:
    """Return what explains answers of which some are wrong.

    Args:
        tiers: answers to queries that have what the fault needs; then those that have nothing else,
            for what is beside it may hide it.
        names: the filters that it needs.
        every: all answers; what explains most of the wrong ones comes first.
    """
    told = (_explain(seen, names, every) for seen in tiers)
    return next((found for found in told if found.words), Explained())


def _explain(seen: Sequence[Seen], names: Sequence[str], every: Sequence[Seen]) -> Explained:
    wrong = _plain(one for one in seen if not one.is_right)
    right = [one for one in seen if one.is_right]
    if not wrong:
        return Explained()
    shared = [n for n in FILTER_NAMES if all(one.meaning.get(n) for one in wrong)]
    about = [name for name in shared if name in names] or shared
    fitting = [rule for rule in _rules(about, wrong) if _explains(rule, wrong)]
    best = [rule for rule in fitting if _explains(rule, right)]
    rest = [rule for rule in fitting if rule not in best]
    if len(best) > 1:
        # In answers with other filters these may be read wrongly, too.
        alone = [one for one in every if [n for n in FILTER_NAMES if one.meaning.get(n)] == about]
        others = [one for one in alone if not one.is_right]
        counts = [sum(_explains(rule, [one]) for one in others) for rule in best]
        best = [rule for rule, count in zip(best, counts, strict=True) if count == max(counts)]
    whole = [rule.words for rule in best]
    share = _when(wrong, right, about)
    part = [
        f"{rule.words}{_when(wrong, [one for one in right if not _explains(rule, [one])], about)}"
        for rule in rest
    ]
    sharp = [words for words in part if " when " in words or " unless " in words]
    told = [*whole, *sharp, *_told_by_rows(wrong, right, about, share), *part]
    told = list(dict.fromkeys(told)) or list(_told_same(wrong, right, share))
    if not told:
        return Explained()
    is_whole = told[0] in whole or not told[0].endswith(" answers") or _SINCE in told[0]
    return Explained(words=told[0], others=tuple(told[1:]), is_whole=is_whole)


def _plain(wrong: Iterable[Seen]) -> list[Seen]:
    """Return answers whose date is known to mean one instant; all, where there are no others."""
    every = list(wrong)
    known = [
        one for one in every if not any(hangs_on_zone(term, one.facts) for term in one.terms(_DATE))
    ]
    return known or every


def _when(wrong: list[Seen], right: list[Seen], about: list[str]) -> str:
    """Return what tells wrong answers from right ones, as words that follow an explanation."""
    if not right:
        return ""
    first = min(one.number for one in wrong)
    if len(wrong) >= _FEW and first >= _EARLY and max(one.number for one in right) < first:
        return f"{_SINCE}{first} answers"
    is_telling = min(len(wrong), len(right)) >= _FEW
    apart = told_apart(wrong, right, about) if is_telling else ""
    if not apart:
        apart = told_by_length(*([_count_wanted(one) for one in part] for part in (wrong, right)))
    return f" {apart}" if apart else f", in {len(wrong)} of {len(wrong) + len(right)} answers"


def _told_by_rows(
    wrong: list[Seen], right: list[Seen], about: list[str], share: str
) -> Iterator[str]:
    """Yield what is not a reading of the query: a shift, a limit, a kind of rows."""
    if about == [_DATE]:
        own = [(one.terms(_DATE)[0], one) for one in wrong]
        others = [(one.terms(_DATE)[0], one) for one in right if one.terms(_DATE)]
        # Right answers narrow the bounds, where all dates are shifted alike.
        words = told_shift([*own, *others]) or told_shift(own)
        if words:
            yield words
    for words, place in (("first", 0), ("last", -1)):
        if all(_lacks_one(one, place) for one in wrong):
            yield f"the {words} row is lost"
    if all(map(_has_one_older, wrong)):
        yield f"the last row before `{_DATE}` is let through"
    if _is_of_first([*wrong, *right]):
        yield "filters see the first rows of the list alone"
    wanted = {_count_wanted(one) for one in wrong}
    lengths = {one.length for one in wrong}
    if len(lengths) == 1 and len(wanted) > 1 and all(_is_cut(one) for one in wrong):
        yield f"answers end at {lengths.pop()} rows"
    fits = _fits([*wrong, *right])
    for words in told_kinds(fits):
        yield words
    if not right or not share:
        return
    for words in told_kinds(fits[: len(wrong)]):
        yield f"{words}{share}"


def _told_same(wrong: list[Seen], right: list[Seen], share: str) -> Iterator[str]:
    if len({str(one.meaning) for one in wrong}) < _FEW:
        return
    yield from told_same(_fits([*wrong, *right]))
    for words in told_same(_fits(wrong)):
        yield f"{words}{share}"


def _fits(seen: Sequence[Seen]) -> list[Fit]:
    return [(one.rows, one.held, selector(one.meaning, one.facts)) for one in seen]


def _wanted(one: Seen) -> list[Key]:
    test = selector(one.meaning, one.facts)
    return [key for key, row in one.rows.items() if test(row)]


def _count_wanted(one: Seen) -> int:
    return len(_wanted(one))


def _lacks_one(one: Seen, place: int) -> bool:
    """Say whether of the rows that were asked for just the one at a place is missing."""
    wanted = _wanted(one)
    return len(wanted) > 1 and one.held == set(wanted) - {wanted[place]}


def _has_one_older(one: Seen) -> bool:
    """Say whether beside what was asked for there is just the newest of the older rows."""
    if one.meaning.get(_DATE) is None:
        return False
    test, rest = (selector(q, one.facts) for q in (one.meaning, one.meaning.without(_DATE)))
    older = [
        (parse_instant(one.facts.value(row, _DATE)) or 0, key)
        for key, row in one.rows.items()
        if rest(row) and test(row) is False
    ]
    return bool(older) and one.held == {*_wanted(one), max(older)[1]}


def _is_of_first(seen: Sequence[Seen]) -> bool:
    """Say whether of the rows that fit those are there which stand before a place in the list."""
    kept, lost = -1, len(seen[0].rows)
    for one in seen:
        if not one.held <= set(_wanted(one)):
            return False
        places = {key: place for place, key in enumerate(one.rows)}
        wanted = [places[key] for key in _wanted(one)]
        here = [places[key] for key in one.held]
        kept = max([kept, *here])
        lost = min([lost, *(set(wanted) - set(here))])
    return 0 < kept < lost < len(seen[0].rows)


def _is_cut(one: Seen) -> bool:
    fits = _wanted(one)
    return one.held <= set(fits) and len(fits) > one.length > 0


def _explains(rule: Rule, seen: Sequence[Seen]) -> bool:
    for one in seen:
        test = rule.read(one)
        if test is None:
            if not one.is_right:
                return False
        elif not one.fits(test):
            return False
    return True


def _rules(about: Sequence[str], wrong: Sequence[Seen]) -> Iterator[Rule]:
    yield from _dropped(about)
    for name in about:
        if name in LIST_NAMES:
            yield from id_rules(name, max(len(t.values) for s in wrong for t in s.terms(name)))
        else:
            for words, read in date_rules():
                yield Rule(words, replacing(name, read))


def _dropped(about: Sequence[str]) -> Iterator[Rule]:
    """Yield that filters are not applied, the fewest first; that rows of either are there."""
    for count in range(1, len(about)):
        for left_out in combinations(about, count):
            rest = [name for name in about if name not in left_out]
            verb = "are" if count > 1 else "is"
            also = "is given too" if len(rest) == 1 else "are given too"
            words = f"{join(left_out)} {verb} not applied when {join(rest)} {also}"
            yield Rule(words, _without(*left_out))
    if len(about) > 1:
        for words, place in (("first", 0), ("last", -1)):
            rule = f"of several filters only the {words} counts"
            yield Rule(rule, _one_alone(place, is_as_asked=True))
            order = ", ".join(f"`{name}`" for name in FILTER_NAMES)
            yield Rule(f"{rule} in the order {order}", _one_alone(place, is_as_asked=False))
        yield Rule("several filters give the rows of either", _either(tuple(about)))
        yield Rule(f"{join(about)} together give nothing", lambda one: lambda row: False)
    yield Rule("no row is there", lambda one: lambda row: False)
    if about:
        verb = "are" if len(about) > 1 else "is"
        yield Rule(f"{join(about)} {verb} not applied", _without(*about))
    yield Rule("no filter is applied", _without(*FILTER_NAMES))


def _without(*names: str) -> Read:
    def read(one: Seen) -> Test | None:
        if not all(one.meaning.get(name) for name in names) and len(names) < len(FILTER_NAMES):
            return None
        return selector(one.meaning.without(*names), one.facts)

    return read


def _one_alone(place: int, *, is_as_asked: bool) -> Read:
    def read(one: Seen) -> Test | None:
        terms = one.terms()
        if not is_as_asked:
            terms = sorted(terms, key=lambda term: FILTER_NAMES.index(term.name))
        return selector(Query((terms[place],)), one.facts) if terms else None

    return read


def _either(names: tuple[str, ...]) -> Read:
    def read(one: Seen) -> Test | None:
        tests = [t for term in one.terms(*names) if (t := test_of(term, one.facts)) is not None]
        rest = selector(one.meaning.without(*names), one.facts)
        if len(tests) < len(names):
            return None
        return lambda row: all_of_them((rest(row), any_of_them(test(row) for test in tests)))

    return read


def join(names: Sequence[str]) -> str:
    """Return names as code, the last after an `and`."""
    shown = [f"`{name}`" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def bare_words(words: str) -> str:
    """Return an explanation without the one parameter that it names, to compare it with others."""
    words = without_share(words)
    names = [name for name in LIST_NAMES if f"`{name}`" in words]
    return words.replace(f"`{names[0]}`", "``") if len(names) == 1 else words


def without_share(words: str) -> str:
    """Return an explanation without how many answers it is about."""
    return _IN_SOME.sub("", words)
