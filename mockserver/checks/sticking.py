"""Find what a request leaves behind for the next one: a filter that goes on, an empty answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.checks.facts import Page
from mockserver.checks.plan import Query
from mockserver.checks.readings import FILTERS, Seen
from mockserver.checks.selection import selector
from mockserver.errors import TooFewError

__all__ = ["Next", "told_sticking"]

_LEAST = 2
# How many of the wrong answers may have another reason.
_SHARE = 4
_OK, _REFUSED = 200, 400


@dataclass(frozen=True, slots=True)
class Next:
    """Hold a wrong answer and the one before it."""

    seen: Seen
    before: Page


def told_sticking(wrong: Sequence[Next]) -> str:
    """Return a sentence on what goes on from one request to the next; empty where nothing does."""
    if len(wrong) < _LEAST:
        return ""
    for name in FILTERS:
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
