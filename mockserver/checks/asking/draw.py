"""Draw asks with Hypothesis: one value of every axis around one row, and short histories of them.

The simplest value of each axis is the plain one. In a run of `check` nothing is raised inside
`@given` and nothing is shrunk or remembered: what is found ends no share. Tests of one's own hand
`histories` to `@given` themselves.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from mockserver.checks.plan import FILTER_NAMES

__all__ = ["Drawn", "asks", "draw_each", "histories"]

_MAX_STEPS = 3
# More than a draw has rounds.
_ROUNDS = 10_000
# So few Hypothesis draws before it varies what it has drawn.
_FRESH = 9
# Kept by type and bounds, as many as Hypothesis keeps.
_CONSTANTS = 1024
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold one ask that was drawn: axis → value, and the number that its row is chosen by."""

    ask: Mapping[str, str] = field(hash=False)
    number: int


def asks(axes: Mapping[str, tuple[str, ...]]) -> st.SearchStrategy[Drawn]:
    """Return a strategy of asks, each with at least one filter where there is any.

    An ask is drawn as its bytes, one for each axis and two for its number: fifteen draws of a value
    each would take ten times as long. A byte that shrinks is a value nearer to the plain one.
    """
    filters = [axis for axis in FILTER_NAMES if axis in axes]
    size = len(axes) + 2

    def read(drawn: bytes) -> Drawn:
        ask = {
            axis: values[byte % len(values)]
            for (axis, values), byte in zip(axes.items(), drawn, strict=False)
        }
        return Drawn(ask, int.from_bytes(drawn[-2:], "big"))

    def has_filter(drawn: Drawn) -> bool:
        return not filters or any(drawn.ask[axis] != axes[axis][0] for axis in filters)

    return st.binary(min_size=size, max_size=size).map(read).filter(has_filter)


def histories(
    axes: Mapping[str, tuple[str, ...]], *, max_steps: int = _MAX_STEPS
) -> st.SearchStrategy[list[Drawn]]:
    """Return a strategy of short histories, a single ask first."""
    return st.lists(asks(axes), min_size=1, max_size=max_steps)


def draw_each(
    strategy: st.SearchStrategy[_T],
    use: Callable[[_T], None],
    *,
    number: int,
    count: int,
) -> None:
    """Draw `count` values and hand each to `use`; the same number draws the same ones.

    They are drawn a few at a time: after ten Hypothesis repeats parts of what it has drawn.

    Raises:
        Exception: what `use` raised, once Hypothesis has come to its end without more of them.
    """
    with warnings.catch_warnings(), _whatever_code_is_there():
        warnings.simplefilter("ignore", HypothesisWarning)
        for place, first in enumerate(range(0, count, _FRESH)):
            few = min(_FRESH, count - first)
            _draw_few(strategy, use, number=number * _ROUNDS + place, count=few)


def _draw_few(
    strategy: st.SearchStrategy[_T], use: Callable[[_T], None], *, number: int, count: int
) -> None:
    raised: list[Exception] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(drawn: _T) -> None:
        if raised:
            return
        try:
            use(drawn)
        except Exception as error:  # of any kind: Hypothesis would ask again for what it saw
            raised.append(error)

    each()
    if raised:
        raise raised[0]


@contextmanager
def _whatever_code_is_there() -> Iterator[None]:
    """Draw no constants of the code that is loaded.

    Hypothesis reads all that is not installed, which takes a second and makes what a seed draws
    hang on the folder that a run is started in.
    """
    # What was drawn from before, by tests of the same process, holds their constants.
    with patch.multiple(
        providers, _get_local_constants=Constants, CONSTANTS_CACHE=LRUCache(_CONSTANTS)
    ):
        yield
