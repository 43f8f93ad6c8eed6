"""Choose dates to name in plans; [] where the target showed none."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts
from mockserver.checks.plan import Query, query

__all__ = ["after", "around", "each_date", "one_before", "spread"]


def after(symbol: str) -> Query:
    """Return a query by a date alone."""
    return query(("afterDate", symbol))


def spread(facts: Facts, count: int) -> list[int]:
    """Return indexes of dates, spread over all of them; none twice."""
    total = len(facts.dates)
    picked = [total * (i + 1) // (count + 1) for i in range(count)]
    return list(dict.fromkeys(i for i in picked if i < total))


def around(facts: Facts) -> Sequence[Query]:
    """Return queries by the dates of some rows, the last among them."""
    picked = [*spread(facts, 3), len(facts.dates) - 1] if facts.dates else []
    return [after(f"$row[{index}].date") for index in dict.fromkeys(picked)]


def one_before(facts: Facts) -> Sequence[Query]:
    """Return a query by the second before a row's date."""
    return [after(f"$row[{index}].date-1s") for index in spread(facts, 1)]


def each_date(plan: Query) -> Sequence[Query]:
    """Return a query for each date of a plan."""
    return tuple(after(symbol) for symbol in plan.terms[0].values)
