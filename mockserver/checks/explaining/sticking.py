"""Find what a request leaves behind for the next one: a filter, an empty answer, who asked."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd

from mockserver.checks.explaining.readings import Seen
from mockserver.checks.facts import Page
from mockserver.checks.plan import FILTER_NAMES, Query
from mockserver.checks.selection import selector
from mockserver.errors import TooFewError

__all__ = ["Next", "Turn", "told_again", "told_reader", "told_rhythm", "told_sticking"]

_LEAST = 2
# How many of the wrong answers may have another reason.
_SHARE = 4
_RHYTHM = 3
_MOST = (2, 3)
_OK, _REFUSED = 200, 400
# How many of the answers after one's own may be wrong for another reason.
_FEW_WRONG = 8
_FOR_ANOTHER = "the answer is for the user of the request before"


@dataclass(frozen=True, slots=True)
class Next:
    """Hold a wrong answer and the one before it."""

    seen: Seen
    before: Page


@dataclass(frozen=True, slots=True)
class Turn:
    """Hold who asked, who had asked before, and whether the answer was right."""

    reader: str
    before: str
    is_right: bool


def told_rhythm(empty: Sequence[int], count: int) -> str:
    """Return a sentence on lists that are empty now and then; nothing of fewer than three.

    Args:
        empty: which of the lists of a run were empty that had rows to hold.
        count: how many lists there were.
    """
    if len(empty) < _RHYTHM:
        return ""
    gaps = [later - one for one, later in pairwise(empty)]
    step = gcd(*gaps)
    if step > 1:
        return f"of every {step} lists one is empty"
    (usual, times), *_ = Counter(gaps).most_common(1)
    if usual > 1 and 2 * times > len(gaps):
        return f"about every {usual} lists one is empty, whatever is asked for"
    return f"now and then a list is empty, {len(empty)} of {count}"


def told_again(asked: Sequence[Hashable], empty: Sequence[int]) -> str:
    """Return a sentence on lists that are empty where the same was asked before, if that is so.

    Args:
        asked: what was asked for the lists of a run, in order.
        empty: which of them were empty that had rows to hold.
    """
    again = {place for place in range(1, len(asked)) if asked[place] == asked[place - 1]}
    if _are_marked(again, empty, len(asked)):
        return "a list is empty when the very same was asked right before"
    before = {place for place, what in enumerate(asked) if what in asked[:place]}
    if _are_marked(before, empty, len(asked)):
        return "a list is empty when the very same was asked before"
    return ""


def _are_marked(marked: set[int], empty: Sequence[int], count: int) -> bool:
    """Say whether most empty lists are of some places, and few of the others are."""
    hits = len(marked.intersection(empty))
    is_most = len(empty) >= _RHYTHM and hits * _MOST[1] >= len(empty) * _MOST[0]
    return is_most and (len(marked) - hits) * _SHARE <= count - len(empty)


def told_reader(turns: Sequence[Turn]) -> str:
    """Return a sentence on answers that are for whoever asked before; empty where they are not.

    Only the first user's answers tell: what the second one's list holds was read in such answers.
    """
    own = [turn for turn in turns if turn.reader == "user"]
    changed = [turn for turn in own if turn.before == "other"]
    same = [turn for turn in own if turn.before == "user"]
    wrong = sum(not turn.is_right for turn in same)
    if len(changed) < _LEAST or any(turn.is_right for turn in changed):
        return ""
    return _FOR_ANOTHER if same and wrong * _FEW_WRONG <= len(same) else ""


def told_sticking(wrong: Sequence[Next]) -> str:
    """Return a sentence on what goes on from one request to the next; empty where nothing does."""
    if len(wrong) < _LEAST:
        return ""
    for name in FILTER_NAMES:
        explained = sum(_goes_on(one, name) for one in wrong)
        if explained >= _LEAST and (len(wrong) - explained) * _SHARE <= len(wrong):
            return f"the `{name}` of the request before goes on in the next one"
    if all(one.before.status >= _REFUSED and not one.seen.held for one in wrong):
        return "the list after a refused request is empty"
    return ""


def _goes_on(one: Next, name: str) -> bool:
    term = one.before.query.get(name)
    if one.before.status != _OK or term is None or term.values == ("",):
        return False
    if one.seen.meaning.get(name) == term:
        return False
    asked = Query((*one.seen.meaning.without(name).terms, term))
    try:
        return one.seen.fits(selector(asked, one.seen.facts))
    except TooFewError:
        return False
