"""Measure `check` by mutants: `python -m tests.mutants [--half last] [--both]`.

Each mutant is served by a process of its own and counts if it answers a recorded request otherwise
on something that the contract settles; it is killed if `check` ends with 1. A line comes for each,
and the files are written anew after each: `--resume` goes on with a run that was broken off.
"""

import argparse
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.mutants.figures import Row, as_document, as_row
from tests.mutants.making import Mutant, draw_mutants
from tests.mutants.oracle import tell
from tests.mutants.places import AREAS, ROOT, both_sides
from tests.mutants.reach import find_reach
from tests.mutants.reference import Reference, find_differences, make_reference
from tests.mutants.rendering import to_html, to_markdown
from tests.mutants.trial import Result, checked, run_check, try_mutant
from tests.mutants.turns import in_order, until

_COUNT = 120
_SEED = 14
_BOTH_SEEDS = range(1, 11)
_TARGET_PERCENT = 90
_HALVES = ("first", "last")
_TITLES = {
    "first": "the first half",
    "last": "the last half",
    "both": "in the server and in what check compares it with",
}
_UNFIT = 6


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 where fewer are killed than should be, 6 where nothing is shown."""
    options = _parse(argv)
    reference = make_reference()
    if trouble := _trouble(reference):
        print(f"mutants: nothing would be shown: {trouble}", file=sys.stderr)
        return _UNFIT
    name = "both" if options.both else options.half
    stem = options.into / f"mutants-{name}"
    attempt = _attempts(reference, _kept(stem) if options.resume else {}, in_both=options.both)
    document = as_document([], title=f"Mutants of the mock: {_TITLES[name]}", seeds="")
    with ThreadPoolExecutor(options.jobs) as pool:
        found = _both(pool, attempt) if options.both else _half(pool, attempt, options)
        rows: list[Row] = []
        for row in found:
            rows.append(row)
            seeds = "1 to 10" if options.both else str(options.seed)
            document = as_document(rows, title=document["title"], seeds=seeds)
            _print(row, document["counting"])
            _write(stem, document)
    print(to_markdown(document).partition("\n## ")[0])
    return int(document["share"] < (100 if options.both else _TARGET_PERCENT))


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="measure check by mutants of the mock")
    parser.add_argument("--half", choices=_HALVES, default="first", help="of the mutants drawn")
    parser.add_argument("--both", action="store_true", help="mutate the mock inside check as well")
    parser.add_argument("--count", type=int, default=_COUNT, help="mutants that count")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--resume", action="store_true", help="keep what the report there holds")
    parser.add_argument("--into", type=Path, default=ROOT / "build", help="folder of the reports")
    return parser.parse_args(argv)


def _attempts(
    reference: Reference, kept: Mapping[str, Row], *, in_both: bool
) -> Callable[[Mutant], Row]:
    """Return what tries a mutant, unless its result is known or it cannot count."""
    reach = find_reach(reference)

    def attempt(mutant: Mutant) -> Row:
        row = kept.get(mutant.name)
        if row is not None and row["diff"] == mutant.diff():
            return row
        if not reach.holds(mutant):
            return as_row(Result(mutant=mutant, outcome="does not count"))
        return as_row(try_mutant(mutant, reference, in_both=in_both))

    return attempt


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
    pool: ThreadPoolExecutor, attempt: Callable[[Mutant], Row], options: argparse.Namespace
) -> Iterator[Row]:
    drawn = draw_mutants(itertools.chain(*AREAS.values()), seed=options.seed)
    half = drawn[_HALVES.index(options.half) :: len(_HALVES)]
    mutants = filter(Mutant.is_python, half)
    return until(options.count, in_order(pool, attempt, mutants, ahead=2 * options.jobs))


def _both(pool: ThreadPoolExecutor, attempt: Callable[[Mutant], Row]) -> Iterator[Row]:
    """Yield what is tried until each seed has one that counts in each group of modules."""
    for seed in _BOTH_SEEDS:
        for paths in both_sides().values():
            mutants = filter(Mutant.is_python, draw_mutants(paths, seed=seed))
            yield from until(1, in_order(pool, attempt, mutants, ahead=2))


def _print(row: Row, counting: int) -> None:
    where = f"{row['file']}:{row['line']} {row['operator']}"
    more = f" ({', '.join(row['laws'][:3])})" if row["laws"] else ""
    print(f"{counting:4} {row['seconds']:6.1f} s  {row['outcome']:24} {where}{more}", flush=True)


def _kept(stem: Path) -> dict[str, Row]:
    """Return the results of an earlier run by the mutants' names; none where there is no file."""
    file = stem.with_suffix(".json")
    if not file.exists():
        return {}
    return {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))["results"]}


def _write(stem: Path, document: Mapping[str, Any]) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, text in (
        (".json", json.dumps(document, indent=1, ensure_ascii=False) + "\n"),
        (".md", to_markdown(document)),
        (".html", to_html(document)),
    ):
        stem.with_suffix(suffix).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
