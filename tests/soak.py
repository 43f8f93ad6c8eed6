"""Run the laws many times against servers that do nothing wrong, and show every alarm.

`make soak` is 200 runs on moving data and 1,000 over all variations; `ARGS="--moving 20 --runs 50"`
is a shorter one.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from mockserver.score.bench import run_trials
from mockserver.score.trial import Trial
from mockserver.score.variations import VARIATIONS

_MOVING = ("moving", "moving-eight", "moving-fast")


def trials(*, moving: int, runs: int) -> list[Trial]:
    """Return the runs: on moving data first, then the variations in turn, each with its seed."""
    names = list(VARIATIONS)
    return [
        *(Trial(variation=_MOVING[n % len(_MOVING)], seed=n) for n in range(moving)),
        *(Trial(variation=names[n % len(names)], seed=n // len(names)) for n in range(runs)),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line an alarm as it comes and the count at the end; 1 where there is one."""
    parser = argparse.ArgumentParser(description="look for alarms where nothing is wrong")
    parser.add_argument("--moving", type=int, default=200, help="runs on moving data")
    parser.add_argument("--runs", type=int, default=1000, help="runs over all variations")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args(argv)
    asked = trials(moving=options.moving, runs=options.runs)
    started, alarms, requests = time.monotonic(), 0, 0
    for count, result in enumerate(run_trials(asked, jobs=options.jobs), 1):
        requests = max(requests, result.requests)
        if result.is_alarm:
            alarms += 1
            what = "; ".join(result.plans) or result.ended_by
            print(f"{result.trial.variation}, seed {result.trial.seed}: {what}", flush=True)
        if count % 100 == 0:
            print(f"{count} of {len(asked)} runs, {alarms} alarms", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"{alarms} alarms in {len(asked)} runs, {minutes:.1f} minutes, {requests} requests a run")
    return int(alarms > 0)


if __name__ == "__main__":
    sys.exit(main())
