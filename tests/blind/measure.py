"""Measure `mockserver check` by a host that nobody tuned it to.

`python -m tests.blind.measure --set NAME [--jobs 2] [--json FILE]`, where NAME is one of
`faults.SETS`, or a half of it as in `later-first`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.blind.faults import FAULTS, SETS, numbers_of
from tests.blind.habits import HABITS
from tests.blind.programs import ROOT_FOLDER, blind_host
from tests.blind.world import USERS

__all__ = ["Result", "check", "judge_fault", "judge_habit"]

ANA, BEN = USERS
SEED = "7"
FINDING = re.compile(r"^(?:\d+\. )?(\S+) \((?:must|should|learn)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check of one host came to."""

    name: str
    category: str
    sentence: str
    code: int
    laws: list[str]
    seconds: float

    @property
    def found(self) -> bool:
        """Whether the check said that something is wrong."""
        return self.code == 1


def check(address: str, *options: str) -> tuple[int, list[str], str]:
    """Run the command in a process of its own: exit code, laws that found something, output."""
    command = [sys.executable, "-m", "mockserver", "check", address, "--user", ANA.name]
    environment = {
        **{name: value for name, value in os.environ.items() if "MOCKSERVER" not in name},
        "MOCKSERVER_PASSWORD": ANA.password,
        "MOCKSERVER_OTHER_PASSWORD": BEN.password,
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        [*command, "--seed", SEED, *options],
        cwd=ROOT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, sorted(set(FINDING.findall(done.stdout))), done.stdout + done.stderr


def judge(name: str, category: str, sentence: str, *options: str) -> Result:
    """Start one host and check it, the second user included."""
    started = time.monotonic()
    with blind_host(*options) as address:
        code, laws, _ = check(address, "--other-user", BEN.name)
    return Result(
        name=name,
        category=category,
        sentence=sentence,
        code=code,
        laws=laws,
        seconds=round(time.monotonic() - started, 1),
    )


def judge_fault(number: str) -> Result:
    """Check the host with one fault."""
    fault = FAULTS[int(number)]
    return judge(number, fault.category, fault.sentence, "--fault", number)


def judge_habit(name: str) -> Result:
    """Check the host with one habit; `right` has none."""
    if name == "right":
        return judge(name, "habit", "The right host as it is.")
    return judge(name, "habit", HABITS[name].sentence, "--habit", name)


def many(
    judged: Callable[[str], Result], names: Sequence[str], jobs: int, *, told: bool
) -> list[Result]:
    """Judge several hosts at a time, and print each as it ends."""
    results = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(judged, names):
            shown = result if told else replace(result, sentence="")
            laws = ", ".join(result.laws) or "-"
            line = f"{result.name:>16} {result.category:9} exit {result.code}  {laws}"
            print(f"{line}  {shown.sentence}".rstrip(), flush=True)
            results.append(shown)
    return results


def shares(results: Sequence[Result]) -> list[str]:
    """The share found of each category, and of all."""
    lines = []
    for category in [*sorted({result.category for result in results}), ""]:
        part = [result for result in results if category in ("", result.category)]
        found = sum(result.found for result in part)
        share = 100 * found / max(len(part), 1)
        lines.append(f"{category or 'all':10} {found:3} of {len(part):3}  {share:5.1f} %")
    return lines


def main() -> None:
    """Measure one set or half of it, then the habits."""
    parser = argparse.ArgumentParser(description="Measure the checks by the blind host.")
    choices = [f"{name}{half}" for name in SETS for half in ("", "-first", "-last")]
    parser.add_argument("--set", choices=choices, default="original")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--sentences", action="store_true", help="say what each fault is; else its number alone"
    )
    options = parser.parse_args()
    started = time.monotonic()
    faults = many(
        judge_fault, [*map(str, numbers_of(options.set))], options.jobs, told=options.sentences
    )
    names = ["right", *HABITS]
    habits = many(judge_habit, names, options.jobs, told=True)
    print("\n" + "\n".join(shares(faults)))
    loud = [result.name for result in habits if result.code]
    print(f"habits     {len(habits) - len(loud)} of {len(habits)} quiet", *loud)
    print(f"{time.monotonic() - started:.0f} s")
    if options.json:
        record = {"faults": [*map(asdict, faults)], "habits": [*map(asdict, habits)]}
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
