"""Name the spellings of a query that a host need not know, and what it means to one that does not.

Each is a feature: an encoded comma parts ids as a plain one does, brackets around a list mean
nothing, names may begin with a capital letter, and .NET reads dates in more forms than ISO 8601.
What shows that a host knows one is the rows, or a route of the framework.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from mockserver.checks.date_forms import SPOKEN
from mockserver.checks.plan import Query, Term, capitals_of

__all__ = [
    "BRACKETS",
    "CAPITALS",
    "DATES",
    "IN_BRACKETS",
    "NOBODYS_ID",
    "SPELLINGS",
    "read_literally",
    "shown_spellings",
    "spellings_of",
]

# Who does not know these takes them for a part of an id.
_ENCODED_COMMA, IN_BRACKETS = "encoded comma", "list in brackets"
# Who does not know these ignores a parameter that is named so.
CAPITALS = "names with a capital letter"
SPELLINGS = frozenset({_ENCODED_COMMA, IN_BRACKETS, CAPITALS})
# Forms of dates; who does not read one may refuse it.
DATES = frozenset(f"date as {form}" for form in SPOKEN)
# Styles of a term that stand in brackets.
BRACKETS = ("jsv", "brackets")
NOBODYS_ID = "$unknown[0]"


def spellings_of(asked: Query) -> set[str]:
    """Return how the names, lists and the date of a query are spelled."""
    found = {CAPITALS} if asked.get("@case") is not None else set()
    found |= {_ENCODED_COMMA} if any(map(_is_parted_by_code, asked.filters)) else set()
    found |= {IN_BRACKETS} if any(t.style in BRACKETS for t in asked.filters) else set()
    forms = {value.rpartition("!")[2] for t in asked.filters for value in t.values}
    return found | (DATES & {f"date as {form}" for form in forms})


def shown_spellings(asked: Query, features: frozenset[str]) -> frozenset[str]:
    """Return the spellings, of the features of a query, that a right answer shows a host to know.

    Of ids in quotes the first may be read alone, whatever stands behind it.
    """
    values = (value for term in asked.filters for value in term.values)
    is_quoted = any("!quoted" in value for value in values)
    return features & (DATES if is_quoted else DATES | SPELLINGS)


def read_literally(asked: Query, meant: Query, unknown: Collection[str]) -> Iterator[Query]:
    """Yield what a query means to a host that does not know some of its spellings.

    Args:
        meant: its filters that count, spelled plainly.
        unknown: the spellings of names and lists that the host was not seen to know.
    """
    if CAPITALS in unknown:
        capitals = capitals_of(asked)
        yield Query(tuple(term for term in meant.terms if term.name not in capitals))
    by_name = {term.name: term for term in asked.filters}
    unread = frozenset({_ENCODED_COMMA, IN_BRACKETS}.intersection(unknown))
    # Of two a host may know either.
    for some in filter(None, dict.fromkeys((unread, *(frozenset({one}) for one in unread)))):
        yield Query(tuple(_read_ids(term, by_name[term.name], some) for term in meant.terms))


def _read_ids(meant: Term, term: Term, unread: Collection[str]) -> Term:
    """Return a filter as it is read where encoded commas, or brackets, are a part of ids."""
    is_parted = _ENCODED_COMMA in unread and _is_parted_by_code(term)
    is_in_brackets = IN_BRACKETS in unread and term.style in BRACKETS
    if is_parted and is_in_brackets:
        return replace(meant, values=(NOBODYS_ID,))
    if is_parted and any(value.endswith("!quoted") for value in term.values):
        # A quote that closes may end an id, whatever stands behind it up to a plain comma.
        return replace(meant, values=meant.values[::2])
    if is_parted:
        # See plan.encoded_list: of an odd number the last one is parted by a plain comma.
        alone = meant.values[-1:] if len(meant.values) % 2 else ()
        return replace(meant, values=(NOBODYS_ID, *alone))
    if is_in_brackets:
        return replace(meant, values=meant.values[1:-1] or (NOBODYS_ID,))
    return meant


def _is_parted_by_code(term: Term) -> bool:
    """Say whether it takes an encoded comma to part ids."""
    return term.style in ("encoded", "jsv") and len(term.values) > 1
