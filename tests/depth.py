"""Say how much is tried of what has no end: a sample, or all that `make deep` has time for."""

import os

__all__ = ["deep_or"]

_IS_DEEP = os.environ.get("DEPTH") == "deep"


def deep_or(few: int, *, deep: int) -> int:
    """Return the number of examples: `few`, or `deep` where the variable DEPTH is `deep`."""
    return deep if _IS_DEEP else few
