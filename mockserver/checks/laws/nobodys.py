"""Choose one list of all ids that nobody has, for laws that look at each kind of them apart.

Ids that lack a character, patterns, ids of other kinds and made-up ones select nothing, so that one
answer without rows tells of all of them at once. An id in another case stands among them: it is
nobody's, or that id, and then its rows alone are there. Whatever else the answer is, each law asks
for its own ids.
"""

from collections.abc import Sequence

from mockserver.checks.facts import Facts, value_of
from mockserver.checks.laws.id_choices import POOLS
from mockserver.checks.laws.law import Case, Judgement, holds
from mockserver.checks.plan import NO_ID, ZERO_ID, Query, query
from mockserver.checks.selection import selector

__all__ = [
    "NEAR",
    "OTHER_CASE",
    "PATTERNS",
    "is_another",
    "list_of_nobodys",
    "lists_of_nobodys",
    "none_selects",
    "other_kinds",
    "reading_of_case",
    "spoiled",
]

NEAR = ("drop", "append", "behead", "last")
PATTERNS = ("like", "blank", "glob", "dot", "zero", "twice")
OTHER_CASE = "!swapcase"
# What stands in place of an id may be there for some rows alone.
_OF_A_KIND = 4


def spoiled(pool: str, change: str, facts: Facts) -> str:
    """Return the symbol of an id that is changed; what lacks its beginning is another one's.

    So rows tell what is taken for a beginning from what is taken for any part.
    """
    count = len(facts.pools.get(pool, ()))
    # The second one stands in another case.
    places = [*([0] if change != "behead" or count < 3 else []), *range(2, count)]
    symbols = [f"${pool}[{place}]!{change}" for place in places]
    # What differs in one character may be somebody's, where ids are counted up.
    free = (symbol for symbol in symbols if value_of(symbol, facts) not in facts.all_ids)
    return next(free, symbols[0])


def other_kinds(name: str, facts: Facts) -> list[str]:
    """Return a few ids of each kind that does not belong in a parameter."""
    own = dict(POOLS)[name]
    kinds = sorted((pool, len(ids)) for pool, ids in facts.pools.items() if pool != own)
    return [f"${kind}[{i}]" for kind, count in kinds for i in range(min(count, _OF_A_KIND))]


def is_another(symbol: str, facts: Facts) -> bool:
    """Say whether an id in another case is another text, and one that nobody has."""
    text = value_of(f"{symbol}{OTHER_CASE}", facts)
    return text != value_of(symbol, facts) and text not in facts.all_ids


def list_of_nobodys(name: str, facts: Facts) -> Query:
    """Return a query for one list of ids that nobody has where a parameter looks.

    The id in another case is not the one that others are spoiled from: rows tell which of them it
    was that selected.
    """
    own = dict(POOLS)[name]
    known = frozenset(facts.pools.get(own, ()))
    values = [spoiled(own, change, facts) for change in (*NEAR, *PATTERNS)] if known else []
    values = [value for value in values if value_of(value, facts) not in facts.all_ids]
    values += [kind for kind in other_kinds(name, facts) if value_of(kind, facts) not in known]
    values += ["$unknown[0]", "$unknown[1]", NO_ID, ZERO_ID]
    if len(known) > 1 and is_another(f"${own}[1]", facts):
        values.append(f"${own}[1]{OTHER_CASE}")
    return query((name, values))


def lists_of_nobodys(plan: Query, facts: Facts) -> Sequence[Query]:
    """Return such a list for each parameter of a plan."""
    return [list_of_nobodys(term.name, facts) for term in plan.filters]


def reading_of_case(case: Case, index: int) -> str:
    """Return whether the list's id in another case selects `all` of its rows or `none`.

    Empty where the answer is no list, or holds other rows, so that each has to be asked for.
    """
    page = case.pages[index]
    if page.rows is None or not case.core:
        return ""
    if not page.rows:
        return "none"
    term = page.query.terms[0]
    if not term.values[-1].endswith(OTHER_CASE):
        return ""
    selects = selector(query((term.name, term.values[-1].partition("!")[0])), case.facts)
    selected = {key for key, row in case.core.items() if selects(row)}
    return "all" if page.keys == selected else ""


def none_selects(case: Case) -> Judgement | None:
    """Return that a law on ids that nobody has holds, where the lists of them show it."""
    is_shown = all(reading_of_case(case, index) for index in range(len(case.pages)))
    return holds() if is_shown else None
