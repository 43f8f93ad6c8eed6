"""Tell pairs of values that did not act in few lines: by the value that most of them have."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

__all__ = ["told_pairs"]

_AND = " with "
# Axis and value, as `format=xml`.
_Value = str


def told_pairs(missed: Sequence[str]) -> Iterator[str]:
    """Yield lines such as `afterDate=exact with format csv, jsonl; way suffix`.

    Args:
        missed: pairs in words, as a report's coverage holds them.
    """
    left: set[tuple[_Value, _Value]] = set()
    for pair in missed:
        one, _, two = pair.partition(_AND)
        left.add((one, two))
    while left:
        counts = Counter(value for pair in left for value in pair)
        most = max(counts, key=lambda value: (counts[value], value))
        taken = {pair for pair in left if most in pair}
        left -= taken
        others = sorted(one if two == most else two for one, two in taken)
        yield f"{most}{_AND}{'; '.join(_by_axis(others))}"


def _by_axis(values: Sequence[_Value]) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for value in values:
        axis, _, name = value.partition("=")
        found[axis].append(name)
    yield from (f"{axis} {', '.join(names)}" for axis, names in found.items())
