"""Say what of a failing query had to stay, in axes and kinds: the cause of a finding.

A cause holds no value of the target and no number that depends on its data: of ids it says whether
one is enough, of a date how it is written. Two failures of one law with one symptom have one cause
where what had to stay of the first is in the second; run.py's tracing (trace.py) makes it small.
"""

from collections.abc import Mapping
from urllib.parse import unquote

from mockserver.checks.plan import LIST_NAMES, Query, Term

__all__ = ["FLAKY", "Cause", "as_mapping", "cause_of", "is_within"]

# Axis and kind, sorted by axis.
Cause = tuple[tuple[str, str], ...]
# What failed and did not fail when it was asked again: nothing can be said to have had to stay.
FLAKY: Cause = (("again", "not always"),)

_ONE, _SEVERAL = "one id", "several ids"
# How many of them a plan names depends on the target's data.
_COUNTS = ("@all", "@customers", "@names")
# Changes that make an id nobody's.
_SPOILS = frozenset({"append", "blank", "dot", "drop", "glob", "like", "twice", "zero"})
_LONG = 40


def cause_of(asked: Query) -> Cause:
    """Return the axes and kinds of a query; terms of one name count once."""
    kinds = {term.name: _kind(term) for term in asked.terms if term.name not in _COUNTS}
    return tuple(sorted(kinds.items()))


def is_within(cause: Cause, asked: Query) -> bool:
    """Say whether a query has all that a cause says; several ids hold one."""
    kinds = {axis: _parts(kind) for axis, kind in cause_of(asked)}
    return cause != FLAKY and all(
        axis in kinds and _parts(kind) <= kinds[axis] for axis, kind in cause
    )


def as_mapping(cause: Cause) -> Mapping[str, str]:
    """Return a cause as a report shows it."""
    return dict(cause)


def _kind(term: Term) -> str:
    if term.name in LIST_NAMES:
        return _kind_of_ids(term)
    if term.name in ("afterDate", "@dates"):
        return ", ".join(sorted({_kind_of_date(value) for value in term.values})) or "empty"
    text = unquote(",".join(term.values))
    return text if len(text) <= _LONG else "a long text"


def _kind_of_ids(term: Term) -> str:
    if not term.values or any(not value.startswith("$") for value in term.values):
        return "text"
    found = {change for value in term.values for change in value.split("!")[1:]}
    changes = sorted(found - _SPOILS)
    pool = f"${term.name.removesuffix('Ids')}["
    is_nobodys = found & _SPOILS or any(not value.startswith(pool) for value in term.values)
    unknown = ["unknown"] if is_nobodys else []
    style = [] if term.style == "comma" else [term.style]
    count = _ONE if len(set(term.values)) == 1 else _SEVERAL
    return ", ".join([count, *unknown, *changes, *style])


def _kind_of_date(value: str) -> str:
    if not value.startswith("$"):
        return "text"
    form = value.partition("!")[2]
    if not form:
        return "date"
    return "date, with an offset" if form[0] in "+-" else f"date, as {form}"


def _parts(kind: str) -> frozenset[str]:
    parts = frozenset(kind.split(", "))
    return parts | {_ONE} if _SEVERAL in parts else parts
