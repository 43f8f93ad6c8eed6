"""Say what of a failing query had to stay, in axes and kinds: the cause of a finding.

A cause holds no value of the target and no number that depends on its data: of ids it says whether
one is enough, of a date how it is written. Two failures of one law with one symptom have one cause
where what had to stay of the first is in the second; run.py's tracing (trace.py) makes it small.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import unquote

from mockserver.checks.expectation import STRANGERS, is_function_name
from mockserver.checks.instants import parse_instant
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, NO_ID, Query, Term
from mockserver.checks.type_asked import type_asked

__all__ = [
    "FLAKY",
    "NO_ROWS",
    "PAGE_TOO",
    "Cause",
    "as_mapping",
    "cause_of",
    "is_part",
    "is_within",
]

# Axis and kind, sorted by axis.
Cause = tuple[tuple[str, str], ...]
# What failed and did not fail when it was asked again: nothing can be said to have had to stay.
FLAKY: Cause = (("again", "not always"),)
# What goes wrong where nothing is selected, whatever it is that selects nothing.
NO_ROWS: Cause = (("rows", "none"),)

# Behind a way of asking for data: the client accepts a page, as a browser does.
PAGE_TOO = " by a browser"
_ONE, _SEVERAL = "one id", "several ids"
# What of them a plan names, and how many, depends on the target's data.
_COUNTS = ("@blank", "@customers", "@own", "@endpoints", "@list", "@names", "@users")
# Changes that make an id nobody's.
_SPOILS = frozenset(
    {"append", "behead", "blank", "dot", "drop", "glob", "last", "like", "twice", "zero"}
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONG, _LONG_NAME = 40, 20
# A date that is moved by tens of years.
_FAR = re.compile(r"([+-])\d{5,9}d")
# Texts of dates before this year, and from that year on, are at the ends of time.
_EPOCH = "1970-"
_EARLY, _LATE = "1000", "9000"
_INDEX = re.compile(r"\[(\d+)\]")


def cause_of(asked: Query, *, before: Sequence[Query] = ()) -> Cause:
    """Return the axes and kinds of a query; terms of one name count once.

    Args:
        before: what had to be asked before it.
    """
    alone = _cause_alone(asked)
    if not before:
        return alone
    after = " then ".join(_words(_cause_alone(query)) for query in before)
    return tuple(sorted((*alone, ("after", after))))


@lru_cache(maxsize=1024)
def _cause_alone(asked: Query) -> Cause:
    kinds = {term.name: _kind(term) for term in asked.terms if term.name not in _COUNTS}
    kinds = _by_type(asked, kinds)
    names = [term.name for term in asked.filters if term.name in FILTER_NAMES]
    if names != sorted(names, key=FILTER_NAMES.index):
        kinds["order"] = "reversed"
    return tuple(sorted(kinds.items()))


def _by_type(asked: Query, kinds: dict[str, str]) -> dict[str, str]:
    """Return the kinds with the type asked for, and the way, in place of the terms that say so."""
    named = type_asked(asked)
    if named is None:
        return kinds
    kind, ways = named
    found = {name: k for name, k in kinds.items() if name not in ("@accept", "@path", "format")}
    if kind != "json":
        found["format"] = kind
    other = [way for way in ways if way != "accept"]
    if other:
        found["way"] = " and ".join(other)
        if asked.directive("accept") == "text/html":
            found["way"] += PAGE_TOO
    return found


def _words(cause: Cause) -> str:
    return ", ".join(f"{axis}={kind}" for axis, kind in cause) or "the whole list"


def is_part(cause: Cause, other: Cause) -> bool:
    """Say whether one cause has nothing that another lacks."""
    kinds = {axis: _parts(kind) for axis, kind in other}
    if kinds.get("@auth", set()) & STRANGERS:
        # Whoever is nobody here is one without credentials, and more; what he names does not count.
        kinds["@auth"] |= {"none"}
        named = kinds.keys() & FILTER_NAMES
        kinds |= {axis: _parts(kind) for axis, kind in cause if axis in named}
    return cause != FLAKY and all(_parts(kind) <= kinds.get(axis, set()) for axis, kind in cause)


def is_within(cause: Cause, asked: Query) -> bool:
    """Say whether a query has all that a cause says; several ids hold one."""
    return is_part(cause, cause_of(asked))


def as_mapping(cause: Cause) -> Mapping[str, str]:
    """Return a cause as a report shows it."""
    return dict(cause)


def _kind(term: Term) -> str:
    if term.name in FILTER_NAMES and term.values == ("",):
        return "empty"
    if term.name in LIST_NAMES:
        return _kind_of_ids(term)
    if term.name in ("afterDate", "@dates"):
        return ", ".join(sorted({_kind_of_date(value) for value in term.values})) or "empty"
    text = unquote(",".join(term.values))
    if term.name == "callback" and is_function_name(text):
        name = "a name of parts" if "." in text else "a name"
        return f"{name}, long" if len(text) > _LONG_NAME else name
    return text if len(text) <= _LONG else "a long text"


def _kind_of_ids(term: Term) -> str:
    if not term.values or any(
        not value.startswith("$") and value != NO_ID for value in term.values
    ):
        return "text"
    found = {change for value in term.values for change in value.split("!")[1:]}
    changes = sorted(found - _SPOILS)
    pool = f"${term.name.removesuffix('Ids')}["
    is_nobodys = found & _SPOILS or any(not value.startswith(pool) for value in term.values)
    unknown = ["unknown"] if is_nobodys else []
    style = [] if term.style == "comma" else [term.style]
    count = _ONE if len(set(term.values)) == 1 else _SEVERAL
    return ", ".join([count, *unknown, *changes, *_arranged(term.values, pool), *style])


def _arranged(values: Sequence[str], pool: str) -> list[str]:
    """Return how several ids stand, where those of one's own are not each once in rising order."""
    own = [value for value in values if value.startswith(pool)]
    indexes = [int(m[1]) for value in own if (m := _INDEX.search(value))]
    if len(set(values)) < len(values):
        return ["twice"]
    is_falling = len(indexes) > 1 and indexes == sorted(indexes, reverse=True)
    return ["reversed"] if is_falling else []


def _kind_of_date(value: str) -> str:
    if not value.startswith("$"):
        return _kind_of_text(unquote(value))
    far = _FAR.search(value)
    if far is not None:
        return "date, future" if far[1] == "+" else "date, past"
    form = value.partition("!")[2]
    if not form:
        return "date"
    return "date, with an offset" if form[0] in "+-" else f"date, as {form}"


def _kind_of_text(text: str) -> str:
    if _DAY.fullmatch(text):
        return "date, as day"
    if parse_instant(text) is None:
        return "text"
    if text.startswith(_EPOCH):
        return "date, past"
    return "date, first" if text < _EARLY else "date, last" if text >= _LATE else "date"


def _parts(kind: str) -> frozenset[str]:
    parts = frozenset(kind.split(", "))
    return parts | {_ONE} if _SEVERAL in parts else parts
