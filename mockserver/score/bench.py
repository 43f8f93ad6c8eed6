"""Run many trials in worker processes, and say what they show; `python -m mockserver.score.bench`.

The kill rate by category, what survived, requests and seconds a run; the alarms at servers that do
nothing wrong; and the kill rate while the data moves.
"""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mockserver.bugs.switch import check_bugs
from mockserver.bugs.table import BUGS
from mockserver.cli.terminal import print_lines
from mockserver.errors import ExitCode
from mockserver.score.trial import Result, Trial, run_trial
from mockserver.score.variations import VARIATIONS

__all__ = [
    "Score",
    "bug_trials",
    "describe",
    "exit_code_of",
    "has_failed",
    "run_score",
    "run_trials",
    "score_to_json",
    "survival_of",
    "variation_trials",
]

_MOVING = "moving"
_SURVIVALS = {False: "never provoked", True: "not recognised", None: "not known"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Hold the results: of bugs on data that stands still and that moves, and of variations."""

    still: tuple[Result, ...] = ()
    moving: tuple[Result, ...] = ()
    variations: tuple[Result, ...] = ()


def bug_trials(names: Iterable[str] = (), *, variation: str = "default") -> list[Trial]:
    """Return one trial a bug.

    Raises:
        UsageError: a name is not in BUGS.
    """
    chosen = list(names)
    check_bugs(chosen)
    return [Trial(variation=variation, bug=name) for name in chosen or BUGS]


def variation_trials(*, rounds: int = 1, names: Iterable[str] = ()) -> list[Trial]:
    """Return trials of servers without a bug, each round with another seed."""
    chosen = list(names) or list(VARIATIONS)
    return [Trial(variation=name, seed=seed) for seed in range(rounds) for name in chosen]


def run_trials(trials: Sequence[Trial], *, jobs: int | None = None) -> Iterator[Result]:
    """Run trials in worker processes and yield their results in order."""
    workers = jobs or os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_trial, trials)


def has_failed(score: Score) -> bool:
    """Say whether a bug survived or a server without one raised an alarm."""
    has_survivor = any(not result.laws for result in (*score.still, *score.moving))
    return has_survivor or any(result.is_alarm for result in score.variations)


def _crashes_of(score: Score) -> list[str]:
    """Return where the checker itself failed, each place once."""
    results = (*score.still, *score.moving, *score.variations)
    return list(dict.fromkeys(crash for result in results for crash in result.crashes))


def exit_code_of(score: Score) -> int:
    """Return 6 for a failure of our own, 1 for a survivor or an alarm, else 0."""
    return ExitCode.CRASHED if _crashes_of(score) else int(has_failed(score))


def describe(score: Score) -> list[str]:
    """Return the lines that a person reads."""
    lines: list[str] = []
    for title, results in (("bugs", score.still), ("bugs, moving data", score.moving)):
        if results:
            lines += [f"{title}:", *_describe_kills(results)]
    if score.variations:
        alarms = [result for result in score.variations if result.is_alarm]
        lines.append(f"servers without a bug: {len(alarms)} alarms in {len(score.variations)} runs")
        for result in alarms:
            what = "; ".join(result.plans) or result.ended_by or "; ".join(result.crashes)
            lines.append(f"  {result.trial.variation} (seed {result.trial.seed}): {what}")
        lines.append(_cost(score.variations))
    return lines + [f"the checker itself failed: {crash}" for crash in _crashes_of(score)]


def score_to_json(score: Score) -> dict[str, Any]:
    """Return the score as a JSON object."""
    return {
        "still": [_result_to_json(result) for result in score.still],
        "moving": [_result_to_json(result) for result in score.moving],
        "variations": [_result_to_json(result) for result in score.variations],
        "kills": {
            "still": kill_rates(score.still),
            "moving": kill_rates(score.moving),
        },
    }


def kill_rates(results: Sequence[Result]) -> Mapping[str, tuple[int, int]]:
    """Return category → (found, all), and the same of all of them."""
    rates: dict[str, list[int]] = {}
    for result in results:
        assert result.trial.bug is not None
        for name in (BUGS[result.trial.bug].category, "all"):
            rate = rates.setdefault(name, [0, 0])
            rate[0] += bool(result.laws)
            rate[1] += 1
    total = rates.pop("all", [0, 0])
    return {name: (rate[0], rate[1]) for name, rate in {**rates, "all": total}.items()}


def survival_of(result: Result) -> str | None:
    """Return why a bug survived, where that is known; None for one that was found."""
    if result.laws or result.trial.bug is None:
        return None
    return _SURVIVALS[result.is_provoked]


def _describe_kills(results: Sequence[Result]) -> list[str]:
    lines = [
        f"  {found:4} of {count:4}  {name}" for name, (found, count) in kill_rates(results).items()
    ]
    for why in _SURVIVALS.values():
        names = [str(one.trial.bug) for one in results if survival_of(one) == why]
        lines += [f"  survivors, {why}: {', '.join(names)}"] if names else []
    laws: dict[str, int] = {}
    for law in (law for result in results for law in result.laws):
        laws[law] = laws.get(law, 0) + 1
    ranked = sorted(laws.items(), key=lambda item: -item[1])
    lines.append("  caught by: " + ", ".join(f"{law} {count}" for law, count in ranked))
    firsts = [result.first for result in results if result.first is not None]
    if firsts:
        lines.append(
            f"  requests to the first catch: median {statistics.median(firsts):g}, "
            f"most {max(firsts)}"
        )
    lines.append(_cost(results))
    return lines


def _cost(results: Sequence[Result]) -> str:
    return (
        f"  a run: at most {max(r.requests for r in results)} requests and "
        f"{max(r.seconds for r in results):.1f} s"
    )


def _result_to_json(result: Result) -> dict[str, Any]:
    trial = result.trial
    return {
        "bug": trial.bug,
        "category": None if trial.bug is None else BUGS[trial.bug].category,
        "variation": trial.variation,
        "seed": trial.seed,
        "laws": list(result.laws),
        "plans": list(result.plans),
        "first": result.first,
        "requests": result.requests,
        "seconds": round(result.seconds, 2),
        "ended_by": result.ended_by,
        "crashes": list(result.crashes),
        "survivor": survival_of(result),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the score and print it; 1 where a bug survives or a law raises an alarm."""
    parser = argparse.ArgumentParser(description="measure the laws by bugs and by other servers")
    parser.add_argument("--bug", action="append", default=[], help="only this bug (repeatable)")
    parser.add_argument("--jobs", type=int, help="worker processes (default: one a core)")
    parser.add_argument("--report", help="json=FILE")
    parser.add_argument("--only", choices=("still", "moving", "variations"))
    parser.add_argument("--rounds", type=int, default=1, help="of the variations")
    options = parser.parse_args(argv)
    score = run_score(bugs=options.bug, jobs=options.jobs, only=options.only, rounds=options.rounds)
    print_lines(describe(score))
    if options.report:
        path = Path(options.report.removeprefix("json="))
        path.write_text(json.dumps(score_to_json(score), indent=1), encoding="utf-8")
    return exit_code_of(score)


def run_score(
    *,
    bugs: Sequence[str] = (),
    jobs: int | None = None,
    only: str | None = None,
    rounds: int = 1,
) -> Score:
    """Run the trials of a whole score, or of one part of it."""
    parts: dict[str, list[Trial]] = {
        "still": bug_trials(bugs),
        "moving": bug_trials(bugs, variation=_MOVING),
        "variations": [] if bugs else variation_trials(rounds=rounds),
    }
    found = {
        name: tuple(run_trials(trials, jobs=jobs))
        for name, trials in parts.items()
        if trials and only in (None, name)
    }
    return Score(**found)


if __name__ == "__main__":
    sys.exit(main())
