"""Measure `check` by mutants: `python -m tests.mutants [--half last] [--both]`.

Each mutant is served by a process of its own and counts if it answers a recorded request otherwise
on something that the contract settles; it is killed if `check` ends with 1. A line comes for each,
and the files are written anew after each, so that a run that is broken off leaves what it found.
"""

import argparse
import collections
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tests.mutants.figures import as_document
from tests.mutants.making import Mutant, draw_mutants
from tests.mutants.oracle import tell
from tests.mutants.places import AREAS, ROOT, both_sides
from tests.mutants.reference import Reference, find_differences, make_reference
from tests.mutants.rendering import to_html, to_markdown
from tests.mutants.trial import Result, checked, run_check, try_mutant

_COUNT = 120
_SEED = 14
_BOTH_SEEDS = range(1, 11)
_TARGET_PERCENT = 90
_HALVES = ("first", "last")
_UNFIT = 6


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 where fewer are killed than should be, 6 where nothing is shown."""
    parser = argparse.ArgumentParser(description="measure check by mutants of the mock")
    parser.add_argument("--half", choices=_HALVES, default="first", help="of the mutants drawn")
    parser.add_argument("--both", action="store_true", help="mutate the mock inside check as well")
    parser.add_argument("--count", type=int, default=_COUNT, help="mutants that count")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--into", type=Path, default=ROOT / "build", help="folder of the reports")
    options = parser.parse_args(argv)
    reference = make_reference()
    if trouble := _trouble(reference):
        print(f"mutants: nothing would be shown: {trouble}", file=sys.stderr)
        return _UNFIT
    name = "both" if options.both else options.half
    title = f"Mutants of the mock, {'in check as well' if options.both else f'{name} half'}"

    def attempt(mutant: Mutant) -> Result:
        return try_mutant(mutant, reference, in_both=options.both)

    with ThreadPoolExecutor(options.jobs) as pool:
        found = _both(pool, attempt) if options.both else _half(pool, attempt, options)
        results: list[Result] = []
        for result in found:
            results.append(result)
            _print(result, sum(one.counts for one in results))
            _write(options.into / f"mutants-{name}", results, title=title, seed=options.seed)
    document = as_document(results, title=title, seed=options.seed)
    print(to_markdown(document).partition("\n## ")[0])
    return int(document["share"] < (100 if options.both else _TARGET_PERCENT))


def _trouble(reference: Reference) -> str | None:
    """Return why the figures would say nothing: a server without a mutant must be found right."""
    if differences := find_differences(None, reference):
        return f"a server without a mutant differs: {tell(differences)}"
    for is_moving in (False, True):
        with checked(None, reference.world, is_moving=is_moving) as relay:
            code, laws = run_check(relay.port, reference.world, None)
        if code != 0:
            how = "moves" if is_moving else "stands still"
            return f"check ends with {code} where nothing is wrong and all {how}: {', '.join(laws)}"
    return None


def _half(
    pool: ThreadPoolExecutor, attempt: Callable[[Mutant], Result], options: argparse.Namespace
) -> Iterator[Result]:
    drawn = draw_mutants(itertools.chain(*AREAS.values()), seed=options.seed)
    half = drawn[_HALVES.index(options.half) :: len(_HALVES)]
    return _until(options.count, _in_order(pool, attempt, half, ahead=2 * options.jobs))


def _both(pool: ThreadPoolExecutor, attempt: Callable[[Mutant], Result]) -> Iterator[Result]:
    """Yield what is tried until each seed has one that counts in each group of modules."""
    for seed in _BOTH_SEEDS:
        for paths in both_sides().values():
            yield from _until(1, _in_order(pool, attempt, draw_mutants(paths, seed=seed), ahead=2))


def _until(count: int, results: Iterable[Result]) -> Iterator[Result]:
    """Yield results until so many count."""
    counting = 0
    for result in results:
        yield result
        counting += result.counts
        if counting == count:
            return


def _in_order(
    pool: ThreadPoolExecutor,
    attempt: Callable[[Mutant], Result],
    mutants: Iterable[Mutant],
    *,
    ahead: int,
) -> Iterator[Result]:
    """Yield the results in the order of the mutants, of which some are tried ahead."""
    waiting: collections.deque[Future[Result]] = collections.deque()
    try:
        for mutant in filter(Mutant.is_python, mutants):
            waiting.append(pool.submit(attempt, mutant))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _print(result: Result, counting: int) -> None:
    where = f"{result.mutant.path}:{result.mutant.line} {result.mutant.operator}"
    more = f" ({', '.join(result.laws[:3])})" if result.laws else ""
    print(f"{counting:4}  {result.seconds:5.1f} s  {result.outcome:24} {where}{more}", flush=True)


def _write(stem: Path, results: Sequence[Result], *, title: str, seed: int) -> None:
    document = as_document(results, title=title, seed=seed)
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, text in (
        (".json", json.dumps(document, indent=1, ensure_ascii=False) + "\n"),
        (".md", to_markdown(document)),
        (".html", to_html(document)),
    ):
        stem.with_suffix(suffix).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
