"""Say how much is tried of what has no end: a sample, or all that `make deep` has time for.

The environment's DEPTH says it: nothing for a sample, `ci` for what CI tries beside it, or `deep`.
"""

import os
from typing import TypeVar

import pytest

__all__ = ["ci_or", "deep_only", "deep_or", "is_tried", "sampled"]

_Tried = TypeVar("_Tried")
_DEPTH = os.environ.get("DEPTH", "")
_IS_DEEP = _DEPTH == "deep"


def deep_or(few: _Tried, *, deep: _Tried) -> _Tried:
    """Return what is tried, a number or cases: `few`, or `deep` where DEPTH is `deep`."""
    return deep if _IS_DEEP else few


def ci_or(few: _Tried, *, ci: _Tried) -> _Tried:
    """Return what is tried, a number or cases: `few` in a sample, `ci` in CI and `make deep`."""
    return ci if _DEPTH else few


def sampled(one_of: int) -> pytest.MarkDecorator:
    """Return the mark of a test of which one case of so many is tried, and all by `make deep`."""
    return pytest.mark.sampled(one_of)


# What `make test` leaves out, and CI tries: a test that takes seconds, beside others of its kind.
deep_only = sampled(0)


def is_tried(item: pytest.Item, place: int) -> bool:
    """Say whether a test is tried: `place` counts the cases of its function."""
    mark = item.get_closest_marker("sampled")
    one_of = 1 if mark is None else mark.args[0]
    return _IS_DEEP or (place % one_of == 0 if one_of else _DEPTH == "ci")
