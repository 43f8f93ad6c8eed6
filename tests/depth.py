"""Say how much is tried of what has no end: a sample, or all that `make deep` has time for."""

import os
from typing import TypeVar

__all__ = ["deep_or"]

_Tried = TypeVar("_Tried")
_IS_DEEP = os.environ.get("DEPTH") == "deep"


def deep_or(few: _Tried, *, deep: _Tried) -> _Tried:
    """Return what is tried, a number or cases: `few`, or `deep` where DEPTH is `deep`."""
    return deep if _IS_DEEP else few
