"""Run `score`: all trials, their lines, the report, and the exit code."""

import json
from pathlib import Path

from mockserver.cli.terminal import print_lines
from mockserver.errors import UsageError
from mockserver.options.settle import Call
from mockserver.score.bench import describe, exit_code_of, run_score, score_to_json

__all__ = ["run"]

_JSON = "json="


def run(call: Call) -> int:
    """Measure the laws, print the score and return the exit code.

    Raises:
        UsageError: a bug is unknown, or the report cannot be written.
    """
    values = call.values
    report = values["report"]
    if report is not None and not report.removeprefix(_JSON):
        raise UsageError(f"--report: {report!r} names no file; give json=FILE")
    if report is not None and not report.startswith(_JSON):
        raise UsageError(f"--report: {report!r} is not json=FILE")
    score = run_score(bugs=values["bug"], jobs=values["jobs"])
    print_lines(describe(score))
    if report is not None:
        text = json.dumps(score_to_json(score), indent=1)
        try:
            Path(report.removeprefix(_JSON)).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--report: the file cannot be written: {error.strerror}") from error
    return exit_code_of(score)
