"""Draw further plans with Hypothesis: which filters, which values, how spelled."""

import warnings
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from mockserver.checks.facts import Facts
from mockserver.checks.plan import LIST_NAMES, Query, Term

__all__ = ["draw_queries", "queries"]

_SYMBOLS = {"accountIds": "account", "endpointIds": "endpoint", "customerIds": "customer"}
_MOVES = ("-1s", "+1s", "-1ms", "+1ms", "-1h", "+1d", "-3d", "-1t", "+1t")
_ZONES = ("", "!z", "!+02:00", "!-07:00")


def queries(facts: Facts, *, with_date: bool = True) -> st.SearchStrategy[Query]:
    """Return a strategy of queries that name what the target showed."""
    optional: dict[str, st.SearchStrategy[Term]] = {
        name: _list_terms(name, facts.count(name)) for name in LIST_NAMES if facts.count(name)
    }
    if with_date and facts.dates:
        optional["afterDate"] = _date_terms(len(facts.dates))

    def build(terms: dict[str, Term]) -> Query:
        return Query(tuple(terms.values()))

    return st.fixed_dictionaries({}, optional=optional).filter(bool).map(build)


def draw_queries(facts: Facts, *, kind: str, number: int, count: int) -> Sequence[Query]:
    """Return `count` different queries at most; the same number draws the same ones.

    Args:
        kind: `ids` or `dates`; the latter may hold afterDate too.
    """
    if not any(facts.count(name) for name in LIST_NAMES) and not (kind == "dates" and facts.dates):
        return []
    drawn: dict[str, Query] = {}

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(queries(facts, with_date=kind == "dates"))
    def collect(plan: Query) -> None:
        drawn.setdefault(str(plan), plan)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        collect()
    return list(drawn.values())


def _list_terms(name: str, count: int) -> st.SearchStrategy[Term]:
    indexes = st.lists(st.integers(0, count - 1), min_size=1, max_size=min(6, count), unique=True)

    def build(found: list[int]) -> Term:
        return Term(name=name, values=tuple(f"${_SYMBOLS[name]}[{i}]" for i in found))

    return indexes.map(build)


def _date_terms(count: int) -> st.SearchStrategy[Term]:
    values = st.builds(
        lambda index, move, zone: f"$row[{index}].date{move}{zone}",
        st.integers(0, count - 1),
        st.sampled_from(_MOVES),
        st.sampled_from(_ZONES),
    )
    return values.map(lambda value: Term(name="afterDate", values=(value,)))
