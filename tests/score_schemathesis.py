"""Measure stock Schemathesis by the bugs that the laws are measured by: `make score-schemathesis`.

No hooks, no ids, its own defaults; the two checks that a right server fails are off, for the
reasons that tests/schemathesis.toml gives. A bug is found where the run ends with a failure that a
run without a bug does not have.
"""

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from mockserver.bugs.table import BUGS
from mockserver.resources import find_resource
from mockserver.score.trial import serve_variation
from mockserver.score.variations import VARIATIONS
from mockserver.world.scenario import load_scenario
from tests.programs import run_schemathesis

_FAILURE = re.compile("(?m)^  \u274c (ST[0-9]+ [^:]+): [0-9]+$")
_CONFIGURATION = """\
[generation]
deterministic = true
database = "none"
[cache]
enabled = false
[checks.unsupported_method]
enabled = false
[checks.negative_data_rejection]
enabled = false
"""


def failures(folder: Path, examples: int, bugs: tuple[str, ...]) -> set[str]:
    """Serve with bugs, run `st`, and return the kinds of failures that it lists."""
    variation = VARIATIONS["default"]
    scenario = load_scenario(variation.scenario)
    user = next(user for user in scenario.users if user.username == variation.user)
    with serve_variation(variation, scenario, bugs=bugs) as url:
        ended = run_schemathesis(
            f"--config-file={folder / 'schemathesis.toml'}",
            "run",
            str(find_resource("openapi.yaml")),
            f"--url={url}",
            "--include-operation-id=ListConversations",
            f"--auth={user.username}:{user.password.reveal()}",
            "--header=Accept: application/json",
            f"--max-examples={examples}",
            "--no-color",
            folder=folder,
        )
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    return set(_FAILURE.findall(ended.stdout))


def main(argv: Sequence[str] | None = None) -> int:
    """Print how many bugs of each category it finds."""
    parser = argparse.ArgumentParser(description="measure stock Schemathesis by the bugs")
    parser.add_argument("--bug", action="append", help="only this bug (repeatable)")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(argv)
    names = options.bug or list(BUGS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schemathesis.toml").write_text(_CONFIGURATION)
        run = partial(failures, folder, options.examples)
        usual = run(())
        with ThreadPoolExecutor(options.jobs) as pool:
            lists = pool.map(run, [(bug,) for bug in names])
            found = {bug: bool(kinds - usual) for bug, kinds in zip(names, lists, strict=True)}
    all_of = Counter(BUGS[bug].category for bug in names)
    killed = Counter(BUGS[bug].category for bug in names if found[bug])
    for category, count in all_of.items():
        print(f"{killed[category]:4} of {count:4}  {category}")
    print(f"{killed.total():4} of {all_of.total():4}  all")
    print("found:", ", ".join(bug for bug in names if found[bug]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
