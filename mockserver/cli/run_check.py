"""Run `check`: judge a target once, and print and write what was found."""

from dataclasses import replace

from mockserver.checks.learn import save_learned
from mockserver.cli.repeat import Repeated, repeat
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
        again = None if call.values["repeat"] is None else repeat(call)
        call = call if again is None else again.call
        return 0 if tell_instead(call) else _check(call, again)


def _check(call: Call, again: Repeated | None) -> int:
    asked = settle_target(call, url_of(call))
    if again is not None:
        expected = {**again.profile, **asked.options.profile}
        asked = replace(asked, options=replace(asked.options, profile=expected))
    plans = prepare(asked)
    asked.target.resolve()
    with stoppable() as stop:
        report = judge_target(asked, plans, progress=Progress(), stop=stop)
    report = report if again is None else again.compare(report)
    if asked.values["learn"] is not None and report.profile:
        save_learned(asked.values["learn"], report.profile)
    save_reports(report, asked.values["report"], secrets=asked.secrets)
    print_report(report)
    return report.exit_code
