"""Law on answers that take seconds where others do not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from mockserver.checks.cause import cause_of
from mockserver.checks.facts import Page
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated

__all__ = ["SLOWNESS_LAWS"]

_SECONDS = 2.0
_TIMES = 10
_FEWEST = 3
# How likely it may be that answers which are slow by chance are just those with a trait.
_CHANCE = 1e-5
_NOT_OF_THE_TARGET = ("@odd",)
Traits = tuple[tuple[str, str], ...]


def _no_combination_is_slow(case: Case) -> Judgement:
    """Judge all answers, and then those with rows: what is refused may be quick all the same."""
    whole = _judge_kinds([page for page in case.pages if page.status])
    rows = _judge_kinds([page for page in case.pages if page.rows])
    return rows if rows.verdict == "violated" and whole.verdict != "violated" else whole


def _judge_kinds(pages: Sequence[Page]) -> Judgement:
    seconds = sorted(page.response.elapsed_seconds for page in pages)
    if len(pages) < 2 * _FEWEST:
        return vacuous("too few answers to tell what is usual")
    # Most of a run may name what is slow, so that what is usual shows in the quickest tenth.
    limit = max(_SECONDS, _TIMES * seconds[len(seconds) // 10])
    slow = [page.response.elapsed_seconds > limit for page in pages]
    if not any(slow):
        return holds()
    groups: defaultdict[Traits, list[int]] = defaultdict(list)
    for index, page in enumerate(pages):
        for traits in _traits(page):
            groups[traits].append(index)
    found = [traits for traits, group in groups.items() if _is_always(group, slow)]
    if not found:
        return holds()
    # The fewest traits that tell the slow answers: what takes long, not what is beside it.
    traits = min(found, key=lambda traits: (len(traits), -len(groups[traits]), traits))
    names = " and ".join(axis for axis, _ in traits)
    kinds = ", ".join(f"{axis} ({kind})" for axis, kind in traits)
    return violated(
        f"slow with {names}",
        f"over {_SECONDS:g} seconds and {_TIMES} times the usual whenever asked with {kinds}",
        "an answer in about the time of others",
    )


def _traits(page: Page) -> Iterator[Traits]:
    """Yield what a query has of axes and kinds, by one and by two."""
    pairs = [pair for pair in cause_of(page.query) if pair[0] not in _NOT_OF_THE_TARGET]
    yield from (((axis, "of any kind"),) for axis, _ in pairs)
    yield from combinations(pairs, 1)
    yield from combinations(pairs, 2)


def _is_always(group: Sequence[int], slow: Sequence[bool]) -> bool:
    """Say whether all of a group are slow, with quick ones between them, and hardly by chance."""
    if len(group) < _FEWEST or not all(slow[index] for index in group):
        return False
    # A machine that halts for a while is slow with whatever is asked meanwhile.
    if all(slow[index] for index in range(group[0], group[-1])):
        return False
    rest = len(slow) - len(group)
    share = (sum(slow) - len(group) + 1) / (rest + 1)
    return share ** len(group) < _CHANCE


SLOWNESS_LAWS = (
    Law(
        id="L98-slow-combination",
        statement="No kind of query takes over two seconds and ten times the usual, each time; one"
        " that does so now and then may have met a busy machine.",
        tier="should",
        kind="single",
        reads="all",
        judge=_no_combination_is_slow,
    ),
)
