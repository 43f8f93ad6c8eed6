"""Run `score`: all trials, their lines, the reports, and the exit code."""

from mockserver.cli.terminal import print_lines
from mockserver.errors import UsageError
from mockserver.options.settle import Call
from mockserver.score.bench import describe, exit_code_of, run_score
from mockserver.score.score_report import SCORE_KINDS

__all__ = ["run"]


def run(call: Call) -> int:
    """Measure the laws, print the score and return the exit code.

    Raises:
        UsageError: a bug is unknown, or a report cannot be written.
    """
    values = call.values
    outputs = [pair for pairs in values["report"] for pair in pairs]
    score = run_score(bugs=values["bug"], jobs=values["jobs"])
    print_lines(describe(score))
    for kind, path in outputs:
        try:
            path.write_text(SCORE_KINDS[kind](score), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--report: {path} cannot be written: {error.strerror}") from error
    return exit_code_of(score)
