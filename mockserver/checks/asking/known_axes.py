"""Ask once for whatever a host may lack, and keep the values of the axes that it answers."""

from collections.abc import Callable, Mapping

from mockserver.checks.asking.axes import plain_ask
from mockserver.checks.asking.covering import Covering
from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.facts import Page
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query, query
from mockserver.checks.sandwich import Runner
from mockserver.checks.spellings import CAPITALS, IN_BRACKETS

__all__ = ["NO_ROUTE", "known_axes"]

# What says that there is no such route, or that it has no such verb.
NO_ROUTE = (404, 405, 501)
_AROUND = frozenset({"format", "way", "who"})
# What needs nothing that a host may lack.
_ALWAYS = ("jsonp", "other", "accept list")
# Between two ways of naming a type that disagree.
_CONTEST = " over "
# How many sizes of a filter stand around ways and readers.
_SIZES = 2

_AskFor = Callable[[Query], Page | None]


def known_axes(
    covering: Covering, runner: Runner, ask: _AskFor, *, is_narrow: bool
) -> Mapping[str, tuple[str, ...]]:
    """Return the axes of `covering` with the values that the target answers.

    Args:
        ask: asks for a query; None where it may not be asked.
        is_narrow: whether the user chose some laws alone, so that spellings are not tried.
    """
    known = {
        axis: _known_values(axis, values, covering, runner, ask)
        for axis, values in covering.axes.items()
    }
    for axis, value, feature, tries in (
        ("spelling", "jsv", IN_BRACKETS, _in_brackets),
        ("case", "pascal", CAPITALS, _with_capitals),
    ):
        if value in known[axis] and not is_narrow:
            for asked in tries(runner):
                ask(asked)
        if feature not in runner.shown:
            known[axis] = tuple(one for one in known[axis] if one != value)
    return {axis: values for axis, values in known.items() if values}


def _known_values(
    axis: str, values: tuple[str, ...], covering: Covering, runner: Runner, ask: _AskFor
) -> tuple[str, ...]:
    """Return the values that the target answers; each is asked for once, or once more plainly.

    A type goes with the whole list, which shows every row in it; ways and readers with a filter
    each, as the array does.
    """
    if axis not in _AROUND:
        return values
    plain = plain_ask(covering.axes)
    known = [values[0]]
    sizes = {name: v[1:] for name in FILTER_NAMES if len(v := covering.axes.get(name, ())) > 1}
    filters = [{name: v[i % len(v)]} for i in range(_SIZES) for name, v in sizes.items()] or [{}]
    for place, value in enumerate(values[1:]):
        # JSON is what any way gives a host that knows none: another type tells more. In the
        # whole list, which was read before, a type may not show: the first one may be kept.
        one = filters[place % len(filters)]
        kinds: tuple[dict[str, str], ...] = {
            "way": ({"format": "xml", **one}, {"format": "xml"}, {}),
            "format": ({}, filters[0]),
        }.get(axis, (one, {}))
        for kind in kinds if _CONTEST not in value and value not in _ALWAYS else ():
            asked = covering.draw({**plain, axis: value, **kind}, place)
            page = None if asked is None else ask(asked)
            if _is_known(axis, value, runner) or (page and page.status in NO_ROUTE):
                break
        known += [value] if _is_known(axis, value, runner) else []
    return tuple(known)


def _in_brackets(runner: Runner) -> list[Query]:
    """Return a list as it is in brackets, and percent-encoded around ids in quotes, as in JSON.

    Who knows the one has to know the other.
    """
    name, ids = _few_ids(runner)
    quoted = query((f"{name}:jsv", [f"{symbol}!quoted" for symbol in ids]))
    if "accept xml" in runner.shown:
        quoted = quoted.with_values("@accept", MEDIA_TYPES["xml"])
    return [query((f"{name}:brackets", ids)), quoted]


def _with_capitals(runner: Runner) -> list[Query]:
    """Return a list that nobody asks for otherwise: what is kept of another name would show it."""
    name, ids = _few_ids(runner)
    last = f"${name.removesuffix('Ids')}[{runner.facts.count(name) - 1}]"
    return [query((name, last), ("@case", "pascal"))] if ids else []


def _few_ids(runner: Runner) -> tuple[str, list[str]]:
    """Return two ids of the parameter that has fewest, if it has two."""
    counts = {name: runner.facts.count(name) for name in LIST_NAMES}
    name = max(counts, key=lambda name: (counts[name] > 1, -counts[name]))
    return name, [f"${name.removesuffix('Ids')}[{i}]" for i in range(min(counts[name], 2))]


def _is_known(axis: str, value: str, runner: Runner) -> bool:
    way = value.partition(_CONTEST)[0]
    words = {
        "format": {f"accept {value}"},
        "who": {value},
        "way": {f"{way} xml", f"{way} json"},
    }
    return value in _ALWAYS or not runner.shown.isdisjoint(words[axis])
