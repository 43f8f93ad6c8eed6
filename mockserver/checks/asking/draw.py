"""Draw asks with Hypothesis: one value of every axis around one row, and short histories of them.

The simplest value of each axis is the plain one. In a run of `check` nothing is raised inside
`@given` and nothing is shrunk or remembered: what is found ends no share. Tests of one's own hand
`histories` to `@given` themselves.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from mockserver.checks.asking.axes import FILTER_AXES

__all__ = ["Drawn", "asks", "draw_each", "histories"]

_MAX_STEPS = 3
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold one ask that was drawn: axis → value, and the number that its row is chosen by."""

    ask: Mapping[str, str] = field(hash=False)
    number: int


def asks(axes: Mapping[str, tuple[str, ...]]) -> st.SearchStrategy[Drawn]:
    """Return a strategy of asks, each with at least one filter where there is any."""
    filters = [axis for axis in FILTER_AXES if axis in axes]
    values = st.fixed_dictionaries({axis: st.sampled_from(each) for axis, each in axes.items()})

    def has_filter(ask: Mapping[str, str]) -> bool:
        return not filters or any(ask[axis] != axes[axis][0] for axis in filters)

    return st.builds(Drawn, values.filter(has_filter), st.integers(0, _MANY))


def histories(
    axes: Mapping[str, tuple[str, ...]], *, max_steps: int = _MAX_STEPS
) -> st.SearchStrategy[list[Drawn]]:
    """Return a strategy of short histories, a single ask first."""
    return st.lists(asks(axes), min_size=1, max_size=max_steps)


def draw_each(
    strategy: st.SearchStrategy[list[Drawn]],
    use: Callable[[Sequence[Drawn]], None],
    *,
    number: int,
    count: int,
) -> None:
    """Draw `count` histories and hand each to `use`; the same number draws the same ones.

    Raises:
        Exception: what `use` raised, once Hypothesis has come to its end without more of them.
    """
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
    def each(drawn: list[Drawn]) -> None:
        if raised:
            return
        try:
            use(drawn)
        except Exception as error:  # of any kind: Hypothesis would ask again for what it saw
            raised.append(error)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        each()
    if raised:
        raise raised[0]
