"""Run `check`: judge a target once, and print and write what was found."""

from mockserver.checks.learn import save_learned
from mockserver.cli.report_screen import print_report
from mockserver.cli.target_call import save_reports, settle_target
from mockserver.cli.target_run import Progress, asking, judge_target, prepare, stoppable
from mockserver.cli.tell_laws import tell_instead, url_of
from mockserver.options.settle import Call

__all__ = ["run"]


def run(call: Call) -> int:
    """Judge a target and return the exit code.

    Raises:
        UsageError: the command line asks for what cannot be.
    """
    with asking():
        return 0 if tell_instead(call) else _check(call)


def _check(call: Call) -> int:
    asked = settle_target(call, url_of(call))
    plans = prepare(asked)
    asked.target.resolve()
    with stoppable() as stop:
        report = judge_target(asked, plans, progress=Progress(), stop=stop)
    if asked.values["learn"] is not None and report.profile:
        save_learned(asked.values["learn"], report.profile)
    save_reports(report, asked.values["report"], secrets=asked.secrets)
    print_report(report)
    return report.exit_code
